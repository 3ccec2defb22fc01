"""Mode *timed scan*: the clip plays, and the trainee pauses it when the structure is seen."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .rating import Outcome


@dataclass(frozen=True, slots=True)
class ScanScore:
    """A pause scored. `seconds`: after a hit since the structure came into view; else how far
    from being in view it was, to the nearest moment; None where it is never to be seen.
    """

    outcome: Outcome
    seconds: float | None


def score_scan(
    visible: NDArray[np.bool_], times: NDArray[np.float64], paused: int | None
) -> ScanScore:
    """Score a pause at frame `paused` of the part that was played, or None for no pause.

    `visible` is bool (n,) and `times` float64 (n,) in seconds, rising. A pause outside all runs of
    visible frames is early when the nearest such run is still to come, else late; of two equally
    near it is early.
    """
    shown = np.flatnonzero(visible)
    if paused is None:
        return ScanScore(Outcome.OVERLOOKED if len(shown) else Outcome.ABSENT, None)
    if not len(shown):
        return ScanScore(Outcome.IMAGINED, None)
    now = float(times[paused])
    if visible[paused]:
        hidden = np.flatnonzero(~visible[:paused])
        onset = int(hidden[-1]) + 1 if len(hidden) else 0
        return ScanScore(Outcome.HIT, now - float(times[onset]))
    earlier, later = shown[shown < paused], shown[shown > paused]
    ahead = float(times[later[0]]) - now if len(later) else None
    behind = now - float(times[earlier[-1]]) if len(earlier) else None
    if ahead is not None and (behind is None or ahead <= behind):
        return ScanScore(Outcome.EARLY, ahead)
    return ScanScore(Outcome.LATE, behind)
