"""How doubtful each structure is on each frame of a clip."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Measures:
    """One structure through a clip, each (frames,) float32 in 0..1.

    outline: mean doubt in a band along its edge, 0 where it is not drawn. Averaged over a whole
    frame the background would drown it (selective uncertainty, arXiv 2401.16298). flicker: how
    much less it overlaps with both frames beside it than those do with each other. presence: 1
    where the model is as good as undecided whether it is there.
    """

    outline: NDArray[np.float32]
    flicker: NDArray[np.float32]
    presence: NDArray[np.float32]

    def to_json(self) -> dict[str, list[float]]:
        """Rounded to a thousandth."""
        return {name: np.round(getattr(self, name), 3).tolist() for name in self.__slots__}

    @classmethod
    def from_json(cls, stored: dict[str, list[float]]) -> Measures:
        """What `to_json` gave."""
        return cls(*(np.array(stored[name], np.float32) for name in cls.__slots__))


# structure code -> its measures
ClipMeasures = dict[str, Measures]
