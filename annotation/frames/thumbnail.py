"""A small picture of a clip for lists."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

LONGER_SIDE = 320
_QUALITY = 82


def thumbnail_jpeg(grey: NDArray[np.uint8]) -> bytes:
    """JPEG of uint8 (H, W), its longer side at most 320 px."""
    height, width = grey.shape
    scale = min(1.0, LONGER_SIDE / max(height, width))
    size = max(1, round(width * scale)), max(1, round(height * scale))
    small = cv2.resize(grey, size, interpolation=cv2.INTER_AREA) if scale < 1 else grey
    _, encoded = cv2.imencode(".jpg", small, [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])
    return bytes(encoded.data)
