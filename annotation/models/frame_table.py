"""index -> presentation time -> SHA-256 of the decoded grey pixels; made once at ingest."""

from typing import TYPE_CHECKING

import numpy as np
from django.db import models
from django.db.models import F, Func, Value

from annotation.models.clip import Clip

if TYPE_CHECKING:
    from numpy.typing import NDArray

DIGEST_BYTES = 32
TIME_BYTES = 8


class FrameTable(models.Model):
    """Packed arrays rather than a row a frame: they are read whole and never change."""

    clip = models.OneToOneField(
        Clip, on_delete=models.CASCADE, primary_key=True, related_name="frame_table"
    )
    frame_count = models.PositiveIntegerField()
    times = models.BinaryField()  # float64 little-endian seconds, one a frame
    digests = models.BinaryField()  # 32 bytes a frame

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(
                    frame_count=Func(
                        F("times"), function="octet_length", output_field=models.IntegerField()
                    )
                    / Value(TIME_BYTES)
                )
                & models.Q(
                    frame_count=Func(
                        F("digests"), function="octet_length", output_field=models.IntegerField()
                    )
                    / Value(DIGEST_BYTES)
                ),
                name="frame_table_complete",
            )
        ]

    def __str__(self) -> str:
        return f"{self.frame_count} frames of {self.clip_id}"

    @property
    def times_s(self) -> "NDArray[np.float64]":
        """Presentation times in seconds from the first frame, float64 (frame_count,)."""
        return np.frombuffer(self.times, dtype="<f8")

    @property
    def sha256(self) -> list[str]:
        """Hexadecimal digest of each frame's grey pixels, rows top to bottom."""
        packed = bytes(self.digests)
        return [
            packed[start : start + DIGEST_BYTES].hex()
            for start in range(0, len(packed), DIGEST_BYTES)
        ]
