"""Grey frames as PNG: lossless, quick to write, and every browser shows them."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

# The SUB filter with run-length coding: within a tenth of the size of the best filters on B-mode
# frames at a third of their time (benchmarks/ingest.py prints the figures).
_PARAMETERS = [
    cv2.IMWRITE_PNG_COMPRESSION, 1,
    cv2.IMWRITE_PNG_STRATEGY, cv2.IMWRITE_PNG_STRATEGY_RLE,
    cv2.IMWRITE_PNG_FILTER, cv2.IMWRITE_PNG_FILTER_SUB,
]  # fmt: skip


def encode_png(grey: NDArray[np.uint8]) -> bytes:
    """An 8-bit grey PNG of uint8 (H, W); decoding gives the same array back."""
    is_done, encoded = cv2.imencode(".png", grey, _PARAMETERS)
    if not is_done:
        raise ValueError(f"a grey frame of {grey.shape} cannot be written as PNG")
    return bytes(encoded.data)


def decode_png(content: bytes) -> NDArray[np.uint8]:
    """Grey uint8 (H, W) of a PNG that `encode_png` wrote; ValueError for anything else."""
    grey = cv2.imdecode(np.frombuffer(content, dtype=np.uint8), cv2.IMREAD_UNCHANGED)
    if grey is None or grey.ndim != 2 or grey.dtype != np.uint8:
        raise ValueError("not an 8-bit grey PNG")
    return np.asarray(grey, dtype=np.uint8)
