"""Change a course and its questions."""

from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max

from annotation.models import (
    Clip,
    Course,
    CourseLevel,
    CourseState,
    PracticeMode,
    Question,
    Structure,
)
from annotation.selectors.sets import accepted_sets
from annotation.set_permissions import may_annotate
from fascicle.accounts.models import User
from fascicle.audit.services import record_append
from fascicle.errors import Conflict, InvalidInput, NotAllowed

WORDS = ("title", "description", "level", "state")


def _check_teacher(course: Course, actor: User) -> None:
    if not may_annotate(actor, course.project_id):
        raise NotAllowed("Only experts and admins of the project change courses.")


@transaction.atomic
def course_edit(
    *,
    course: Course,
    actor: User,
    title: str | None = None,
    description: str | None = None,
    level: CourseLevel | None = None,
    state: CourseState | None = None,
) -> Course:
    """Change words, level or state; what is None stays.

    Raises NotAllowed for others than teachers, InvalidInput for an empty title or a course without
    questions that is to be opened, Conflict for an open course that is to be a draft again.
    """
    _check_teacher(course, actor)
    row = Course.objects.select_for_update().get(pk=course.pk)
    if title is not None and not title.strip():
        raise InvalidInput("A course needs a title.", title=["Required."])
    if state == CourseState.OPEN and not row.questions.exists():
        raise InvalidInput("A course without questions cannot be opened.")
    if state == CourseState.DRAFT and row.state != CourseState.DRAFT:
        raise Conflict("A course that was opened can be closed, but is no draft any more.")
    before = row.state
    changes: dict[str, Any] = {
        "title": title and title.strip(),
        "description": description,
        "level": level,
        "state": state,
    }
    for name in WORDS:
        if changes[name] is not None:
            setattr(row, name, changes[name])
    row.save(update_fields=list(WORDS))
    if row.state != before:
        record_append(
            actor=actor,
            action=f"course.{row.state}",
            target=row,
            project_id=row.project_id,
            detail={"title": row.title},
        )
    return row


@transaction.atomic
def course_delete(*, course: Course, actor: User) -> None:
    """Remove a course. Raises NotAllowed for others than teachers, Conflict once answered."""
    _check_teacher(course, actor)
    if course.enrolments.filter(attempts__isnull=False).exists():
        raise Conflict("Trainees have answered in this course. Close it instead.", code="answered")
    record_append(
        actor=actor,
        action="course.delete",
        target=course,
        project_id=course.project_id,
        detail={"title": course.title},
    )
    course.delete()


@transaction.atomic
def question_add(
    *,
    course: Course,
    actor: User,
    mode: PracticeMode,
    clip: Clip,
    structure: Structure,
    first_frame: int,
    last_frame: int | None = None,
    note: str = "",
) -> Question:
    """Ask one thing more, at the end of the course.

    Raises NotAllowed for others than teachers, InvalidInput for a clip without accepted
    annotations, a structure of another course or frames beyond the clip, Conflict for a question
    that is asked already.
    """
    _check_teacher(course, actor)
    truth = accepted_sets(course.project_id, seen_by=actor).get(clip.pk)
    if truth is None:
        raise InvalidInput("Only clips with accepted annotations can be asked about.")
    if not course.structures.filter(pk=structure.pk).exists():
        raise InvalidInput("The course does not ask for this structure.", structure=["Unknown."])
    last = first_frame if mode != PracticeMode.SCAN or last_frame is None else last_frame
    _check_frames(clip, mode, first_frame, last)
    Course.objects.select_for_update().get(pk=course.pk)
    last_number = course.questions.aggregate(last=Max("number"))["last"]
    try:
        with transaction.atomic():
            return Question.objects.create(
                course=course,
                number=0 if last_number is None else last_number + 1,
                mode=mode,
                clip=clip,
                structure=structure,
                first_frame=first_frame,
                last_frame=last,
                note=note.strip(),
                annotation_set=truth,
                revision=truth.revision,
            )
    except IntegrityError as error:
        raise Conflict("The course asks this already.") from error


@transaction.atomic
def question_edit(
    *,
    question: Question,
    actor: User,
    note: str | None = None,
    first_frame: int | None = None,
    last_frame: int | None = None,
) -> Question:
    """Write the expert's note, or ask about another frame.

    Raises NotAllowed for others than teachers, InvalidInput for frames beyond the clip, Conflict
    for other frames of a question that was answered, or that is asked already.
    """
    _check_teacher(question.course, actor)
    if note is not None:
        question.note = note.strip()
    if first_frame is not None or last_frame is not None:
        if question.attempts.exists():
            raise Conflict("This question was answered; its frames stay.", code="answered")
        first = question.first_frame if first_frame is None else first_frame
        is_scan = question.mode == PracticeMode.SCAN
        last = (question.last_frame if last_frame is None else last_frame) if is_scan else first
        _check_frames(question.clip, PracticeMode(question.mode), first, last)
        question.first_frame, question.last_frame = first, last
    try:
        with transaction.atomic():
            question.save(update_fields=["note", "first_frame", "last_frame"])
    except IntegrityError as error:
        raise Conflict("The course asks this already.") from error
    return question


@transaction.atomic
def question_delete(*, question: Question, actor: User) -> None:
    """Take a question out. Raises NotAllowed for others than teachers, Conflict once answered."""
    _check_teacher(question.course, actor)
    if question.attempts.exists():
        raise Conflict("This question was answered and stays.", code="answered")
    question.delete()


def _check_frames(clip: Clip, mode: PracticeMode, first: int, last: int) -> None:
    if not 0 <= first <= last < clip.frame_count:
        raise InvalidInput(f"The clip has frames 0 to {clip.frame_count - 1}.", frame=["Beyond."])
    if mode == PracticeMode.SCAN and first == last:
        raise InvalidInput("A timed scan plays more than one frame.", last_frame=["Too short."])
