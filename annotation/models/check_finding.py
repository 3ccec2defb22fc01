"""What a hidden re-read or check of a reader found, as it stood at certain revisions."""

import uuid

from django.db import models
from django.utils import timezone

from annotation.models.annotation_set import AnnotationSet
from annotation.models.assignment import Assignment


class CheckFinding(models.Model):
    """A check compared with its reference, frame by frame: the same two revisions give the same
    bytes, so that `sha256` of a finding made again is the same.

    `frames` is `annotation.agreement.pack_table` with the reference as reader 0 and the check as
    reader 1; without a row the two share no frame that both looked at.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    assignment = models.ForeignKey(Assignment, on_delete=models.CASCADE, related_name="findings")
    reading = models.ForeignKey(AnnotationSet, on_delete=models.CASCADE, related_name="+")
    reading_revision = models.PositiveIntegerField()
    reference = models.ForeignKey(AnnotationSet, on_delete=models.CASCADE, related_name="+")
    reference_revision = models.PositiveIntegerField()
    structures = models.JSONField(default=list)  # {channel, code, name, colour}, as called then
    frames = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    made_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["made_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["assignment", "reading_revision", "reference_revision"],
                name="check_finding_once",
            ),
        ]

    def __str__(self) -> str:
        return f"check {self.assignment_id} at revision {self.reading_revision}"
