"""How far a carried shape can be trusted, as the Dice it is expected to have.

Fitted on clips of the phantom whose truth is known (`python -m benchmarks.propagation --fit`): a
logistic model of the Dice from what can be seen without the truth.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

# On clips of the phantom one frame differs from the next by at most 0.11, with a probe eight times
# too fast or much noise, and by at least 0.57 at a cut.
CUT_JUMP = 0.45


@dataclass(frozen=True, slots=True)
class Signs:
    """What speaks for and against a carried shape.

    likeness: cross-correlation with the source, -1 to 1. drift: forward-backward disagreements of
    all steps added in squares, as a part of the shape's radius. change: absolute logarithm of the
    area relative to the source's. jump: 1 minus the least cross-correlation of two frames in
    succession so far, 0 to 2.
    """

    likeness: float
    drift: float
    change: float
    jump: float

    @property
    def is_beyond_cut(self) -> bool:
        """Whether the picture became another one all at once on the way here."""
        return self.jump > CUT_JUMP

    def row(self) -> tuple[float, float, float, float]:
        """The model's inputs, the constant first."""
        return 1.0, 1.0 - max(self.likeness, 0.0), min(self.drift, 2.0), min(self.change, 2.0)


WEIGHTS = (3.642, -7.037, -4.381, -0.355)


def expected_dice(signs: Signs) -> float:
    """The Dice to be expected, 0 to 1; 0 beyond a cut, where likeness is chance."""
    if signs.is_beyond_cut:
        return 0.0
    return float(1.0 / (1.0 + np.exp(-np.dot(WEIGHTS, signs.row()))))
