"""An applied batch of operations, and the whole set at some of them."""

from django.db import models
from django.utils import timezone

from annotation.models.annotation_set import AnnotationSet
from fascicle.accounts.models import User


class Revision(models.Model):
    """Append-only. Its operations replayed in order give the set; any revision can be restored.

    `operations` is `annotation.operation_codec.encode_operations`.
    """

    annotation_set = models.ForeignKey(
        AnnotationSet, on_delete=models.CASCADE, related_name="revisions"
    )
    number = models.PositiveIntegerField()
    author = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    idempotency_key = models.UUIDField()
    operations = models.BinaryField()
    op_count = models.PositiveIntegerField()
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
            models.CheckConstraint(
                condition=models.Q(number__gte=1), name="revision_number_from_one"
            ),
        ]

    def __str__(self) -> str:
        return f"revision {self.number} of {self.annotation_set_id}"


class SetSnapshot(models.Model):
    """The whole set after a revision, so that looking back need not begin at the first one.

    `contents` are the operations that lead there from an empty set. It says nothing that the
    revisions do not say, and may be deleted.
    """

    annotation_set = models.ForeignKey(
        AnnotationSet, on_delete=models.CASCADE, related_name="snapshots"
    )
    number = models.PositiveIntegerField()
    contents = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["annotation_set", "number"], name="set_snapshot_once"),
        ]

    def __str__(self) -> str:
        return f"set {self.annotation_set_id} after revision {self.number}"
