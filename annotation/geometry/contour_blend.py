"""One closed contour turning into another.

The two outlines are read at the same fractions of their length, with the same orientation and the
start of one turned to match the other, so where and in which direction a person began to draw
makes no difference.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .shapes import MAX_POINTS, Contour
from .spline import GRID, Outline, outline

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]

ALIGNMENT_SAMPLES = 128
# alignment works in 1/16 pixel, so that its sums of products stay exact
ALIGNMENT_GRID = 16


@dataclass(frozen=True, slots=True)
class ContourBlend:
    """Two outlines read at common places: `first` and `second` float64 (m, 2) in 1/256 pixel."""

    first: Floats
    second: Floats
    uncertain: Flags

    def at(self, step: int, steps: int) -> Contour:
        """The polygon `step` of `steps` equal steps on the way, 0 <= step <= steps.

        Vertices move on straight lines and are rounded to 1/256 pixel.
        """
        mixed = (self.first * (steps - step) + self.second * step) / steps
        points = np.floor(mixed + 0.5) / GRID
        points.setflags(write=False)
        return Contour("polygon", points, self.uncertain)


@dataclass(frozen=True, slots=True)
class _Ring:
    """An outline from its first vertex by (y, x), with positive signed area.

    `vertices` float64 (m, 2) in 1/256 pixel, `fractions` (m + 1,) of the whole length from 0 to 1,
    `uncertain` bool (m,) of the segments.
    """

    vertices: Floats
    fractions: Floats
    uncertain: Flags


def blend_contours(a: Contour, b: Contour) -> ContourBlend | None:
    """Prepare the way from `a` to `b`; None when either has fewer than three different points.

    The start of `b` is the one, of 128 evenly spaced, that makes the sum of squared distances
    between corresponding evenly spaced points least; of equals the least turn. A cyclic shift does
    not change the sum over all products of means, so centring both contours first would choose the
    same start: what is compared is shape and orientation, not position.

    Every vertex of both outlines has its place on the result, so corners stay corners; beyond
    2000 places the result is read at 2000 even ones instead.
    """
    outlines = outline(a), outline(b)
    if min(len(line.vertices) for line in outlines) < 3:
        return None
    ring_a = _ring(outlines[0], a.uncertain)
    ring_b = _ring(outlines[1], b.uncertain)
    turn = _best_turn(ring_a, ring_b) / ALIGNMENT_SAMPLES
    on_a = ring_a.fractions[:-1]
    on_b = _wrapped(ring_b.fractions[:-1] - turn)
    places = np.unique(np.concatenate((on_a, on_b)))
    if len(places) > MAX_POINTS:
        places = np.arange(MAX_POINTS) / MAX_POINTS
    first, segment_a = _read(ring_a, places)
    second, segment_b = _read(ring_b, _wrapped(places + turn))
    uncertain = ring_a.uncertain[segment_a] | ring_b.uncertain[segment_b]
    uncertain.setflags(write=False)
    return ContourBlend(first, second, uncertain)


def _ring(line: Outline, uncertain_spans: Flags) -> _Ring:
    vertices = line.vertices
    m = len(vertices)
    order = _canonical_order(vertices)
    forwards = (order[1] - order[0]) % m == 1
    segment = order if forwards else np.roll(order, -1)
    placed = vertices[order].astype(np.float64)
    step = np.roll(placed, -1, axis=0) - placed
    length = np.sqrt(step[:, 0] * step[:, 0] + step[:, 1] * step[:, 1])
    # accumulate adds one after the other, as the TypeScript loop does; sum() adds in pairs
    travelled = np.add.accumulate(length)
    fractions = np.concatenate((np.zeros(1), travelled / travelled[-1]))
    return _Ring(placed, fractions, uncertain_spans[line.spans[segment]])


def _canonical_order(vertices: Integers) -> Integers:
    m = len(vertices)
    x, y = vertices[:, 0], vertices[:, 1]
    starts = np.flatnonzero((y == y.min()) & (x == x[y == y.min()].min()))
    relative = (vertices - vertices[starts[0]]).astype(np.float64)
    ahead = np.roll(relative, -1, axis=0)
    cross = relative[:, 0] * ahead[:, 1] - ahead[:, 0] * relative[:, 1]
    twice_area = np.add.accumulate(cross)[-1]
    directions = (1,) if twice_area > 0 else (-1,) if twice_area < 0 else (1, -1)
    # a contour may touch itself at its first vertex, or have no area: then the vertices decide
    candidates = [
        (int(start) + direction * np.arange(m)) % m for start in starts for direction in directions
    ]
    if len(candidates) == 1:
        return candidates[0]
    return min(candidates, key=lambda order: vertices[order].ravel().tolist())


def _wrapped(fractions: Floats) -> Floats:
    lifted = np.where(fractions < 0.0, fractions + 1.0, fractions)
    return np.where(lifted >= 1.0, lifted - 1.0, lifted)


def _read(ring: _Ring, places: Floats) -> tuple[Floats, Integers]:
    """Positions at fractions in [0, 1) of the length, and the segment each lies on."""
    segment = np.searchsorted(ring.fractions, places, side="right") - 1
    begin, end = ring.fractions[segment], ring.fractions[segment + 1]
    part = ((places - begin) / (end - begin))[:, None]
    start = ring.vertices[segment]
    stop = ring.vertices[(segment + 1) % len(ring.vertices)]
    return start + part * (stop - start), segment


def _best_turn(a: _Ring, b: _Ring) -> int:
    """How many of the even steps the start of `b` goes forward to match the start of `a`."""
    n = ALIGNMENT_SAMPLES
    places = np.arange(n) / n
    coarse = [
        np.floor(_read(ring, places)[0] / (GRID / ALIGNMENT_GRID) + 0.5).astype(np.int64)
        for ring in (a, b)
    ]
    turned = (np.arange(n)[None, :] + np.arange(n)[:, None]) % n
    # |a - b|^2 = |a|^2 + |b|^2 - 2 ab: the least distance is the greatest product
    match = coarse[1][turned, 0] @ coarse[0][:, 0] + coarse[1][turned, 1] @ coarse[0][:, 1]
    best = np.flatnonzero(match == match.max())
    return int(best[np.argmin(np.minimum(best, n - best), axis=0)])
