"""One structure through time, and its shapes at frames."""

import uuid

from django.db import models

from annotation.models.annotation_set import AnnotationSet
from annotation.models.procedure import Structure
from fascicle.accounts.models import User


class KeyframeSource(models.TextChoices):
    """How a shape came to be."""

    DRAWN = "drawn", "Drawn"
    ACCEPTED_SUGGESTION = "accepted_suggestion", "Accepted suggestion"
    PROPAGATED = "propagated", "Propagated"
    IMPORTED = "imported", "Imported"
    MODEL = "model", "Model"
    ADJUDICATED = "adjudicated", "Adjudicated"


class ShapeKind(models.TextChoices):
    """Kinds of `annotation.geometry`; `absent` ends the structure from its frame on."""

    SPLINE = "spline", "Spline"
    POLYGON = "polygon", "Polygon"
    MASK = "mask", "Mask"
    ABSENT = "absent", "Absent"


class Track(models.Model):
    """Made by the browser with its own id, so that it exists before the server knows of it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    annotation_set = models.ForeignKey(
        AnnotationSet, on_delete=models.CASCADE, related_name="tracks"
    )
    structure = models.ForeignKey(Structure, on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"{self.structure} in {self.annotation_set_id}"


class Keyframe(models.Model):
    """The shape of a track at a frame; between keyframes it is interpolated.

    `shape` is `annotation.geometry.encode_shape`: float64 points and packed uncertain flags, or a
    cropped run-length mask.
    """

    track = models.ForeignKey(Track, on_delete=models.CASCADE, related_name="keyframes")
    frame_index = models.PositiveIntegerField()
    kind = models.CharField(max_length=8, choices=ShapeKind.choices)
    shape = models.BinaryField()
    source = models.CharField(max_length=24, choices=KeyframeSource.choices)
    author = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    confidence = models.FloatField(null=True, blank=True)  # of a model, 0 to 1
    revision = models.PositiveIntegerField()  # that last wrote it

    class Meta:
        ordering = ["frame_index"]
        constraints = [
            models.UniqueConstraint(fields=["track", "frame_index"], name="keyframe_once_a_frame"),
            models.CheckConstraint(
                condition=models.Q(kind__in=ShapeKind.values), name="keyframe_kind_known"
            ),
            models.CheckConstraint(
                condition=models.Q(source__in=KeyframeSource.values), name="keyframe_source_known"
            ),
            models.CheckConstraint(
                condition=models.Q(confidence__isnull=True)
                | models.Q(confidence__gte=0, confidence__lte=1),
                name="keyframe_confidence_fraction",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} at {self.frame_index}"
