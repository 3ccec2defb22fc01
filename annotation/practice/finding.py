"""Modes *find* and *name*: places in a frame."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from annotation.geometry.distance import distance
from annotation.measures import MICRONS_PER_MM

from .rating import Outcome

NEAR_MM = 2.0
NEAR_OF_DIAGONAL = 0.02  # where the scale is not known


@dataclass(frozen=True, slots=True)
class FindScore:
    """A click scored: how far from the structure it lay, 0 inside; None where there is none."""

    outcome: Outcome
    distance_px: float | None
    distance_mm: float | None


def score_click(
    truth: NDArray[np.bool_], place: tuple[float, float] | None, microns_per_pixel: float | None
) -> FindScore:
    """Score a click at `place`, (x, y) in image pixels, or None for "it is not in this frame".

    `truth` is the structure's mask, bool (height, width). A click inside is a hit; within 2 mm of
    it, or within 2 % of the picture's diagonal where the scale is not known, it is near.
    """
    is_there = bool(truth.any())
    if place is None:
        return FindScore(Outcome.OVERLOOKED if is_there else Outcome.ABSENT, None, None)
    if not is_there:
        return FindScore(Outcome.IMAGINED, None, None)
    away = distance_to(truth, *place)
    away_mm = None if microns_per_pixel is None else away * microns_per_pixel / MICRONS_PER_MM
    if away == 0.0:
        return FindScore(Outcome.HIT, 0.0, away_mm)
    height, width = truth.shape
    is_near = (
        away <= NEAR_OF_DIAGONAL * math.hypot(width, height)
        if away_mm is None
        else away_mm <= NEAR_MM
    )
    return FindScore(Outcome.NEAR if is_near else Outcome.MISSED, away, away_mm)


def distance_to(mask: NDArray[np.bool_], x: float, y: float) -> float:
    """Distance in pixels from a place to the nearest of a mask's pixels, each taken as the unit
    square that it is; 0 inside. `mask` is bool (height, width) with at least one true pixel.
    """
    rows, columns = np.nonzero(mask)
    across = np.maximum(np.maximum(columns - x, x - (columns + 1)), 0.0)
    down = np.maximum(np.maximum(rows - y, y - (rows + 1)), 0.0)
    return float(np.sqrt((across * across + down * down).min()))


def interior_point(mask: NDArray[np.bool_]) -> tuple[float, float]:
    """(x, y) of the pixel centre deepest inside a mask, bool (height, width) and not empty; of
    equally deep ones the first in reading order. Beyond the picture counts as outside.
    """
    depth = distance(~np.pad(mask, 1))[1:-1, 1:-1]
    row, column = np.unravel_index(int(np.argmax(depth)), depth.shape)
    return float(column) + 0.5, float(row) + 0.5
