"""A colleague's decision on a submitted set."""

import uuid

from django.db import models
from django.utils import timezone

from annotation.models.annotation_set import AnnotationSet
from fascicle.accounts.models import User


class Decision(models.TextChoices):
    """What a reviewer can say."""

    ACCEPT = "accept", "Accepted"
    RETURN = "return", "Returned"


class Review(models.Model):
    """Append-only history. The author is copied here so that the database itself can refuse a
    review of one's own work.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    annotation_set = models.ForeignKey(
        AnnotationSet, on_delete=models.CASCADE, related_name="reviews"
    )
    revision = models.PositiveIntegerField()
    author = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    reviewer = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    decision = models.CharField(max_length=8, choices=Decision.choices)
    remark = models.TextField(blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["created_at"]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(reviewer=models.F("author")), name="review_not_of_own_work"
            ),
            models.CheckConstraint(
                condition=models.Q(decision__in=Decision.values), name="review_decision_known"
            ),
            models.CheckConstraint(
                condition=~models.Q(decision=Decision.RETURN) | ~models.Q(remark=""),
                name="review_return_says_why",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.decision} of {self.annotation_set_id}"
