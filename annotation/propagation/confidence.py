"""How far a carried shape can be trusted, as the Dice it is expected to have.

Fitted on clips of the phantom whose truth is known (`python -m benchmarks.propagation --fit`): a
logistic model of the Dice from what can be seen without the truth.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True)
class Signs:
    """What speaks for and against a carried shape.

    likeness: cross-correlation with the source, -1 to 1. drift: forward-backward disagreements of
    all steps added in squares, as a part of the shape's radius. change: absolute logarithm of the
    area relative to the source's.
    """

    likeness: float
    drift: float
    change: float

    def row(self) -> tuple[float, float, float, float]:
        """The model's inputs, the constant first."""
        return 1.0, 1.0 - max(self.likeness, 0.0), min(self.drift, 2.0), min(self.change, 2.0)


WEIGHTS = (3.642, -7.037, -4.381, -0.355)


def expected_dice(signs: Signs) -> float:
    """The Dice to be expected, 0 to 1."""
    return float(1.0 / (1.0 + np.exp(-np.dot(WEIGHTS, signs.row()))))
