"""Grey frames as PNG: lossless, quick to write, and every browser shows them.

The file is put together here (signature, IHDR, one IDAT, IEND; ISO/IEC 15948) around igzip's
deflate, which keeps up with a video decoder. Every row has the filter Sub: of None, Up and Sub it
gives the smallest files on B-mode frames (benchmarks/chunk_codings.py prints the figures).
"""

from __future__ import annotations

import struct

import cv2
import numpy as np
from isal import isal_zlib
from numpy.typing import NDArray

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_SUB = 1
_LEVEL = 1
_GREY_8_BIT = (8, 0, 0, 0, 0)  # depth, colour type, compression, filter, interlace
_MAX_SIDE = (1 << 31) - 1


def encode_png(grey: NDArray[np.uint8]) -> bytes:
    """An 8-bit grey PNG of uint8 (H, W); decoding gives the same array back.

    The same pixels always give the same bytes. Raises ValueError for another shape or dtype.
    """
    if grey.ndim != 2 or grey.dtype != np.uint8 or not 0 < min(grey.shape) <= _MAX_SIDE:
        raise ValueError(f"a {grey.dtype} array of {grey.shape} is no grey frame")
    height, width = grey.shape
    rows = np.empty((height, width + 1), dtype=np.uint8)
    rows[:, 0] = _SUB
    rows[:, 1] = grey[:, 0]
    np.subtract(grey[:, 1:], grey[:, :-1], out=rows[:, 2:])
    return b"".join(
        (
            _SIGNATURE,
            _part(b"IHDR", struct.pack(">IIBBBBB", width, height, *_GREY_8_BIT)),
            _part(b"IDAT", isal_zlib.compress(rows.data, _LEVEL)),
            _part(b"IEND", b""),
        )
    )


def decode_png(content: bytes) -> NDArray[np.uint8]:
    """Grey uint8 (H, W) of a PNG that `encode_png` wrote; ValueError for anything else."""
    grey = cv2.imdecode(np.frombuffer(content, dtype=np.uint8), cv2.IMREAD_UNCHANGED)
    if grey is None or grey.ndim != 2 or grey.dtype != np.uint8:
        raise ValueError("not an 8-bit grey PNG")
    return np.asarray(grey, dtype=np.uint8)


def _part(kind: bytes, body: bytes) -> bytes:
    checksum = isal_zlib.crc32(body, isal_zlib.crc32(kind))
    return b"".join((struct.pack(">I", len(body)), kind, body, struct.pack(">I", checksum)))
