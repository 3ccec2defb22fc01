"""A remark pinned to a frame and place."""

import uuid
from typing import TYPE_CHECKING

from django.db import models
from django.utils import timezone

from annotation.models.annotation_set import AnnotationSet
from fascicle.accounts.models import User

if TYPE_CHECKING:
    from annotation.models.annotation_set import AnnotationSetQuerySet


class IssueQuerySet(models.QuerySet["Issue"]):
    """Who may see which remark."""

    def visible_to(self, user: User) -> "IssueQuerySet":
        """Remarks on sets one may see."""
        sets: AnnotationSetQuerySet = AnnotationSet.objects.visible_to(user)
        return self.filter(annotation_set__in=sets)


class Issue(models.Model):
    """What a reviewer wants changed, and where. Position in image pixels, or the whole frame."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    annotation_set = models.ForeignKey(
        AnnotationSet, on_delete=models.CASCADE, related_name="issues"
    )
    frame_index = models.PositiveIntegerField()
    x = models.FloatField(null=True, blank=True)
    y = models.FloatField(null=True, blank=True)
    text = models.TextField()
    author = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    resolved_at = models.DateTimeField(null=True, blank=True)

    objects = IssueQuerySet.as_manager()

    class Meta:
        ordering = ["frame_index", "created_at"]
        constraints = [
            models.CheckConstraint(condition=~models.Q(text=""), name="issue_has_text"),
            models.CheckConstraint(
                condition=models.Q(x__isnull=True, y__isnull=True)
                | models.Q(x__isnull=False, y__isnull=False),
                name="issue_place_whole",
            ),
        ]

    def __str__(self) -> str:
        return self.text[:40]
