"""Run lengths of a mask: made from dense arrays or from row runs, and taken apart again."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .shapes import EMPTY_MASK, Mask

Integers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class RowRuns:
    """Foreground as half-open column ranges, each within one row, in row-major order.

    `rows`, `starts` and `stops` are int64 (m,) in image pixels; run i covers columns
    starts[i]..stops[i]-1 of row rows[i]. Runs do not overlap; they may touch.
    """

    rows: Integers
    starts: Integers
    stops: Integers


def mask_from_runs(runs: RowRuns) -> Mask:
    """The canonical mask of row runs, none of them empty: tight box, touching runs joined."""
    rows, starts, stops = runs.rows, runs.starts, runs.stops
    if len(rows) == 0:
        return EMPTY_MASK
    top, bottom = int(rows[0]), int(rows[-1]) + 1
    left, right = int(starts.min()), int(stops.max())
    width, height = right - left, bottom - top
    offset = (rows - top) * width - left
    begin, end = starts + offset, stops + offset
    # a run that begins where the one before it ended is the same run, also across a row's end
    gap = begin[1:] != end[:-1]
    edges = np.empty(2 * int(np.count_nonzero(gap)) + 4, dtype=np.int64)
    edges[0] = 0
    edges[1] = begin[0]
    edges[3:-1:2] = begin[1:][gap]
    edges[2:-2:2] = end[:-1][gap]
    edges[-2] = end[-1]
    edges[-1] = width * height
    counts = np.diff(edges).astype(np.uint32)
    if counts[-1] == 0:
        counts = counts[:-1]
    return Mask(left, top, width, height, counts)


def row_runs(mask: Mask) -> RowRuns:
    """Foreground runs of a mask, split where a run passes the end of a row."""
    if mask.width == 0 or mask.height == 0:
        nothing = np.zeros(0, dtype=np.int64)
        return RowRuns(nothing, nothing, nothing)
    edges = np.cumsum(mask.counts, dtype=np.int64)
    begin = edges[0::2]
    end = edges[1::2]
    begin = begin[: len(end)]
    first = begin // mask.width
    pieces = (end - 1) // mask.width - first + 1
    owner = np.repeat(np.arange(len(begin)), pieces)
    rows = first[owner] + np.arange(len(owner)) - (np.cumsum(pieces) - pieces)[owner]
    line = rows * mask.width
    starts = np.maximum(begin[owner], line) - line
    stops = np.minimum(end[owner], line + mask.width) - line
    return RowRuns(rows + mask.y, starts + mask.x, stops + mask.x)


def tightened(mask: Mask) -> Mask:
    """The same pixels with the smallest box and joined runs."""
    return mask_from_runs(row_runs(mask))


def mask_from_dense(dense: NDArray[np.bool_], x: int = 0, y: int = 0) -> Mask:
    """Encode a boolean (height, width) array whose first pixel is column `x`, row `y`."""
    rows, columns = np.flatnonzero(dense.any(axis=1)), np.flatnonzero(dense.any(axis=0))
    if len(rows) == 0:
        return EMPTY_MASK
    top, left = int(rows[0]), int(columns[0])
    box = dense[top : int(rows[-1]) + 1, left : int(columns[-1]) + 1]
    flat = box.ravel()
    changes = np.flatnonzero(flat[1:] != flat[:-1]) + 1
    # runs alternate from background on: one of no length where the box begins with foreground
    edges = np.concatenate([[0, 0] if flat[0] else [0], changes, [flat.size]])
    height, width = box.shape
    return Mask(x + left, y + top, width, height, np.diff(edges).astype(np.uint32))


def box_from_mask(mask: Mask) -> NDArray[np.bool_]:
    """Decode a mask to a boolean array of its own box, (mask.height, mask.width)."""
    foreground = (np.arange(len(mask.counts)) & 1).astype(np.bool_)
    return np.repeat(foreground, mask.counts).reshape(mask.height, mask.width)


def dense_from_mask(
    mask: Mask, width: int, height: int, x: int = 0, y: int = 0
) -> NDArray[np.bool_]:
    """Decode a mask to a boolean (height, width) window whose first pixel is column x, row y.

    Pixels of the mask outside the window are left out.
    """
    dense = np.zeros((height, width), dtype=np.bool_)
    left, top = max(mask.x, x), max(mask.y, y)
    right, bottom = min(mask.x + mask.width, x + width), min(mask.y + mask.height, y + height)
    if left < right and top < bottom:
        box = box_from_mask(mask)
        dense[top - y : bottom - y, left - x : right - x] = box[
            top - mask.y : bottom - mask.y, left - mask.x : right - mask.x
        ]
    return dense


def clipped(mask: Mask, width: int, height: int) -> Mask:
    """The part of a mask inside an image of `width` x `height` pixels."""
    if (
        mask.x >= 0
        and mask.y >= 0
        and mask.x + mask.width <= width
        and mask.y + mask.height <= height
    ):
        return mask
    runs = row_runs(mask)
    starts = np.clip(runs.starts, 0, width)
    stops = np.clip(runs.stops, 0, width)
    kept = (starts < stops) & (runs.rows >= 0) & (runs.rows < height)
    return mask_from_runs(RowRuns(runs.rows[kept], starts[kept], stops[kept]))


def translated(mask: Mask, dx: int, dy: int) -> Mask:
    """The mask moved by whole pixels; the empty mask stays where it is."""
    if mask.is_empty:
        return mask
    return Mask(mask.x + dx, mask.y + dy, mask.width, mask.height, mask.counts)
