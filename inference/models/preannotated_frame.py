"""What a running pre-annotation has seen so far, for pages that watch it."""

from django.db import models

from fascicle.jobs.models import Job


class PreannotatedFrame(models.Model):
    """One frame of a clip that a model is looking at; gone once the suggestion is written.

    `shapes` lists what begins on the frame: structure id, confidence (null where it ends) and the
    stored bytes of the shape in base64.
    """

    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="preannotated_frames")
    frame_index = models.PositiveIntegerField()
    shapes = models.JSONField(default=list)

    class Meta:
        ordering = ["frame_index"]
        constraints = [
            models.UniqueConstraint(fields=["job", "frame_index"], name="preannotated_once_a_frame")
        ]

    def __str__(self) -> str:
        return f"frame {self.frame_index}"
