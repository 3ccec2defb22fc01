"""Pulling a carried shape onto what a model sees."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from annotation.geometry import Contour, Mask, contour, dense_from_mask, mask_from_dense, shape_mask
from annotation.geometry.distance import signed_distance

# a model that sees something quite different is looking at something else
LEAST_AGREEMENT = 0.6
# pixels that a point of a contour may be pulled
PULL = 5.0


@dataclass(frozen=True, slots=True)
class RefinedRegion:
    """What a model sees of one structure: bool (H, W) pixels and how sure it is, 0 to 1."""

    pixels: NDArray[np.bool_]
    confidence: float


class Refiner(Protocol):
    """A model that finds one structure in a frame."""

    def refine(self, frame: NDArray[np.uint8]) -> RefinedRegion | None:
        """What it sees in a grey frame uint8 (H, W); None when it does not see the structure."""
        ...


def agreement(carried: NDArray[np.bool_], seen: NDArray[np.bool_]) -> float:
    """Dice of two pixel sets; 1 when both are empty."""
    total = int(carried.sum()) + int(seen.sum())
    return 2 * int(np.count_nonzero(carried & seen)) / total if total else 1.0


def pulled(shape: Contour | Mask, seen: NDArray[np.bool_]) -> tuple[Contour | Mask, float]:
    """Halfway from a carried shape to the pixels a model sees, and how far the two agree (Dice).

    The two are mixed as signed distances; points of a contour slide onto the mixed border, so that
    it keeps its points. The shape comes back as it was when they agree too little.
    """
    height, width = seen.shape
    own = dense_from_mask(shape_mask(shape, width, height), width, height)
    agreed = agreement(own, seen)
    if agreed < LEAST_AGREEMENT or own.all() or seen.all():
        return shape, agreed
    mixed = 0.5 * (signed_distance(own) + signed_distance(seen))
    if isinstance(shape, Mask):
        return mask_from_dense(mixed >= 0), agreed
    slope_x: NDArray[np.float64] = np.gradient(mixed, axis=1)
    slope_y: NDArray[np.float64] = np.gradient(mixed, axis=0)
    points = shape.points.copy()
    for _ in range(3):
        column = np.clip(points[:, 0].astype(np.int64), 0, width - 1)
        row = np.clip(points[:, 1].astype(np.int64), 0, height - 1)
        slope = np.stack([slope_x[row, column], slope_y[row, column]], axis=1)
        length = np.sum(slope * slope, axis=1)
        step = np.where(length > 0.05, mixed[row, column] / np.maximum(length, 0.05), 0.0)
        points -= np.clip(step, -PULL / 3, PULL / 3)[:, None] * slope
    return contour(shape.kind, points, shape.uncertain), agreed
