"""The compact bytes of a shape, for one database column.

Byte 0 is 16 * version + kind, version 1, kinds absent 0, spline 1, polygon 2, mask 3. Then

- contour: varint n, n pairs of little-endian float64, ceil(n / 8) bytes of uncertain flags, least
  significant bit first;
- mask: zigzag varints x and y, varints width, height and number of runs, then the runs as varints.

A varint is unsigned LEB128 of at most 32 bits in its shortest form (DWARF 5, section 7.6).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .documents import checked_mask
from .shapes import (
    MAX_COORDINATE,
    MAX_POINTS,
    Absent,
    Contour,
    ContourKind,
    Mask,
    Shape,
    ShapeError,
    contour,
)

_VERSION = 1
_ABSENT, _SPLINE, _POLYGON, _MASK = range(4)


def encode_shape(shape: Shape) -> bytes:
    """The stored form of a shape; equal shapes have equal bytes."""
    if isinstance(shape, Absent):
        return bytes([_VERSION << 4 | _ABSENT])
    out = bytearray()
    if isinstance(shape, Contour):
        out.append(_VERSION << 4 | (_SPLINE if shape.kind == "spline" else _POLYGON))
        _put_varint(out, len(shape.points))
        # adding zero gives -0.0 the bytes of 0.0
        out += (shape.points + 0.0).astype("<f8").tobytes()
        out += np.packbits(shape.uncertain, bitorder="little").tobytes()
        return bytes(out)
    out.append(_VERSION << 4 | _MASK)
    for place in (shape.x, shape.y):
        _put_varint(out, 2 * place if place >= 0 else -2 * place - 1)
    for number in (shape.width, shape.height, len(shape.counts)):
        _put_varint(out, number)
    return bytes(out) + _varints(shape.counts)


def decode_shape(stored: bytes) -> Shape:
    """Read bytes written by `encode_shape`.

    Raises ShapeError when they are damaged: cut short, too long, of another version, or with
    values no shape may have.
    """
    stored = bytes(stored)
    if not stored:
        raise ShapeError("The stored shape is empty.")
    if stored[0] >> 4 != _VERSION:
        raise ShapeError("The stored shape has an unknown version.")
    kind = stored[0] & 15
    if kind == _ABSENT:
        shape: Shape = Absent()
        at = 1
    elif kind in (_SPLINE, _POLYGON):
        shape, at = _read_contour(stored, "spline" if kind == _SPLINE else "polygon")
    elif kind == _MASK:
        shape, at = _read_mask(stored)
    else:
        raise ShapeError("The stored shape has an unknown kind.")
    if at != len(stored):
        raise ShapeError("The stored shape is longer than it should be.")
    return shape


def _read_contour(stored: bytes, kind: ContourKind) -> tuple[Contour, int]:
    n, at = _read_varint(stored, 1)
    if n > MAX_POINTS:
        raise ShapeError(f"A contour may have at most {MAX_POINTS} points; this one has {n}.")
    flags_at = at + 16 * n
    end = flags_at + (n + 7) // 8
    if len(stored) < end:
        raise ShapeError("The stored shape is cut short.")
    points = np.frombuffer(stored, dtype="<f8", count=2 * n, offset=at).reshape(n, 2)
    if not bool(np.all(np.abs(points) <= MAX_COORDINATE)):
        raise ShapeError(f"A point lies more than {MAX_COORDINATE} pixels from the origin.")
    bits = np.unpackbits(
        np.frombuffer(stored, dtype=np.uint8, count=end - flags_at, offset=flags_at),
        bitorder="little",
    )
    if bits[n:].any():
        raise ShapeError("The stored shape has flags for points it does not have.")
    return contour(kind, points + 0.0, bits[:n].astype(bool)), end


def _read_mask(stored: bytes) -> tuple[Mask, int]:
    header: list[int] = []
    at = 1
    for _ in range(5):
        number, at = _read_varint(stored, at)
        header.append(number)
    x, y = ((number >> 1) ^ -(number & 1) for number in header[:2])
    width, height, runs = header[2:]
    if len(stored) - at < runs:
        raise ShapeError("The stored shape is cut short.")
    counts: list[int] = []
    for _ in range(runs):
        number, at = _read_varint(stored, at)
        counts.append(number)
    return checked_mask(x, y, width, height, counts), at


def _put_varint(out: bytearray, number: int) -> None:
    while number >= 128:
        out.append(number & 127 | 128)
        number >>= 7
    out.append(number)


def _varints(numbers: NDArray[np.uint32]) -> bytes:
    """Many at once, (n,): a mask has hundreds of runs, and a clip hundreds of masks."""
    if not len(numbers) or numbers.max() < 128:
        return numbers.astype(np.uint8).tobytes()
    place = np.arange(5, dtype=np.uint32)
    groups = (numbers[:, None] >> (7 * place)) & 127
    # a group is written while anything of the number is left, the first one always
    is_written = (numbers[:, None] >> (7 * place)) > 0
    is_written[:, 0] = True
    groups[:, :-1] |= np.where(is_written[:, 1:], np.uint32(128), np.uint32(0))
    return groups[is_written].astype(np.uint8).tobytes()


def _read_varint(stored: bytes, at: int) -> tuple[int, int]:
    number = 0
    for place in range(5):
        if at >= len(stored):
            raise ShapeError("The stored shape is cut short.")
        byte = stored[at]
        at += 1
        number |= (byte & 127) << (7 * place)
        if byte < 128:
            if (byte == 0 and place > 0) or number >= 2**32:
                break
            return number, at
    raise ShapeError("The stored shape has a damaged number.")
