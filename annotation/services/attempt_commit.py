"""Commit to an answer; from then on it stands, and the truth may be seen."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from annotation.models import Attempt, CourseState, Enrolment, MemoryCard, Question
from annotation.services.attempt_score import attempt_score
from annotation.services.memory_card_review import memory_card_review
from annotation.services.question_edit import question_hold
from fascicle.accounts.models import User
from fascicle.errors import Conflict, NotAllowed


@transaction.atomic
def attempt_commit(
    *,
    question: Question,
    actor: User,
    number: int,
    answer: Mapping[str, Any],
    first_frame: int | None = None,
    last_frame: int | None = None,
) -> Attempt:
    """Score and keep the actor's answer, the `number`th to this question, counted from 1. The
    frames are those that the actor was shown; None is not compared.

    The same number and answer again gives the same attempt, so a request whose answer was lost may
    be repeated. Raises NotAllowed without an enrolment, Conflict for another answer to what is
    answered, for a question that is not due, was taken out or asks about other frames by now, and
    for a closed course, InvalidInput for an answer that does not fit.
    """
    enrolment = (
        Enrolment.objects.select_for_update(of=("self",))
        .select_related("course")
        .filter(course=question.course_id, person=actor)
        .first()
    )
    if enrolment is None or not enrolment.is_active:
        raise NotAllowed("Join the course first.", code="not_enrolled")
    if enrolment.course.state != CourseState.OPEN:
        raise Conflict("This course is not open.", code="course_not_open")
    question_hold(question)  # scored against frames that stay until the answer is kept
    now = timezone.now()
    before = list(enrolment.attempts.filter(question=question).order_by("number"))
    if 1 <= number <= len(before):
        held = before[number - 1]
        if held.answer == attempt_score(question, answer).answer:
            return held
        raise Conflict("This is answered already; an answer stands.", code="answered")
    card = MemoryCard.objects.filter(enrolment=enrolment, question=question).first()
    if card is not None and card.due > now:
        raise Conflict("This question is not due yet.", code="not_due", due=card.due.isoformat())
    if number != len(before) + 1:
        raise Conflict("Load the question again.", code="stale", number=len(before) + 1)
    if first_frame not in {None, question.first_frame} or (
        last_frame not in {None, question.last_frame}
    ):
        raise Conflict("The teacher changed this question meanwhile. Load it again.", code="stale")
    scored = attempt_score(question, answer)
    attempt = Attempt.objects.create(
        enrolment=enrolment,
        question=question,
        number=number,
        committed_at=now,
        answer=scored.answer,
        outcome=scored.outcome,
        score=scored.score,
        recall=scored.recall,
        taken_for=scored.taken_for,
        is_first_look=not Attempt.objects.filter(
            enrolment__person=actor,
            question__clip=question.clip_id,
            question__structure=question.structure_id,
        ).exists(),
    )
    memory_card_review(enrolment=enrolment, question=question, recall=scored.recall, at=now)
    return attempt
