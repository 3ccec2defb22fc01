"""Areas, centres, boxes, and where a pointer lies on a contour. Pixels throughout."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .rle import box_from_mask, row_runs
from .shapes import Absent, Contour, Mask, Shape
from .spline import GRID, outline, snapped

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Box:
    """Half-open box in pixels: left <= x < right, top <= y < bottom."""

    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True, slots=True)
class CurvePlace:
    """The place on a contour nearest to a given point.

    It lies on the segment from control point `span` to the next, at `parameter` in [0, 1] of the
    curve's own parameter; `x`, `y` is the place and `distance` how far it is. A control point
    inserted there belongs at index span + 1.
    """

    span: int
    parameter: float
    x: float
    y: float
    distance: float


def area(shape: Shape) -> float:
    """Area in square pixels; the pixel count of a mask.

    Of a contour the absolute shoelace sum of its outline, which is the even-odd area where the
    contour does not cross itself.
    """
    if isinstance(shape, Absent):
        return 0.0
    if isinstance(shape, Mask):
        return float(shape.counts[1::2].sum())
    _, doubled = _moments(shape)
    return abs(doubled) / 2.0


def centroid(shape: Shape) -> tuple[float, float] | None:
    """Centre of gravity, or None where there is no pixel or point.

    Of a contour by the first moments of its outline as a polygon (Bourke 1988); where its area is
    zero, the mean of the outline's vertices.
    """
    if isinstance(shape, Absent):
        return None
    if isinstance(shape, Mask):
        runs = row_runs(shape)
        length = runs.stops - runs.starts
        n = int(length.sum())
        if n == 0:
            return None
        twice_x = int((length * (runs.starts + runs.stops)).sum())
        twice_y = int((length * (2 * runs.rows + 1)).sum())
        return twice_x / (2 * n), twice_y / (2 * n)
    points = _outline_points(shape)
    if len(points) == 0:
        return None
    origin = points[0]
    relative = points - origin
    moments, doubled = _moments(shape)
    if doubled == 0.0:
        mean = np.add.accumulate(relative, axis=0)[-1] / len(points)
        return float(origin[0] + mean[0]), float(origin[1] + mean[1])
    return (
        float(origin[0] + moments[0] / (3.0 * doubled)),
        float(origin[1] + moments[1] / (3.0 * doubled)),
    )


def bounding_box(shape: Shape) -> Box | None:
    """The smallest box around a mask's pixels or a contour's outline; None where there is none."""
    if isinstance(shape, Absent) or (isinstance(shape, Mask) and shape.is_empty):
        return None
    if isinstance(shape, Mask):
        return Box(shape.x, shape.y, shape.x + shape.width, shape.y + shape.height)
    points = _outline_points(shape)
    if len(points) == 0:
        return None
    left, top = points.min(axis=0).tolist()
    right, bottom = points.max(axis=0).tolist()
    return Box(left, top, right, bottom)


def perimeter(shape: Shape) -> float:
    """Length of a contour's outline, or the number of pixel sides on a mask's border."""
    if isinstance(shape, Absent):
        return 0.0
    if isinstance(shape, Mask):
        padded = np.pad(box_from_mask(shape), 1)
        across = np.count_nonzero(padded[:, 1:] != padded[:, :-1])
        return float(across + np.count_nonzero(padded[1:] != padded[:-1]))
    points = _outline_points(shape)
    if len(points) < 2:
        return 0.0
    step = np.roll(points, -1, axis=0) - points
    length = np.sqrt(step[:, 0] * step[:, 0] + step[:, 1] * step[:, 1])
    return float(np.add.accumulate(length)[-1])


def contains(shape: Shape, x: float, y: float) -> bool:
    """Whether a shape covers a point, by the rule that decides about pixel centres."""
    if isinstance(shape, Absent):
        return False
    if isinstance(shape, Mask):
        row, column = math.floor(y), math.floor(x)
        runs = row_runs(shape)
        covered = (runs.rows == row) & (runs.starts <= column) & (column < runs.stops)
        return bool(covered.any())
    px, py = (int(value) for value in snapped(np.array([x, y], dtype=np.float64)))
    start = outline(shape).vertices
    stop = np.roll(start, -1, axis=0)
    downwards = (start[:, 1] <= stop[:, 1])[:, None]
    upper, lower = np.where(downwards, start, stop), np.where(downwards, stop, start)
    dx, dy = lower[:, 0] - upper[:, 0], lower[:, 1] - upper[:, 1]
    in_row = (upper[:, 1] <= py) & (py < lower[:, 1])
    left_of = upper[:, 0] * dy + (py - upper[:, 1]) * dx <= px * dy
    return bool(np.count_nonzero(in_row & left_of) & 1)


def nearest_on_contour(contour: Contour, x: float, y: float) -> CurvePlace | None:
    """The place on a contour's outline nearest to (x, y); None where it has no points.

    Of equally near places the first along the outline.
    """
    line = outline(contour)
    if len(line.vertices) == 0:
        return None
    points = line.vertices / GRID
    step = np.roll(points, -1, axis=0) - points
    away_x, away_y = x - points[:, 0], y - points[:, 1]
    along = away_x * step[:, 0] + away_y * step[:, 1]
    square = step[:, 0] * step[:, 0] + step[:, 1] * step[:, 1]
    # only a lone point has a segment without length
    part = np.clip(along / np.where(square > 0.0, square, 1.0), 0.0, 1.0)
    place_x, place_y = points[:, 0] + part * step[:, 0], points[:, 1] + part * step[:, 1]
    gap_x, gap_y = x - place_x, y - place_y
    gap = gap_x * gap_x + gap_y * gap_y
    i = int(np.argmin(gap))
    following = (i + 1) % len(points)
    same_span = following > 0 and line.spans[following] == line.spans[i]
    begin = float(line.parameters[i])
    end = float(line.parameters[following]) if same_span else 1.0
    return CurvePlace(
        span=int(line.spans[i]),
        parameter=begin + float(part[i]) * (end - begin),
        x=float(place_x[i]),
        y=float(place_y[i]),
        distance=math.sqrt(float(gap[i])),
    )


def _outline_points(contour: Contour) -> Floats:
    return outline(contour).vertices / GRID


def _moments(contour: Contour) -> tuple[tuple[float, float], float]:
    """Six times the first moments about the first vertex, and twice the signed area."""
    points = _outline_points(contour)
    if len(points) < 3:
        return (0.0, 0.0), 0.0
    relative = points - points[0]
    ahead = np.roll(relative, -1, axis=0)
    cross = relative[:, 0] * ahead[:, 1] - ahead[:, 0] * relative[:, 1]
    moment_x = np.add.accumulate((relative[:, 0] + ahead[:, 0]) * cross)[-1]
    moment_y = np.add.accumulate((relative[:, 1] + ahead[:, 1]) * cross)[-1]
    return (float(moment_x), float(moment_y)), float(np.add.accumulate(cross)[-1])
