"""Which pixels a contour covers, exactly."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .rle import RowRuns, clipped, mask_from_runs
from .shapes import EMPTY_MASK, MAX_MASK_PIXELS, MAX_MASK_SIDE, Absent, Contour, Mask, Shape
from .spline import GRID, outline

Integers = NDArray[np.int64]

HALF = GRID // 2


def shape_mask(shape: Shape | None, width: int, height: int) -> Mask:
    """The pixels of a shape inside an image of `width` x `height` pixels.

    A pixel belongs to a contour when its centre does, by the even-odd rule. A centre exactly on an
    edge belongs to the side with larger x (or, on a horizontal edge, larger y), so two contours
    that share an edge share no pixel and leave none out. `None` and absent cover nothing.
    """
    if shape is None or isinstance(shape, Absent):
        return EMPTY_MASK
    if isinstance(shape, Mask):
        return clipped(shape, width, height)
    return polygon_mask(outline(shape).vertices, 0, 0, width, height)


def whole_mask(contour: Contour) -> Mask | None:
    """All pixels of a contour, wherever they lie; None when its box is beyond a mask's limits."""
    vertices = outline(contour).vertices
    if len(vertices) < 3:
        return EMPTY_MASK
    left, top = (int(value) for value in vertices.min(axis=0) // GRID)
    right, bottom = (int(value) + 1 for value in vertices.max(axis=0) // GRID)
    width, height = right - left, bottom - top
    if width > MAX_MASK_SIDE or height > MAX_MASK_SIDE or width * height > MAX_MASK_PIXELS:
        return None
    return polygon_mask(vertices, left, top, right, bottom)


def polygon_mask(vertices: Integers, left: int, top: int, right: int, bottom: int) -> Mask:
    """Even-odd fill of a closed polygon in columns left..right-1 and rows top..bottom-1.

    `vertices` is int64 (m, 2) in 1/256 pixel, within `spline.MAX_GRID`. An edge crosses a row when
    y_min <= centre < y_max; the crossing, a fraction of whole numbers, is rounded up to the first
    pixel centre at or beyond it without error. Every row has an even number of crossings, so the
    sorted crossings, taken in pairs, are the runs.
    """
    if len(vertices) < 3 or left >= right or top >= bottom:
        return EMPTY_MASK
    following = np.concatenate((vertices[1:], vertices[:1]))
    downwards = vertices[:, 1] <= following[:, 1]
    x0 = np.where(downwards, vertices[:, 0], following[:, 0])
    y0 = np.where(downwards, vertices[:, 1], following[:, 1])
    dx = np.where(downwards, following[:, 0], vertices[:, 0]) - x0
    dy = np.where(downwards, following[:, 1], vertices[:, 1]) - y0
    # first row whose centre is at or below y0, and first at or below y0 + dy
    first = np.maximum((y0 + (HALF - 1)) >> 8, top)
    last = np.minimum((y0 + dy + (HALF - 1)) >> 8, bottom)
    count = np.maximum(last - first, 0)
    edge = np.repeat(np.arange(len(count)), count)
    if len(edge) == 0:
        return EMPTY_MASK
    row = np.arange(len(edge)) + (first - (np.cumsum(count) - count))[edge]
    dy_edge = dy[edge]
    over = (x0[edge] - HALF) * dy_edge + (row * GRID + HALF - y0[edge]) * dx[edge]
    column = np.clip(-((-over) // (dy_edge * GRID)), left, right)
    stride = right - left + 1
    key = np.sort((row - top) * stride + (column - left))
    start, stop = key[0::2], key[1::2]
    kept = start < stop
    start, stop = start[kept], stop[kept]
    rows = start // stride
    line = rows * stride - left
    return mask_from_runs(RowRuns(rows + top, start - line, stop - line))
