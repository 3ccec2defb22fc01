"""When each frame is shown."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from annotation.frames.problem import UnreadableSourceError


def presentation_times(
    stored: Sequence[float | None], nominal_rate: float | None
) -> NDArray[np.float64]:
    """Seconds from the first frame, float64 (n,), strictly increasing.

    The times stored in the file are used when every frame has one and each is later than the one
    before. Otherwise (AVI and raw streams keep none, some scanners write them twice) all frames
    are spaced by the nominal rate: their order is certain, their times are not.
    Raises UnreadableSourceError when there is no nominal rate either.
    """
    known = [time for time in stored if time is not None]
    if known and len(known) == len(stored):
        times = np.asarray(known, dtype=np.float64)
        times -= times[0]
        if bool(np.all(np.isfinite(times))) and bool(np.all(np.diff(times) > 0)):
            return times
    if len(stored) == 1:
        return np.zeros(1)
    if not nominal_rate or nominal_rate <= 0:
        raise UnreadableSourceError(
            "The times of the frames are damaged (one frame is not later than the one before), "
            "and the file does not say how many frames it shows a second."
        )
    return np.arange(len(stored), dtype=np.float64) / nominal_rate


def duration(times_s: NDArray[np.float64]) -> float:
    """Seconds that the clip lasts: the last frame stays as long as a frame usually does."""
    if len(times_s) < 2:
        return 0.0
    return float(times_s[-1] + np.median(np.diff(times_s)))
