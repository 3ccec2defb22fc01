"""From control points to the outline that everything else is computed on.

The outline of a contour is a closed polyline whose vertices lie on a grid of 1/256 pixel, held as
whole numbers (the sub-pixel precision of the Anti-Grain Geometry rasteriser). Two things follow:
rasterising it is exact integer arithmetic, and moving every control point by whole pixels moves
the outline, and so the mask, by exactly that much.

The spline is the closed centripetal Catmull-Rom curve: it passes through every control point and
forms neither cusps nor loops within a span (Yuksel, Schaefer and Keyser, "Parameterization and
applications of Catmull-Rom curves", Computer-Aided Design 43, 2011), where the uniform cardinal
spline loops when points lie unevenly. Each span depends on its four nearest points only, so
dragging one point leaves the far side of the contour as it was.

Only +, -, *, /, sqrt and floor are used, in a fixed order: IEEE 754 rounds each of them correctly,
so Python and JavaScript agree bit for bit.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .shapes import Contour

GRID = 256
# products of two grid coordinates must stay below 2**53 in JavaScript
MAX_GRID = 2**17 * GRID
MIN_STEPS = 4
MAX_STEPS = 96

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Outline:
    """A closed polyline; segment i runs from vertex i to vertex i + 1, the last one to vertex 0.

    `vertices` is int64 (m, 2), x then y, in 1/256 pixel, no two neighbours equal. `spans` int64
    (m,) names the control-point segment each polyline segment lies on, and `parameters` float64
    (m,) where on it, in [0, 1), the segment begins.
    """

    vertices: Integers
    spans: Integers
    parameters: Floats


def snapped(points: Floats) -> Integers:
    """Pixels to the nearest 1/256 pixel, halves upwards, as whole numbers of the same shape."""
    grid = np.floor(points * GRID + 0.5)
    return np.clip(grid, -MAX_GRID, MAX_GRID).astype(np.int64)


def outline(contour: Contour) -> Outline:
    """Flatten a contour.

    Repeated neighbouring points count once. Fewer than three different ones give just those points
    (an outline that covers no pixel), for spline and polygon alike.

    A spline span with chord length c (pixels) becomes ceil(3 sqrt(c)) equal parameter steps, at
    least 4 and at most 96: for a span that turns by a right angle the polyline then stays within
    about 0.02 pixel of the curve.

    Neither the start point nor the direction of the control points changes the set of vertices:
    each span is evaluated from the end that comes first by (x, y).
    """
    grid = snapped(contour.points)
    kept = _differs_from_next(grid)
    spans = np.flatnonzero(kept)
    grid = grid[kept]
    if len(grid) == 0 and len(contour.points) > 0:
        grid, spans = snapped(contour.points[:1]), np.zeros(1, dtype=np.int64)
    if contour.kind == "polygon" or len(grid) < 3:
        return Outline(grid, spans, np.zeros(len(grid)))
    return _flattened(grid, spans)


def _differs_from_next(grid: Integers) -> NDArray[np.bool_]:
    following = np.roll(grid, -1, axis=0)
    differs: NDArray[np.bool_] = (grid[:, 0] != following[:, 0]) | (grid[:, 1] != following[:, 1])
    return differs


def _flattened(grid: Integers, spans: Integers) -> Outline:
    ends = np.roll(grid, -1, axis=0)
    flip = (grid[:, 0] > ends[:, 0]) | ((grid[:, 0] == ends[:, 0]) & (grid[:, 1] > ends[:, 1]))
    before, after = np.roll(grid, 1, axis=0), np.roll(grid, -2, axis=0)
    across = flip[:, None]
    p0 = np.where(across, after, before)
    p1 = np.where(across, ends, grid)
    p2 = np.where(across, grid, ends)
    p3 = np.where(across, before, after)

    knot = _knot_intervals(grid)
    d1 = knot
    d0 = np.where(flip, np.roll(knot, -1), np.roll(knot, 1))
    d2 = np.where(flip, np.roll(knot, 1), np.roll(knot, -1))
    cubic, square, linear = _hermite((p0, p1, p2, p3), (d0[:, None], d1[:, None], d2[:, None]))

    steps = np.clip(np.ceil(3.0 * d1), MIN_STEPS, MAX_STEPS).astype(np.int64)
    span = np.repeat(np.arange(len(grid)), steps)
    step = np.arange(len(span)) - (np.cumsum(steps) - steps)[span]
    from_first = np.where(flip[span], steps[span] - step, step)
    u = (from_first / steps[span])[:, None]
    offset = ((cubic[span] * u + square[span]) * u + linear[span]) * u
    vertices = p1[span] + np.floor(offset * GRID + 0.5).astype(np.int64)
    vertices = np.clip(vertices, -MAX_GRID, MAX_GRID)

    kept = _differs_from_next(vertices)
    return Outline(vertices[kept], spans[span[kept]], (step / steps[span])[kept])


def _knot_intervals(grid: Integers) -> Floats:
    """Square root of each chord length in pixels: the centripetal knot spacing, alpha = 1/2."""
    chord = (np.roll(grid, -1, axis=0) - grid) / GRID
    length: Floats = np.sqrt(chord[:, 0] * chord[:, 0] + chord[:, 1] * chord[:, 1])
    root: Floats = np.sqrt(length)
    return root


def _hermite(
    points: tuple[Integers, Integers, Integers, Integers], knots: tuple[Floats, Floats, Floats]
) -> tuple[Floats, Floats, Floats]:
    """Coefficients of ((a u + b) u + c) u, the curve from p1 (u = 0) to p2 (u = 1) less p1.

    The tangents are those of the Barry-Goldman pyramid at its two middle knots, scaled to the unit
    interval (Yuksel et al. 2011, section 2).
    """
    p0, p1, p2, p3 = points
    d0, d1, d2 = knots
    before, chord, after = (p1 - p0) / GRID, (p2 - p1) / GRID, (p3 - p2) / GRID
    slope = chord / d1
    m1 = d1 * ((before / d0 - (p2 - p0) / GRID / (d0 + d1)) + slope)
    m2 = d1 * ((slope - (p3 - p1) / GRID / (d1 + d2)) + after / d2)
    cubic = (m1 + m2) - 2.0 * chord
    square = (3.0 * chord - 2.0 * m1) - m2
    return cubic, square, m1
