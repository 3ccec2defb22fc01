"""How far apart two outlines are: 95th percentile Hausdorff and mean surface distance."""

from __future__ import annotations

import math

import cv2
import numpy as np
from numpy.typing import NDArray

MICRONS_PER_MM = 1000.0
Points = NDArray[np.float32]

_CROSS = cv2.getStructuringElement(cv2.MORPH_CROSS, (3, 3))
# up to here float32 holds every sum that a squared distance is made of without error
_EXACT_SIDE = 1400
_MOST_DISTANCES = 1 << 22  # at once; larger surfaces are asked for their nearest point one by one


def surface_distances(
    truth: NDArray[np.bool_], predicted: NDArray[np.bool_]
) -> tuple[float, float] | None:
    """(HD95, mean surface distance) in pixels between two masks bool (H, W); None if one is empty.

    The surface is a mask's pixels with a 4-neighbour outside it (outside the image counts as
    outside). HD95 is the larger of the two directed 95th percentiles, the mean runs over both
    directions' distances together; definitions after Maier-Hein, Reinke et al., Metrics Reloaded,
    Nat. Methods 21, 2024.
    """
    if not truth.any() or not predicted.any():
        return None
    return distances_between(surface(truth), surface(predicted))


def surface(mask: NDArray[np.bool_], left: int = 0, top: int = 0) -> Points:
    """The pixels (x, y) of a mask's surface, float32 (n, 2); mask bool (h, w), its first pixel in
    column `left` and row `top`. Made once a mask that is compared with several.
    """
    pixels = np.ascontiguousarray(mask).view(np.uint8)
    inner = cv2.erode(pixels, _CROSS, borderType=cv2.BORDER_CONSTANT, borderValue=0)
    rows, columns = np.nonzero(pixels != inner)
    points = np.empty((len(rows), 2), dtype=np.float32)
    points[:, 0], points[:, 1] = columns + left, rows + top
    return points


def distances_between(first: Points, second: Points) -> tuple[float, float]:
    """(HD95, mean surface distance) in pixels between two surfaces with at least one point each."""
    to_second, to_first = _nearest(first, second)
    hausdorff = max(_percentile_95(to_first), _percentile_95(to_second))
    return hausdorff, float(np.concatenate((to_first, to_second)).mean())


def _nearest(first: Points, second: Points) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The distance from each point of one to the nearest of the other, both ways."""
    origin = np.minimum(first.min(axis=0), second.min(axis=0))
    side = float((np.maximum(first.max(axis=0), second.max(axis=0)) - origin).max())
    if side > _EXACT_SIDE or len(first) * len(second) > _MOST_DISTANCES:
        from scipy.spatial import KDTree  # noqa: PLC0415 - rare, and slow to load

        to_second, to_first = KDTree(second).query(first)[0], KDTree(first).query(second)[0]
        return np.asarray(to_second, np.float64), np.asarray(to_first, np.float64)
    # |a - b|^2 = -2 ab + |a|^2 + |b|^2 as one product of matrices, in whole numbers
    a, b = first - origin, second - origin
    over = np.empty((len(a), 4), dtype=np.float32)
    under = np.empty((len(b), 4), dtype=np.float32)
    over[:, :2], over[:, 2], over[:, 3] = -2.0 * a, np.einsum("ij,ij->i", a, a), 1.0
    under[:, :2], under[:, 2], under[:, 3] = b, 1.0, np.einsum("ij,ij->i", b, b)
    squares = over @ under.T
    return (
        np.sqrt(squares.min(axis=1).astype(np.float64)),
        np.sqrt(squares.min(axis=0).astype(np.float64)),
    )


def _percentile_95(values: NDArray[np.float64]) -> float:
    """`numpy.percentile(values, 95)`, without what that spends on asking what it was given."""
    ordered = np.sort(values)
    place = 0.95 * (len(ordered) - 1)
    below = math.floor(place)
    above = min(below + 1, len(ordered) - 1)
    part = place - below
    low, high = float(ordered[below]), float(ordered[above])
    return low + (high - low) * part if part < 0.5 else high - (high - low) * (1.0 - part)
