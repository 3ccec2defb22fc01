"""A shape being carried through a clip, and what has come of it so far."""

import uuid
from typing import TYPE_CHECKING

from django.db import models
from django.utils import timezone

from annotation.models.annotation_set import AnnotationSet
from annotation.models.procedure import Structure
from fascicle.accounts.models import User
from fascicle.jobs.models import Job

if TYPE_CHECKING:
    from uuid import UUID


class PropagationQuerySet(models.QuerySet["Propagation"]):
    """Who may see which propagation."""

    def visible_to(self, user: User) -> "PropagationQuerySet":
        """What one has carried on oneself, for sets that one may see now: an author's draft, or a
        colleague's reading that one corrects. Like a draft it is nobody else's.
        """
        visible = AnnotationSet.objects.visible_to(user)
        return self.filter(job__owner=user, annotation_set__in=visible)


class Propagation(models.Model):
    """Proposed shapes beside a set: nothing of it is in the set until the person keeps it.

    The shape to carry is a copy of what the page showed, as it may not be saved yet. It goes from
    `source_frame` to `last_frame`, which lies before it when the shape is carried backwards.
    `track_id` is the page's own and may not be saved yet either.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    annotation_set = models.ForeignKey(
        AnnotationSet, on_delete=models.CASCADE, related_name="propagations"
    )
    structure = models.ForeignKey(Structure, on_delete=models.PROTECT, related_name="+")
    track_id: "models.UUIDField[UUID, UUID]" = models.UUIDField()
    source_frame = models.PositiveIntegerField()
    last_frame = models.PositiveIntegerField()
    shape = models.BinaryField()
    job = models.OneToOneField(Job, on_delete=models.CASCADE, related_name="+")
    stopped_because = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = PropagationQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(source_frame=models.F("last_frame")),
                name="propagation_goes_somewhere",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.structure} from {self.source_frame} to {self.last_frame}"


class PropagatedShape(models.Model):
    """The shape at a frame, and the Dice to be expected of it."""

    propagation = models.ForeignKey(Propagation, on_delete=models.CASCADE, related_name="shapes")
    distance = models.PositiveIntegerField()  # frames from the source
    shape = models.BinaryField()
    confidence = models.FloatField()

    class Meta:
        ordering = ["distance"]
        constraints = [
            models.UniqueConstraint(
                fields=["propagation", "distance"], name="propagated_once_a_frame"
            ),
            models.CheckConstraint(
                condition=models.Q(confidence__gte=0, confidence__lte=1),
                name="propagated_confidence_fraction",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.distance} frames on"
