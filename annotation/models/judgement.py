"""What an author says of frames and of the clip besides the shapes."""

import uuid

from django.db import models

from annotation.models.annotation_set import AnnotationSet
from annotation.models.procedure import Structure


class ImageQuality(models.TextChoices):
    """How well structures can be told apart in a frame."""

    GOOD = "good", "Good"
    USABLE = "usable", "Usable"
    POOR = "poor", "Poor"


class FrameQuality(models.Model):
    """The image quality of a frame."""

    annotation_set = models.ForeignKey(
        AnnotationSet, on_delete=models.CASCADE, related_name="frame_qualities"
    )
    frame_index = models.PositiveIntegerField()
    quality = models.CharField(max_length=8, choices=ImageQuality.choices)

    class Meta:
        ordering = ["frame_index"]
        constraints = [
            models.UniqueConstraint(
                fields=["annotation_set", "frame_index"], name="quality_once_a_frame"
            ),
            models.CheckConstraint(
                condition=models.Q(quality__in=ImageQuality.values), name="quality_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quality} at {self.frame_index}"


class NotVisible(models.Model):
    """A structure judged not to be seen from the first frame to the last, both included: data that
    trains the empty frame. Spans of one structure neither overlap nor touch.
    """

    annotation_set = models.ForeignKey(
        AnnotationSet, on_delete=models.CASCADE, related_name="not_visible"
    )
    structure = models.ForeignKey(Structure, on_delete=models.PROTECT, related_name="+")
    first_frame = models.PositiveIntegerField()
    last_frame = models.PositiveIntegerField()

    class Meta:
        ordering = ["structure", "first_frame"]
        constraints = [
            models.UniqueConstraint(
                fields=["annotation_set", "structure", "first_frame"], name="not_visible_once"
            ),
            models.CheckConstraint(
                condition=models.Q(last_frame__gte=models.F("first_frame")),
                name="not_visible_in_order",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.structure_id} not visible {self.first_frame} to {self.last_frame}"


class Note(models.Model):
    """The author's own words on a frame, or on the clip; made by the browser with its own id."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    annotation_set = models.ForeignKey(
        AnnotationSet, on_delete=models.CASCADE, related_name="notes"
    )
    frame_index = models.PositiveIntegerField(null=True, blank=True)
    text = models.TextField()

    class Meta:
        ordering = ["frame_index", "id"]
        constraints = [
            models.CheckConstraint(condition=~models.Q(text=""), name="note_says_something"),
        ]

    def __str__(self) -> str:
        return self.text[:60]
