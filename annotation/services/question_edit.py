"""What a course asks: one question more, another frame, another order, one less."""

import numpy as np
from django.db import IntegrityError, transaction
from django.db.models import Max

from annotation.models import Clip, Course, PracticeMode, Question, Structure
from annotation.selectors.practice_truth import Truth, truth_of, truth_of_question
from annotation.selectors.sets import accepted_sets
from annotation.services.course_create import check_choice
from annotation.services.course_edit import check_teacher
from fascicle.accounts.models import User
from fascicle.errors import Conflict, InvalidInput


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
    annotations, a structure of another course or frames that cannot be asked about, Conflict for a
    question that is asked already.
    """
    check_teacher(course, actor)
    truth = accepted_sets(course.project_id, seen_by=actor).get(clip.pk)
    if truth is None:
        raise InvalidInput("Only clips with accepted annotations can be asked about.")
    if not course.structures.filter(pk=structure.pk).exists():
        raise InvalidInput("The course does not ask for this structure.", structure=["Unknown."])
    if mode == PracticeMode.NAME:
        check_choice(structure.procedure_id)
    last = first_frame if mode != PracticeMode.SCAN or last_frame is None else last_frame
    _check_frames(truth_of(truth, truth.revision), mode, structure, first_frame, last)
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

    Raises NotAllowed for others than teachers, InvalidInput for frames that cannot be asked about,
    Conflict for other frames of a question that was answered, or that is asked already, and for a
    question that was taken out.
    """
    check_teacher(question.course, actor)
    # the course first, as in question_move, which locks many questions after it
    Course.objects.select_for_update().get(pk=question.course_id)
    question_hold(question)  # no answer is committed between the look for one and the change
    if note is not None:
        question.note = note.strip()
    if first_frame is not None or last_frame is not None:
        if question.attempts.exists():
            raise Conflict("This question was answered; its frames stay.", code="answered")
        first = question.first_frame if first_frame is None else first_frame
        is_scan = question.mode == PracticeMode.SCAN
        last = (question.last_frame if last_frame is None else last_frame) if is_scan else first
        mode, truth = PracticeMode(question.mode), truth_of_question(question)
        _check_frames(truth, mode, question.structure, first, last)
        question.first_frame, question.last_frame = first, last
    try:
        with transaction.atomic():
            question.save(update_fields=["note", "first_frame", "last_frame"])
    except IntegrityError as error:
        raise Conflict("The course asks this already.") from error
    return question


@transaction.atomic
def question_move(*, question: Question, actor: User, position: int) -> Question:
    """Ask it at another place, counted from 0, among the course's questions; past the end is the
    end. What a trainee has answered already stays answered.

    Raises NotAllowed for others than teachers.
    """
    check_teacher(question.course, actor)
    Course.objects.select_for_update().get(pk=question.course_id)
    rows = list(question.course.questions.order_by("number"))
    rows.remove(question)
    rows.insert(position, question)
    beyond = max(row.number for row in rows) + 1  # a number is there once, also meanwhile
    for start in (beyond, 0):
        for number, row in enumerate(rows, start):
            row.number = number
            row.save(update_fields=["number"])
    return question


@transaction.atomic
def question_delete(*, question: Question, actor: User) -> None:
    """Take a question out. Raises NotAllowed for others than teachers, Conflict once answered."""
    check_teacher(question.course, actor)
    Course.objects.select_for_update().get(pk=question.course_id)
    question_hold(question)  # no answer is committed between the look for one and the end
    if question.attempts.exists():
        raise Conflict("This question was answered and stays.", code="answered")
    question.delete()


def question_hold(question: Question) -> None:
    """Lock the question's row to the end of the transaction, and read again what a teacher may
    change. Taken after the Course or the Enrolment, and nothing after it.

    Raises Conflict for a question that was taken out meanwhile.
    """
    try:
        question.refresh_from_db(
            fields=["note", "first_frame", "last_frame"],
            from_queryset=Question.objects.select_for_update(),
        )
    except Question.DoesNotExist as gone:
        raise Conflict("This question was taken out meanwhile.", code="stale") from gone


def _check_frames(
    truth: Truth, mode: PracticeMode, structure: Structure, first: int, last: int
) -> None:
    """Raises InvalidInput for frames beyond the clip or that nobody annotated: what is to be seen
    there is not known; and for a place to be named where there is none.
    """
    frame_count = truth.clip.frame_count
    if not 0 <= first <= last < frame_count:
        raise InvalidInput(f"The clip has frames 0 to {frame_count - 1}.", first_frame=["Beyond."])
    if mode == PracticeMode.SCAN and first == last:
        raise InvalidInput("A timed scan plays more than one frame.", last_frame=["Too short."])
    unknown = np.flatnonzero(~truth.annotated[first : last + 1])
    if len(unknown):
        raise InvalidInput(
            f"The accepted annotation says nothing of frame {first + int(unknown[0])}, so that no "
            "answer could be right or wrong there.",
            first_frame=["Not annotated."],
        )
    if mode == PracticeMode.NAME and not truth.visible(structure.channel, first, last).any():
        raise InvalidInput(
            f"{structure.name} is not in this frame, so there is no place to name. Choose another "
            "frame, or ask to find it.",
            first_frame=["Not there."],
        )
