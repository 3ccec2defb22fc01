"""Who could read or review what."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from annotation.models import (
    AnnotationSet,
    Assignment,
    AssignmentCheck,
    AssignmentState,
    AssignmentTask,
    Review,
    SetPurpose,
    SetState,
)
from fascicle.accounts.models import Membership, Role, User

Pair = tuple[UUID, UUID]  # clip, person


def annotators(project_id: UUID) -> list[User]:
    """The people who may be given work in a project, by name."""
    roles = [Role.ADMIN, Role.EXPERT]
    members = Membership.objects.filter(project_id=project_id, role__in=roles)
    return list(
        User.objects.filter(pk__in=members.values("user"), is_active=True).order_by("name", "email")
    )


def open_loads(project_id: UUID) -> Counter[UUID]:
    """How much waits for each person of a project."""
    rows = Assignment.objects.filter(project_id=project_id, state=AssignmentState.OPEN)
    return Counter(rows.values_list("assignee_id", flat=True))


@dataclass(frozen=True, slots=True)
class ReadingObstacles:
    """What stands against giving clips to people to read, and the drafts they have begun."""

    waiting: frozenset[Pair]
    read: frozenset[Pair]
    reviewed: frozenset[Pair]
    drafts: dict[Pair, UUID]

    def why_not(self, pair: Pair, *, is_blinded: bool) -> str | None:
        """The reason, as the end of a sentence that begins with the person; None for none."""
        if pair in self.waiting:
            return "has the clip to read already"
        if pair in self.read:
            return "has read the clip already"
        if is_blinded and pair in self.reviewed:
            return "has reviewed or settled what others read, and so cannot read it blinded"
        return None


def reading_obstacles(clip_ids: Collection[UUID]) -> ReadingObstacles:
    """For all people at once, in five queries."""
    sets = AnnotationSet.objects.filter(
        clip_id__in=clip_ids, purpose=SetPurpose.READER, author__isnull=False
    )
    handed_in = ~Q(state=SetState.DRAFT)
    waiting = Assignment.objects.filter(clip_id__in=clip_ids, state=AssignmentState.OPEN)
    reviews = Review.objects.filter(annotation_set__clip_id__in=clip_ids)
    reviewed: set[Pair] = set(reviews.values_list("annotation_set__clip_id", "reviewer_id"))
    settled = AnnotationSet.objects.filter(clip_id__in=clip_ids, purpose=SetPurpose.CONSENSUS)
    reviewed.update(settled.exclude(author=None).values_list("clip_id", "author_id"))
    to_read: set[Pair] = set()
    for clip_id, person_id, task in waiting.values_list("clip_id", "assignee_id", "task"):
        (to_read if task == AssignmentTask.ANNOTATE else reviewed).add((clip_id, person_id))
    drafts: dict[Pair, UUID] = {}
    for clip_id, author_id, pk in sets.filter(state=SetState.DRAFT).values_list(
        "clip_id", "author_id", "pk"
    ):
        if author_id is not None:
            drafts[clip_id, author_id] = pk
    read = {
        (clip_id, author_id)
        for clip_id, author_id in sets.filter(handed_in).values_list("clip_id", "author_id")
        if author_id is not None
    }
    return ReadingObstacles(frozenset(to_read), frozenset(read), frozenset(reviewed), drafts)


def to_be_reviewed(project_id: UUID) -> QuerySet[AnnotationSet]:
    """Readings that wait for a decision. Re-reads and readings of clips whose truth is known
    measure their reader and are not reviewed.
    """
    checks = Assignment.objects.filter(annotation_set=OuterRef("pk")).exclude(
        check_kind=AssignmentCheck.NONE
    )
    return AnnotationSet.objects.filter(
        ~Exists(checks),
        clip__project_id=project_id,
        clip__deleted_at__isnull=True,
        purpose=SetPurpose.READER,
        state=SetState.SUBMITTED,
        reading=1,
    )


def reviewer_for(
    row: AnnotationSet, people: Sequence[User], loads: Counter[UUID], obstacles: ReadingObstacles
) -> User | None:
    """The least busy of the people who may review the set: not its author, and nobody who is still
    to read the clip; those who have not read it come first.
    """
    able = [
        person
        for person in people
        if person.pk != row.author_id and (row.clip_id, person.pk) not in obstacles.waiting
    ]
    return min(
        able,
        key=lambda one: ((row.clip_id, one.pk) in obstacles.read, loads[one.pk], str(one.pk)),
        default=None,
    )
