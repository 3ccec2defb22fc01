"""What waits for a person in a project."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from annotation.models import (
    AnnotationSet,
    Assignment,
    AssignmentState,
    AssignmentTask,
    Clip,
    ClipState,
    SetPurpose,
    SetState,
)
from annotation.selectors.assigning import to_be_reviewed
from annotation.selectors.clips import clip_rows
from annotation.set_permissions import may_annotate
from fascicle.accounts.models import User
from fascicle.errors import InvalidInput

AT_MOST = 50


@dataclass(frozen=True, slots=True)
class QueuedSet:
    """A set with the clip it is about, the clip as `clip_rows` gives it."""

    clip: Clip
    annotation_set: AnnotationSet


@dataclass(frozen=True, slots=True)
class QueuedAssignment:
    """An assignment, its clip as `clip_rows` gives it, and the set to review."""

    assignment: Assignment
    clip: Clip
    annotation_set: AnnotationSet | None


@dataclass(frozen=True, slots=True)
class QueuePage:
    """Assignments in the order in which they are due, and where the next page begins."""

    rows: list[QueuedAssignment]
    after: str | None


@dataclass(frozen=True, slots=True)
class Queue:
    """At most 50 of each, oldest first, so that nothing waits for ever."""

    assigned: list[QueuedAssignment]
    assigned_count: int
    to_annotate: list[Clip]
    returned: list[QueuedSet]
    to_review: list[QueuedSet]


def queue_of(user: User, project_id: UUID) -> Queue:
    """What was assigned to one; one's returned sets; one's drafts and clips that are nobody's; what
    colleagues have submitted and no reviewer was assigned to.

    Empty for people who do not annotate in the project.
    """
    if not may_annotate(user, project_id):
        return Queue([], 0, [], [], [])
    mine = _waiting(user, project_id)
    visible = AnnotationSet.objects.visible_to(user).select_related("author")
    returned = visible.filter(
        clip__project_id=project_id,
        purpose=SetPurpose.READER,
        author=user,
        state=SetState.RETURNED,
    ).order_by("submitted_at")
    back = list(returned[:AT_MOST])
    waiting = list(
        visible.filter(pk__in=_free_to_review(user, project_id)).order_by("submitted_at")
    )
    clips = clip_rows(user).filter(project_id=project_id)
    assigned = list(_in_order(mine)[:AT_MOST])
    of_sets = [row.clip_id for row in [*back, *waiting]]
    found = clips.in_bulk([*of_sets, *(one.clip_id for one in assigned)])
    return Queue(
        _queued(user, assigned, found),
        mine.count(),
        [*_drafts(user, clips), *_untouched(user, clips)][:AT_MOST],
        [QueuedSet(found[row.clip_id], row) for row in back],
        [QueuedSet(found[row.clip_id], row) for row in waiting],
    )


def _free_to_review(user: User, project_id: UUID) -> list[UUID]:
    """Readings that no reviewer was assigned to, of clips that the person is not to read."""
    assigned = Assignment.objects.filter(
        annotation_set=OuterRef("pk"), task=AssignmentTask.REVIEW, state=AssignmentState.OPEN
    )
    to_read = Assignment.objects.open_readings(user).filter(clip=OuterRef("clip"))
    free = to_be_reviewed(project_id).filter(~Exists(assigned), ~Exists(to_read))
    return list(
        free.exclude(author=user).order_by("submitted_at").values_list("pk", flat=True)[:AT_MOST]
    )


def _given(user: User | None = None) -> Exists:
    """Whether a clip is given to the person, or to anyone, to read."""
    given = Assignment.objects.filter(
        clip=OuterRef("pk"), task=AssignmentTask.ANNOTATE, state=AssignmentState.OPEN
    )
    return Exists(given if user is None else given.filter(assignee=user))


def _drafts(user: User, clips: QuerySet[Clip]) -> list[Clip]:
    """What one has begun of one's own accord."""
    begun = AnnotationSet.objects.filter(
        author=user, purpose=SetPurpose.READER, state=SetState.DRAFT
    )
    rows = clips.filter(~_given(user), pk__in=begun.values("clip"), my_set_state=SetState.DRAFT)
    return list(rows.order_by("number")[:AT_MOST])


def _untouched(user: User, clips: QuerySet[Clip]) -> list[Clip]:
    """New clips that are nobody's."""
    read = AnnotationSet.objects.filter(clip=OuterRef("pk"), author=user, purpose=SetPurpose.READER)
    rows = clips.filter(~_given(), ~Exists(read), state=ClipState.NEW)
    return list(rows.order_by("number")[:AT_MOST])


def queue_page(
    user: User, project_id: UUID, *, after: str | None, size: int = AT_MOST
) -> QueuePage:
    """The assignments that wait for a person, those due first, then those without a day.

    A page begins after the last row of the one before by that row's own values, so that it costs
    the same however far in it lies. Raises InvalidInput for an `after` that no page gave.
    """
    if not may_annotate(user, project_id):
        return QueuePage([], None)
    rows = _waiting(user, project_id)
    if after is not None:
        rows = rows.filter(_beyond(after))
    read = list(_in_order(rows)[: size + 1])
    page = read[:size]
    found = clip_rows(user).in_bulk([one.clip_id for one in page])
    more = _place(page[-1]) if len(read) > size else None
    return QueuePage(_queued(user, page, found), more)


def _waiting(user: User, project_id: UUID) -> QuerySet[Assignment]:
    return Assignment.objects.filter(
        assignee=user,
        project_id=project_id,
        state=AssignmentState.OPEN,
        clip__deleted_at__isnull=True,
    )


def _in_order(rows: QuerySet[Assignment]) -> QuerySet[Assignment]:
    return rows.order_by("due_on", "created_at", "id")  # no day sorts last


def _queued(
    user: User, rows: Sequence[Assignment], clips: dict[UUID, Clip]
) -> list[QueuedAssignment]:
    wanted = [row.annotation_set_id for row in rows if row.annotation_set_id is not None]
    sets = AnnotationSet.objects.visible_to(user).select_related("author").in_bulk(wanted)
    queued: list[QueuedAssignment] = []
    for row in rows:
        is_review = row.task == AssignmentTask.REVIEW
        to_review = sets.get(row.annotation_set_id) if is_review and row.annotation_set_id else None
        if not is_review or to_review is not None:
            queued.append(QueuedAssignment(row, clips[row.clip_id], to_review))
    return queued


def _place(row: Assignment) -> str:
    day = row.due_on.isoformat() if row.due_on is not None else ""
    return urlsafe_b64encode(f"{day}|{row.created_at.isoformat()}|{row.pk}".encode()).decode()


def _beyond(after: str) -> Q:
    try:
        day, moment, pk = urlsafe_b64decode(after.encode()).decode().split("|")
        created_at, last = datetime.fromisoformat(moment), UUID(pk)
        due_on = date.fromisoformat(day) if day else None
    except ValueError as error:
        raise InvalidInput("There is no such page of the queue.", after=["Unknown."]) from error
    later = Q(created_at__gt=created_at) | Q(created_at=created_at, pk__gt=last)
    if due_on is None:
        return Q(due_on__isnull=True) & later
    return Q(due_on__gt=due_on) | Q(due_on=due_on) & later | Q(due_on__isnull=True)
