"""How much two masks share."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Overlap:
    """Pixel counts of two masks, and of what they share."""

    first_px: int
    second_px: int
    shared_px: int

    @property
    def union_px(self) -> int:
        return self.first_px + self.second_px - self.shared_px

    @property
    def dice(self) -> float | None:
        """2 |A and B| / (|A| + |B|); None where both are empty."""
        total = self.first_px + self.second_px
        return 2.0 * self.shared_px / total if total else None

    @property
    def iou(self) -> float | None:
        """|A and B| / |A or B|; None where both are empty."""
        return self.shared_px / self.union_px if self.union_px else None


def overlap(first: NDArray[np.bool_], second: NDArray[np.bool_]) -> Overlap:
    """Count the pixels of two masks, bool of one shape."""
    return Overlap(
        int(np.count_nonzero(first)),
        int(np.count_nonzero(second)),
        int(np.count_nonzero(first & second)),
    )
