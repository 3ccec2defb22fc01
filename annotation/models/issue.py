"""A remark pinned to a place and a span of frames, and what is answered to it."""

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
    """What a reviewer wants changed, and where: from `frame_index` to `last_frame`, both included,
    at a place in image pixels or in the whole frame.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    annotation_set = models.ForeignKey(
        AnnotationSet, on_delete=models.CASCADE, related_name="issues"
    )
    frame_index = models.PositiveIntegerField()
    last_frame = models.PositiveIntegerField()
    x = models.FloatField(null=True, blank=True)
    y = models.FloatField(null=True, blank=True)
    text = models.TextField()
    author = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    resolved_at = models.DateTimeField(null=True, blank=True)
    resolved_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

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
            models.CheckConstraint(
                condition=models.Q(last_frame__gte=models.F("frame_index")),
                name="issue_span_in_order",
            ),
        ]

    def __str__(self) -> str:
        return self.text[:40]


class IssueReply(models.Model):
    """An answer under a remark."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    issue = models.ForeignKey(Issue, on_delete=models.CASCADE, related_name="replies")
    text = models.TextField()
    author = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["created_at", "id"]
        constraints = [
            models.CheckConstraint(condition=~models.Q(text=""), name="issue_reply_has_text"),
        ]

    def __str__(self) -> str:
        return self.text[:40]
