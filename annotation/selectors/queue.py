"""What waits for a person in a project."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q

from annotation.models import AnnotationSet, Clip, ClipState, SetPurpose, SetState
from annotation.selectors.clips import clip_rows
from annotation.set_permissions import may_annotate
from fascicle.accounts.models import User

AT_MOST = 50


@dataclass(frozen=True, slots=True)
class QueuedSet:
    """A set with the clip it is about, the clip as `clip_rows` gives it."""

    clip: Clip
    annotation_set: AnnotationSet


@dataclass(frozen=True, slots=True)
class Queue:
    """At most 50 of each, oldest first, so that nothing waits for ever."""

    to_annotate: list[Clip]
    returned: list[QueuedSet]
    to_review: list[QueuedSet]


def queue_of(user: User, project_id: UUID) -> Queue:
    """One's drafts and untouched clips; one's returned sets; what colleagues have submitted.

    Empty for people who do not annotate in the project.
    """
    if not may_annotate(user, project_id):
        return Queue([], [], [])
    clips = clip_rows(user).filter(project_id=project_id)
    mine_or_untouched = Q(my_set_state=SetState.DRAFT) | Q(
        my_set_state__isnull=True, state=ClipState.NEW
    )
    # the type checker does not see what clip_rows adds to the rows
    to_annotate = clips.filter(mine_or_untouched).order_by("my_set_state", "number")  # type: ignore[misc]
    sets = (
        AnnotationSet.objects.visible_to(user)
        .filter(clip__project_id=project_id, purpose=SetPurpose.READER)
        .select_related("author")
        .order_by("submitted_at")
    )
    returned = list(sets.filter(author=user, state=SetState.RETURNED)[:AT_MOST])
    waiting = list(sets.filter(state=SetState.SUBMITTED).exclude(author=user)[:AT_MOST])
    found = clips.in_bulk([row.clip_id for row in [*returned, *waiting]])
    return Queue(
        list(to_annotate[:AT_MOST]),  # drafts first: null sorts last
        [QueuedSet(found[row.clip_id], row) for row in returned],
        [QueuedSet(found[row.clip_id], row) for row in waiting],
    )
