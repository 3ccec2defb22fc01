"""The JSON form of a stored shape, read straight from its bytes."""

from __future__ import annotations

import struct
from typing import Any

from .codec import decode_shape
from .documents import shape_to_json

_HEADS = {0x11: "spline", 0x12: "polygon"}
_FLAGS = tuple([bool(byte >> bit & 1) for bit in range(8)] for byte in range(256))


def stored_shape_to_json(stored: bytes) -> dict[str, Any]:
    """The same as `shape_to_json(decode_shape(stored))`, several times as fast for contours of
    fewer than 128 points. What was stored was checked then, and its numbers are not checked again.

    Raises ShapeError for bytes of a wrong version, kind or length.
    """
    kind = _HEADS.get(stored[0]) if len(stored) > 1 else None
    n = stored[1] if kind is not None else 128
    flags_at = 2 + 16 * n
    if n >= 128 or len(stored) != flags_at + (n + 7) // 8:
        return shape_to_json(decode_shape(stored))
    numbers = struct.unpack_from(f"<{2 * n}d", stored, 2)
    uncertain: list[bool] = []
    for byte in stored[flags_at:]:
        uncertain += _FLAGS[byte]
    del uncertain[n:]
    points = [list(pair) for pair in zip(numbers[::2], numbers[1::2], strict=True)]
    return {"kind": kind, "points": points, "uncertain": uncertain}
