"""What a viewer whose way is narrow is sent instead: a smaller picture first, fewer of them next.

Per viewer, never per session. All levels together need two further encodes of a frame, which the
viewers of a session share.
"""

from dataclasses import dataclass

import cv2
import numpy as np
import simplejpeg

SLOW_ROUND_TRIP_S = 0.150
QUICK_ROUND_TRIP_S = 0.100
MANY_SKIPPED, FEW_SKIPPED = 0.30, 0.10
DOWN_AFTER_S = 2.0
UP_AFTER_S = 10.0
MOST_PATIENCE_S = 160.0


@dataclass(frozen=True, slots=True)
class Encoding:
    """A JPEG of at most this quality, whose longer side has at most so many pixels."""

    quality: int
    longest_side: int


@dataclass(frozen=True, slots=True)
class Level:
    """`encoding` None = the bytes as they came; `most_fps` None = every frame there is."""

    encoding: Encoding | None = None
    most_fps: float | None = None


MEDIUM, SMALL = Encoding(75, 512), Encoding(60, 320)
LEVELS = (Level(), Level(MEDIUM), Level(SMALL), Level(SMALL, 15.0))


class Adaptation:
    """The level of one viewer. Times are seconds of a clock that never goes back."""

    def __init__(self, now_s: float) -> None:
        self.number = 0
        self._since_s = now_s  # since when the way has been good, or bad, without a break
        self._was_bad = False
        self._up_at_s: float | None = None
        self._patience_s = UP_AFTER_S

    @property
    def level(self) -> Level:
        """What the viewer is sent now."""
        return LEVELS[self.number]

    def judge(self, now_s: float, *, round_trip_s: float | None, skipped: float) -> None:
        """Once a second: the 95th percentile of the recent round trips, and the share of frames
        that were replaced before they could be sent.
        """
        is_bad = skipped > MANY_SKIPPED or (round_trip_s or 0.0) > SLOW_ROUND_TRIP_S
        is_good = skipped < FEW_SKIPPED and (round_trip_s or 0.0) < QUICK_ROUND_TRIP_S
        if is_bad != self._was_bad or not (is_bad or is_good):
            self._was_bad, self._since_s = is_bad, now_s
            return
        lasted = now_s - self._since_s
        if is_bad and lasted >= DOWN_AFTER_S and self.number < len(LEVELS) - 1:
            if self._up_at_s is not None and now_s - self._up_at_s < 2 * UP_AFTER_S:
                # the way up was an error: try it less often
                self._patience_s = min(2 * self._patience_s, MOST_PATIENCE_S)
            self.number, self._since_s = self.number + 1, now_s
        elif is_good and lasted >= self._patience_s and self.number > 0:
            self.number, self._since_s, self._up_at_s = self.number - 1, now_s, now_s


def encode_again(jpeg: bytes, encoding: Encoding) -> tuple[bytes, int, int]:
    """A grey JPEG again, smaller: its bytes, width and height in pixels. Raises ValueError."""
    grey = simplejpeg.decode_jpeg(jpeg, colorspace="GRAY")[..., 0]
    height, width = grey.shape
    scale = encoding.longest_side / max(height, width)
    if scale < 1:
        size = (max(1, round(width * scale)), max(1, round(height * scale)))
        grey = cv2.resize(grey, size, interpolation=cv2.INTER_AREA)
        width, height = size
    whole = np.ascontiguousarray(grey[..., None])
    data = simplejpeg.encode_jpeg(
        whole, quality=encoding.quality, colorspace="GRAY", colorsubsampling="Gray"
    )
    return data, width, height
