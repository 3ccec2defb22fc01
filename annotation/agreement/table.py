"""Every compared frame as a row, and its stored bytes."""

from __future__ import annotations

import zlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

# `state` of a row: bit 0 says that the first reader shows the structure, bit 1 the second
STATES = ("neither", "first", "second", "both")
NEITHER, FIRST, SECOND, BOTH = range(4)

# A row is one structure in one frame as two readers saw it who both looked at the frame. Distances
# are pixels, and NaN where not both show the structure. Little-endian, so that bytes mean the same.
FRAME_ROW = np.dtype(
    [
        ("clip", "<u4"),
        ("frame", "<u4"),
        ("channel", "u1"),
        ("first", "<u2"),
        ("second", "<u2"),
        ("state", "u1"),
        ("first_px", "<u4"),
        ("second_px", "<u4"),
        ("shared_px", "<u4"),
        ("hd95_px", "<f8"),
        ("surface_distance_px", "<f8"),
        ("regions_first", "<u2"),
        ("regions_first_matched", "<u2"),
        ("regions_second", "<u2"),
        ("regions_second_matched", "<u2"),
    ]
)
_VERSION = 1


@dataclass(frozen=True, slots=True)
class FrameTable:
    """Rows of FRAME_ROW (n,), in the order of clip, frame, channel and pair of readers."""

    rows: NDArray[np.void]

    @property
    def dice(self) -> NDArray[np.float64]:
        """2 |A and B| / (|A| + |B|) of each row, NaN where neither shows the structure."""
        total = self.rows["first_px"].astype(np.float64) + self.rows["second_px"]
        return _quotient(2.0 * self.rows["shared_px"], total)

    @property
    def iou(self) -> NDArray[np.float64]:
        """|A and B| / |A or B| of each row, NaN where neither shows the structure."""
        shared = self.rows["shared_px"].astype(np.float64)
        return _quotient(shared, self.rows["first_px"] + (self.rows["second_px"] - shared))


def _quotient(over: NDArray[np.float64], under: NDArray[np.float64]) -> NDArray[np.float64]:
    found = np.full(len(over), np.nan)
    np.divide(over, under, out=found, where=under > 0)
    return found


def disagreements(table: FrameTable, limit: int) -> NDArray[np.intp]:
    """Places of the rows on which readers agree least, the worst first, at most `limit`.

    By Dice; of equal Dice those first whose outlines lie farther apart, then those with more
    pixels that only one reader has. Frames in which both say that there is nothing never appear.
    """
    rows, dice = table.rows, table.dice
    wanted = np.flatnonzero(np.isfinite(dice))
    alone = rows["first_px"].astype(np.int64) + rows["second_px"] - 2 * rows["shared_px"]
    apart = np.nan_to_num(rows["hd95_px"], nan=np.inf)
    order = np.lexsort((-alone[wanted], -apart[wanted], dice[wanted]))
    return wanted[order[:limit]]


def pack_table(table: FrameTable) -> bytes:
    """Bytes to store; the same rows always give the same bytes."""
    return bytes([_VERSION]) + zlib.compress(table.rows.astype(FRAME_ROW).tobytes(), level=6)


def unpack_table(stored: bytes) -> FrameTable:
    """Read bytes written by `pack_table`. Raises ValueError when they are of another version."""
    if not stored or stored[0] != _VERSION:
        raise ValueError("The stored frames have an unknown version.")
    return FrameTable(np.frombuffer(zlib.decompress(stored[1:]), dtype=FRAME_ROW))
