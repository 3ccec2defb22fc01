"""Hand a reading in for review."""

from django.db import transaction
from django.utils import timezone

from annotation.models import AnnotationSet, Clip, ClipState, Keyframe, SetPurpose, SetState
from annotation.services.set_save import OPEN_STATES
from annotation.set_permissions import may_annotate
from fascicle.accounts.models import User
from fascicle.audit.services import record_append
from fascicle.errors import Conflict, InvalidInput, NotAllowed


@transaction.atomic
def set_submit(*, annotation_set: AnnotationSet, actor: User, revision: int) -> AnnotationSet:
    """Close the set at `revision` and put it into the reviewers' queue.

    Raises NotAllowed for anyone but the author, Conflict when the set is not open or has moved on
    from `revision`, InvalidInput when nothing is drawn.
    """
    clip = Clip.objects.select_for_update().get(pk=annotation_set.clip_id)
    row = AnnotationSet.objects.select_for_update().get(pk=annotation_set.pk)
    if row.author_id != actor.pk or not may_annotate(actor, clip.project_id):
        raise NotAllowed("Only its author submits an annotation set.", code="not_author")
    if row.purpose != SetPurpose.READER:
        raise InvalidInput("Only a reader's set is submitted for review.")
    if row.state not in OPEN_STATES:
        raise Conflict(
            f"This set is already {row.get_state_display().lower()}.",
            code="not_open",
            state=row.state,
        )
    if row.revision != revision:
        raise Conflict(
            "The set has moved on since the page was loaded. Look at it again, then submit.",
            code="stale_revision",
            revision=row.revision,
            revisions=[],
        )
    if not _says_something(row):
        raise InvalidInput(
            "Nothing is drawn yet. Delineate at least one structure, or say that none is visible "
            "or why the clip is rejected, then submit."
        )
    now = timezone.now()
    row.state, row.submitted_at, row.updated_at = SetState.SUBMITTED, now, now
    row.save(update_fields=["state", "submitted_at", "updated_at"])
    if clip.state != ClipState.ACCEPTED:
        clip.state = ClipState.IN_REVIEW
        clip.save(update_fields=["state"])
    record_append(
        actor=actor,
        action="annotation_set.submit",
        target=row,
        project_id=clip.project_id,
        detail={"revision": revision},
    )
    return row


def _says_something(row: AnnotationSet) -> bool:
    return (
        row.rejected_for != ""
        or Keyframe.objects.filter(track__annotation_set=row).exists()
        or row.not_visible.exists()
    )
