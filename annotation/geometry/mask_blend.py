"""One mask turning into another, by their signed distances.

Blending signed distances (Raya and Udupa, "Shape-based interpolation of multidimensional objects",
IEEE Transactions on Medical Imaging 9, 1990) lets regions grow, shrink, split and join. A region
that moves further than its own size between keyframes would vanish halfway, so the masks are first
laid over each other where that brings more of them together.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .distance import signed_distance
from .rle import RowRuns, dense_from_mask, mask_from_dense, row_runs, translated
from .shapes import Mask

# a box beyond this (4 megapixels) is a slip of the hand, not a structure
MAX_BLEND_PIXELS = 2**22


@dataclass(frozen=True, slots=True)
class MaskBlend:
    """Signed distances of both masks over one box, the second moved by -(dx, dy) onto the first.

    `first` and `second` are float64 (height, width); their first pixel is column x, row y.
    """

    x: int
    y: int
    dx: int
    dy: int
    first: NDArray[np.float64]
    second: NDArray[np.float64]

    def at(self, step: int, steps: int) -> Mask:
        """The mask `step` of `steps` equal steps on the way, 0 <= step <= steps.

        A pixel whose blended distance is exactly zero is inside: a line one pixel wide that moves
        by a pixel becomes two pixels wide halfway, and does not vanish.
        """
        inside = self.first * (steps - step) + self.second * step >= 0.0
        move_x = (2 * self.dx * step + steps) // (2 * steps)
        move_y = (2 * self.dy * step + steps) // (2 * steps)
        return mask_from_dense(inside, self.x + move_x, self.y + move_y)


def blend_masks(a: Mask, b: Mask) -> MaskBlend | None:
    """Prepare the way from `a` to `b`; None when one is empty or their common box is too large.

    The masks are laid over each other by their centroids (each rounded to whole pixels) when they
    then share more pixels than where they lie; the blend moves back evenly, in whole pixels.
    """
    if a.is_empty or b.is_empty:
        return None
    runs_a, runs_b = row_runs(a), row_runs(b)
    centre_a, centre_b = _centre(runs_a), _centre(runs_b)
    dx, dy = centre_b[0] - centre_a[0], centre_b[1] - centre_a[1]
    if shared_pixels(a, translated(b, -dx, -dy)) <= shared_pixels(a, b):
        dx, dy = 0, 0
    laid = translated(b, -dx, -dy)
    x, y = min(a.x, laid.x) - 1, min(a.y, laid.y) - 1
    width = max(a.x + a.width, laid.x + laid.width) + 1 - x
    height = max(a.y + a.height, laid.y + laid.height) + 1 - y
    if width * height > MAX_BLEND_PIXELS:
        return None
    first = signed_distance(dense_from_mask(a, width, height, x, y))
    second = signed_distance(dense_from_mask(laid, width, height, x, y))
    return MaskBlend(x, y, dx, dy, first, second)


def shared_pixels(a: Mask, b: Mask) -> int:
    """How many pixels two masks have in common."""
    left, top = max(a.x, b.x), max(a.y, b.y)
    width = min(a.x + a.width, b.x + b.width) - left
    height = min(a.y + a.height, b.y + b.height) - top
    if width <= 0 or height <= 0:
        return 0
    both = dense_from_mask(a, width, height, left, top)
    both &= dense_from_mask(b, width, height, left, top)
    return int(np.count_nonzero(both))


def _centre(runs: RowRuns) -> tuple[int, int]:
    length = runs.stops - runs.starts
    n = int(length.sum())
    sum_x = int((length * (runs.starts + runs.stops - 1)).sum()) // 2
    sum_y = int((length * runs.rows).sum())
    return (2 * sum_x + n) // (2 * n), (2 * sum_y + n) // (2 * n)
