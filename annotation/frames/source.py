"""What every reader of clips gives: facts, and grey frames in the order they are shown."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from annotation.frames.facts import SourceFacts


@dataclass(frozen=True, slots=True)
class SourceFrame:
    """One decoded frame: uint8 (H, W), C-contiguous, and its presentation time where stored."""

    grey: NDArray[np.uint8]
    time_s: float | None


class FrameSource(Protocol):
    """An opened file. `frames` runs once, from the first frame to the last, and holds one frame."""

    @property
    def facts(self) -> SourceFacts:
        """What the file says of itself; may be asked before, during and after `frames`."""

    @property
    def source_format(self) -> str:
        """Container and codec, for people: "mov / h264"."""

    @property
    def expected_frames(self) -> int | None:
        """How many frames the file promises, for progress only."""

    @property
    def nominal_rate(self) -> float | None:
        """Frames a second, for files that keep no usable times."""

    def frames(self) -> Iterator[SourceFrame]:
        """Yield every frame; UnreadableSourceError when the file is damaged or ends early."""
