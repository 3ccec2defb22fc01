"""An applied batch of operations."""

from django.db import models
from django.utils import timezone

from annotation.models.annotation_set import AnnotationSet
from fascicle.accounts.models import User


class Revision(models.Model):
    """Append-only. Its operations replayed in order give the set; any revision can be restored."""

    annotation_set = models.ForeignKey(
        AnnotationSet, on_delete=models.CASCADE, related_name="revisions"
    )
    number = models.PositiveIntegerField()
    author = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    idempotency_key = models.UUIDField()
    ops = models.JSONField()
    summary = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(
                fields=["annotation_set", "number"], name="revision_number_once"
            ),
            models.UniqueConstraint(
                fields=["annotation_set", "idempotency_key"], name="revision_key_once"
            ),
        ]

    def __str__(self) -> str:
        return f"revision {self.number} of {self.annotation_set_id}"
