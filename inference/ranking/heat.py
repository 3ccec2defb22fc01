"""The map of doubt over a frame, small enough to keep for every frame of every clip."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from inference.engine import Placement

# half of a 256x256 network: doubt has no finer detail than the band it lies in
LONGEST_SIDE = 128
LEVELS = 15


def heat_png(doubt: NDArray[np.float32], where: Placement) -> bytes:
    """A grey PNG of the frame's part of a doubt map (h, w) in 0..1, to be stretched over the frame.

    255 is a doubt of 1, in steps of 17; at most 128 pixels a side. Empty bytes where there is none.
    """
    inside = doubt[where.rows, where.columns]
    below = round(len(inside) * (where.frame_height / where.seen_height - 1.0))
    if below:  # the network did not see the frame's bottom
        inside = cv2.copyMakeBorder(inside, 0, below, 0, 0, cv2.BORDER_CONSTANT, value=0.0)
    scale = min(1.0, LONGEST_SIDE / max(inside.shape))
    size = (max(1, round(inside.shape[1] * scale)), max(1, round(inside.shape[0] * scale)))
    small = cv2.resize(inside, size, interpolation=cv2.INTER_AREA)
    levels = np.rint(np.clip(small, 0.0, 1.0) * LEVELS).astype(np.uint8)
    if not levels.any():
        return b""
    # filter and level by trial: runs of few values need neither prediction nor a long search
    how = [cv2.IMWRITE_PNG_COMPRESSION, 6, cv2.IMWRITE_PNG_STRATEGY, cv2.IMWRITE_PNG_STRATEGY_RLE]
    return bytes(cv2.imencode(".png", levels * np.uint8(255 // LEVELS), how)[1])
