"""A few frames spread over a clip of unknown length."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

SAMPLE_COUNT = 16  # what finding overlays asks for
_MAX_PIXELS = 128_000_000  # of all samples held


@dataclass(frozen=True, slots=True)
class Sample:
    """A frame, uint8 (H, W), and its place in the clip."""

    frame_index: int
    grey: NDArray[np.uint8]


class FrameSamples:
    """Keeps every n-th frame; when too many are held, every second goes and n doubles."""

    def __init__(self, count: int = SAMPLE_COUNT) -> None:
        self._count = count
        self._stride = 1
        self._held: list[Sample] = []
        self._last: Sample | None = None

    def add(self, frame_index: int, grey: NDArray[np.uint8]) -> None:
        """The next frame of the clip."""
        self._last = Sample(frame_index, grey)
        if frame_index % self._stride:
            return
        self._held.append(self._last)
        most = max(2, min(2 * self._count, _MAX_PIXELS // grey.size))
        if len(self._held) > most:
            del self._held[1::2]
            self._stride *= 2

    def chosen(self) -> list[Sample]:
        """At most `count` frames in order, the first and the last among them."""
        held = list(self._held)
        if self._last is not None and held[-1].frame_index != self._last.frame_index:
            held.append(self._last)
        if len(held) <= self._count:
            return held
        places = np.linspace(0, len(held) - 1, self._count).round().astype(int)
        return [held[place] for place in places]
