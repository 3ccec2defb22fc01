"""Which frames to ask about, so that an expert need not look for them."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

# the smallest region that detection counts: a disc of 7 px radius at 256x256
SMALLEST = math.pi * 7**2 / 256**2
SHORTEST_WAIT_S = 0.5  # of a timed scan before the structure comes into view


def propose_frames(areas: NDArray[np.float64], picture: int, count: int) -> list[int]:
    """Up to `count` frames in which a structure is large enough to ask for, evenly through them.

    `areas` is float64 (frames,): the structure's area in square pixels, NaN in frames that nobody
    annotated; `picture` is the area of a frame in the same.
    """
    usable = np.flatnonzero(np.nan_to_num(areas) >= SMALLEST * picture)
    wanted = min(count, len(usable))
    return [int(usable[int((place + 0.5) * len(usable) / wanted)]) for place in range(wanted)]


def propose_scan(areas: NDArray[np.float64], times: NDArray[np.float64]) -> tuple[int, int] | None:
    """First and last frame to play for a timed scan, or None where there is nothing to wait for.

    The longest run of annotated frames (`areas` not NaN) that begins without the structure for at
    least half a second and shows it later on.
    """
    known = np.concatenate(([False], ~np.isnan(areas), [False]))
    starts = np.flatnonzero(known[1:] & ~known[:-1])
    stops = np.flatnonzero(~known[1:] & known[:-1])
    fitting: list[tuple[int, int]] = []
    for start, stop in zip(starts.tolist(), stops.tolist(), strict=True):
        shown = np.flatnonzero(areas[start:stop] > 0)
        if len(shown) and times[start + shown[0]] - times[start] >= SHORTEST_WAIT_S:
            fitting.append((start, stop - 1))
    return max(fitting, key=lambda span: span[1] - span[0], default=None)
