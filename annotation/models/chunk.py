"""A run of frames in one immutable, content-addressed file."""

from django.db import models

from annotation.models.clip import Clip


class Chunk(models.Model):
    """See `annotation.frames.chunk_file` for the file's layout."""

    clip = models.ForeignKey(Clip, on_delete=models.CASCADE, related_name="chunks")
    number = models.PositiveIntegerField()
    first_frame = models.PositiveIntegerField()
    frame_count = models.PositiveIntegerField()
    storage_key = models.CharField(max_length=200)  # ends in the content's SHA-256
    byte_size = models.PositiveIntegerField()

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["clip", "number"], name="chunk_number_once"),
            models.UniqueConstraint(fields=["clip", "first_frame"], name="chunk_start_once"),
        ]

    def __str__(self) -> str:
        return f"chunk {self.number} of {self.clip_id}"
