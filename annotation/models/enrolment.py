"""Who practises in which course, what was answered, and when it is asked again."""

import uuid
from datetime import datetime
from typing import Any

from django.db import models
from django.utils import timezone

from annotation.models.course import Course, Question
from annotation.models.procedure import Structure
from annotation.practice import Outcome, Recall
from fascicle.accounts.models import User


class EnrolmentQuerySet(models.QuerySet["Enrolment"]):
    """Who may see whose enrolment."""

    def visible_to(self, user: User) -> "EnrolmentQuerySet":
        """One's own; everyone's in courses one teaches."""
        mine = models.Q(person=user, course__in=Course.objects.visible_to(user))
        return self.filter(mine | models.Q(course__in=Course.objects.taught_by(user)))


class Enrolment(models.Model):
    """One trainee in one course. While it lasts, annotations of the course's clips are veiled from
    the person: see `ClipQuerySet.veiled_from`. It ends once and for good, as answers after a look
    at the annotations would prove nothing.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="enrolments")
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    cohort = models.CharField(max_length=80, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = EnrolmentQuerySet.as_manager()

    class Meta:
        ordering = ["created_at"]
        constraints = [
            models.UniqueConstraint(fields=["course", "person"], name="enrolment_once"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} in {self.course_id}"

    @property
    def is_active(self) -> bool:
        """Whether the person is still practising here."""
        return self.ended_at is None


class AttemptQuerySet(models.QuerySet["Attempt"]):
    """Who may see whose answers."""

    def visible_to(self, user: User) -> "AttemptQuerySet":
        """One's own. Teachers see figures, not answers."""
        return self.filter(
            enrolment__person=user, enrolment__course__in=Course.objects.visible_to(user)
        )


class Attempt(models.Model):
    """One answer and its score; never changed, which the database holds.

    Answers are rows of their own rather than annotation sets, so nothing that reads sets can take
    them for delineations; see docs/decisions/practice-answers-are-rows.md.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="attempts")
    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="attempts")
    number = models.PositiveIntegerField()  # of this person at this question, from 1
    committed_at = models.DateTimeField(default=timezone.now, editable=False)
    answer: "models.JSONField[Any, Any]" = models.JSONField()
    outcome = models.CharField(
        max_length=12, choices=[(each.value, each.value.capitalize()) for each in Outcome]
    )
    score: "models.JSONField[Any, Any]" = models.JSONField()  # of the mode's score
    recall = models.PositiveSmallIntegerField()
    # for which structure it was taken, where for another one
    taken_for = models.ForeignKey(
        Structure, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    # nothing about this structure in this clip had been revealed to the person before
    is_first_look = models.BooleanField()

    objects = AttemptQuerySet.as_manager()

    class Meta:
        ordering = ["committed_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment", "question", "number"], name="attempt_number_once"
            ),
            models.CheckConstraint(
                condition=models.Q(outcome__in=[each.value for each in Outcome]),
                name="attempt_outcome_known",
            ),
            models.CheckConstraint(
                condition=models.Q(recall__in=[each.value for each in Recall]),
                name="attempt_recall_known",
            ),
        ]
        indexes = [models.Index(fields=["question", "number"], name="attempt_of_question")]

    def __str__(self) -> str:
        return f"{self.outcome}, attempt {self.number} at {self.question_id}"


class MemoryCard(models.Model):
    """What the scheduler of the free spaced repetition algorithm knows of a person and a question:
    `state` is the card of the library `fsrs` as JSON, `due` a copy of its own.
    """

    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="cards")
    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="+")
    state: "models.JSONField[Any, Any]" = models.JSONField()
    due: "models.DateTimeField[datetime, datetime]" = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["enrolment", "question"], name="memory_card_once"),
        ]
        indexes = [models.Index(fields=["enrolment", "due"], name="memory_card_due")]

    def __str__(self) -> str:
        return f"{self.question_id} due {self.due}"
