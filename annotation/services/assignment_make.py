"""Give clips to people to read, and readings to people to review."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from annotation.models import (
    AnnotationSet,
    Assignment,
    AssignmentState,
    AssignmentTask,
    Clip,
    NoticeKind,
)
from annotation.selectors.assigning import (
    annotators,
    open_loads,
    reading_obstacles,
    reviewer_for,
    to_be_reviewed,
)
from annotation.services.notice_send import notices_send
from fascicle.accounts.models import Project, User
from fascicle.accounts.permissions import is_project_admin
from fascicle.audit.services import record_append
from fascicle.errors import InvalidInput, NotAllowed

MOST_AT_ONCE = 4000


@dataclass(frozen=True, slots=True)
class ReadingTerms:
    """How clips are to be read."""

    due_on: date | None = None
    is_blinded_to_readers: bool = True
    is_blinded_to_model: bool = False


@dataclass(frozen=True, slots=True)
class Skipped:
    """A clip that was not given to a person, and why, as a sentence."""

    clip_id: UUID
    person_id: UUID | None
    reason: str


@dataclass(frozen=True, slots=True)
class AssignmentsMade:
    """What was assigned, and what could not be."""

    made: Sequence[Assignment]
    skipped: Sequence[Skipped]


@transaction.atomic
def readings_assign(
    *,
    project: Project,
    actor: User,
    clips: Sequence[Clip],
    readers: Sequence[User],
    terms: ReadingTerms,
) -> AssignmentsMade:
    """Give each of the clips to each of the readers; those who have read or have it are skipped.

    Raises NotAllowed for anyone but an admin, InvalidInput for people who do not annotate here, a
    day that is over, clips of another project, or too many at once.
    """
    assigning_checked(project, actor, readers, clips, terms.due_on)
    obstacles = reading_obstacles([clip.pk for clip in clips])
    made: list[Assignment] = []
    skipped: list[Skipped] = []
    for clip in clips:
        for reader in readers:
            pair = (clip.pk, reader.pk)
            reason = obstacles.why_not(pair, is_blinded=terms.is_blinded_to_readers)
            if reason is not None:
                skipped.append(Skipped(clip.pk, reader.pk, f"{reader} {reason}."))
                continue
            made.append(
                Assignment(
                    project=project,
                    clip=clip,
                    assignee=reader,
                    task=AssignmentTask.ANNOTATE,
                    annotation_set_id=obstacles.drafts.get(pair),
                    due_on=terms.due_on,
                    is_blinded_to_readers=terms.is_blinded_to_readers,
                    is_blinded_to_model=terms.is_blinded_to_model,
                    assigned_by=actor,
                )
            )
    assignments_store(project, actor, made)
    return AssignmentsMade(made, skipped)


@transaction.atomic
def reviews_assign(
    *,
    project: Project,
    actor: User,
    clips: Sequence[Clip],
    reviewers: Sequence[User],
    due_on: date | None,
) -> AssignmentsMade:
    """Share the readings of the clips that wait for review among the reviewers; nobody gets their
    own work, nor a reading of a clip that they are still to read. Raises as readings_assign does.
    """
    assigning_checked(project, actor, reviewers, clips, due_on)
    wanted = {clip.pk for clip in clips}
    waiting = to_be_reviewed(project.pk).filter(clip_id__in=wanted).order_by("submitted_at")
    obstacles = reading_obstacles(wanted)
    loads = open_loads(project.pk)
    taken = open_reviews([row.pk for row in waiting])
    made: list[Assignment] = []
    skipped: list[Skipped] = []
    for row in waiting:
        reviewer = reviewer_for(row, reviewers, loads, obstacles)
        if row.pk in taken:
            skipped.append(Skipped(row.clip_id, None, "A reviewer has been assigned already."))
        elif reviewer is None:
            reason = "Those chosen wrote the reading, or are still to read the clip themselves."
            skipped.append(Skipped(row.clip_id, None, reason))
        else:
            loads[reviewer.pk] += 1
            made.append(review_of(project, row, reviewer, due_on=due_on, actor=actor))
    without = wanted - {row.clip_id for row in waiting}
    skipped += [Skipped(pk, None, "No reading of the clip waits for review.") for pk in without]
    assignments_store(project, actor, made)
    return AssignmentsMade(made, skipped)


def review_of(
    project: Project, row: AnnotationSet, reviewer: User, *, due_on: date | None, actor: User | None
) -> Assignment:
    """An assignment to review the set, not saved yet."""
    return Assignment(
        project=project,
        clip_id=row.clip_id,
        assignee=reviewer,
        task=AssignmentTask.REVIEW,
        annotation_set=row,
        set_author_id=row.author_id,
        due_on=due_on,
        assigned_by=actor,
        is_by_rule=actor is None,
    )


def open_reviews(sets: Sequence[UUID]) -> set[UUID]:
    """Those of the sets that a reviewer has been assigned to."""
    rows = Assignment.objects.filter(
        annotation_set__in=list(sets), task=AssignmentTask.REVIEW, state=AssignmentState.OPEN
    )
    return {pk for pk in rows.values_list("annotation_set_id", flat=True) if pk is not None}


def assigning_checked(
    project: Project,
    actor: User,
    people: Sequence[User],
    clips: Sequence[Clip],
    due_on: date | None,
) -> None:
    """Hold the project's list of people and check what every assigning checks."""
    Project.objects.select_for_update(no_key=True).get(pk=project.pk)
    if not is_project_admin(actor, project.pk):
        raise NotAllowed("Only an admin of the project assigns work.")
    if not people or not clips:
        raise InvalidInput("Choose at least one person and one clip.")
    if len(people) * len(clips) > MOST_AT_ONCE:
        raise InvalidInput(f"These are more than {MOST_AT_ONCE} assignments at once.")
    if due_on is not None and due_on < timezone.now().date():
        raise InvalidInput("The day by which it is due is over.", due_on=["In the past."])
    able = {person.pk for person in annotators(project.pk)}
    for person in people:
        if person.pk not in able:
            raise InvalidInput(f"{person} does not annotate in this project.", people=["Not able."])
    if any(clip.project_id != project.pk for clip in clips):
        raise InvalidInput("These clips are not all of this project.")


def assignments_store(project: Project, actor: User | None, made: Sequence[Assignment]) -> None:
    """Write the rows, tell each person once, and put one line on the record."""
    if not made:
        return
    Assignment.objects.bulk_create(made)
    counts = Counter((one.assignee_id, one.task) for one in made)
    clips = {(one.assignee_id, one.task): one.clip_id for one in made}
    notices_send(
        project_id=project.pk,
        kind=NoticeKind.ASSIGNED,
        lines=[
            (person, _line(task, count), clips[person, task] if count == 1 else None)
            for (person, task), count in counts.items()
            if actor is None or person != actor.pk
        ],
    )
    record_append(
        actor=actor,
        action="assignment.make",
        target=project,
        project_id=project.pk,
        detail={"count": len(made), "people": sorted({str(one.assignee_id) for one in made})},
    )


def _line(task: str, count: int) -> str:
    if task == AssignmentTask.ANNOTATE:
        return "A clip to annotate" if count == 1 else f"{count} clips to annotate"
    return "A reading to review" if count == 1 else f"{count} readings to review"
