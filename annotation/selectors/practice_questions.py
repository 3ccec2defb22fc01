"""What a trainee is asked next, without what would answer it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from annotation.models import (
    Course,
    CourseState,
    Enrolment,
    MemoryCard,
    PracticeMode,
    Question,
    Structure,
)
from annotation.practice import interior_point
from annotation.selectors.practice_truth import truth_of_question
from fascicle.accounts.models import User


@dataclass(frozen=True, slots=True)
class AskedQuestion:
    """A question as it is put. `structure` is not told, and `mark` (x, y) is, in mode *name*."""

    question: Question
    number: int  # of the attempt that would answer it
    structure: Structure | None
    mark: tuple[float, float] | None
    choices: Sequence[Structure]


@dataclass(frozen=True, slots=True)
class NextQuestion:
    """What to do now: a question, or when the next one is due. Counts are of questions."""

    asked: AskedQuestion | None
    due_at: datetime | None
    total: int
    answered: int
    due: int


def next_question(enrolment: Enrolment) -> NextQuestion:
    """First what is due again, longest overdue first, then what was never asked, in order."""
    course = enrolment.course
    now = timezone.now()
    questions = course.questions.present()
    total = questions.count()
    cards = MemoryCard.objects.filter(enrolment=enrolment, question__in=questions)
    answered = cards.count()
    due = cards.filter(due__lte=now).count()
    later = cards.filter(due__gt=now).order_by("due").values_list("due", flat=True).first()
    asked = None
    if course.state == CourseState.OPEN and enrolment.is_active:
        asked = _asked(enrolment, questions, cards.filter(due__lte=now).order_by("due", "pk"))
    return NextQuestion(asked, later, total, answered, due)


def _asked(
    enrolment: Enrolment, questions: QuerySet[Question], due: QuerySet[MemoryCard]
) -> AskedQuestion | None:
    rows = questions.select_related("clip", "structure", "annotation_set__clip", "course")
    again = due.values_list("question_id", flat=True).first()
    if again is not None:
        question = rows.get(pk=again)
    else:
        seen = MemoryCard.objects.filter(enrolment=enrolment).values("question_id")
        fresh = rows.exclude(pk__in=seen).first()
        if fresh is None:
            return None
        question = fresh
    number = enrolment.attempts.filter(question=question).count() + 1
    is_name = question.mode == PracticeMode.NAME
    mark = None
    if is_name:
        labels = truth_of_question(question).labels(question.first_frame)
        mark = interior_point(labels == question.structure.channel)
    choices = structures_to_choose(question.course) if is_name else []
    return AskedQuestion(question, number, None if is_name else question.structure, mark, choices)


def structures_to_choose(course: Course) -> list[Structure]:
    """What a structure is told from where it is to be named: those of the course, or of the whole
    procedure for a course on one of them alone, where there would be nothing to choose.
    """
    own = list(course.structures.all())
    if len(own) > 1:
        return own
    return list(Structure.objects.filter(procedure__protocols__project_id=course.project_id))


@dataclass(frozen=True, slots=True)
class CourseRow:
    """A course in a list, with the asking person's own place in it."""

    course: Course
    questions: int
    clips: int
    trainees: int
    enrolment: Enrolment | None
    answered: int
    due: int


def course_rows(user: User, project_id: UUID) -> list[CourseRow]:
    """The courses of a project that a person may see, newest first; five queries."""
    courses = list(
        Course.objects.visible_to(user)
        .filter(project=project_id)
        .prefetch_related("structures")
        .order_by("-created_at", "-pk")
    )
    return _rows(user, courses)


def course_row(user: User, course: Course) -> CourseRow:
    """One course as a list has it."""
    return _rows(user, [course])[0]


def _rows(user: User, courses: Sequence[Course]) -> list[CourseRow]:
    present = Q(questions__clip__deleted_at__isnull=True)
    counted = Course.objects.filter(pk__in=[row.pk for row in courses]).annotate(
        question_count=Count("questions", filter=present, distinct=True),
        clip_count=Count("questions__clip", filter=present, distinct=True),
        trainee_count=Count(
            "enrolments", filter=Q(enrolments__ended_at__isnull=True), distinct=True
        ),
    )
    counts = {
        pk: (questions, clips, trainees)
        for pk, questions, clips, trainees in counted.values_list(
            "pk", "question_count", "clip_count", "trainee_count"
        )
    }
    now = timezone.now()
    mine = {row.course_id: row for row in Enrolment.objects.filter(person=user, course__in=courses)}
    cards = (
        MemoryCard.objects.filter(
            enrolment__in=mine.values(), question__clip__deleted_at__isnull=True
        )
        .order_by()
        .values_list("enrolment__course_id")
        .annotate(answered=Count("pk"), due=Count("pk", filter=Q(due__lte=now)))
    )
    places = {course_id: (answered, due) for course_id, answered, due in cards}
    return [
        CourseRow(course, *counts[course.pk], mine.get(course.pk), *places.get(course.pk, (0, 0)))
        for course in courses
    ]
