"""OpenIGTLink messages, versions 1 to 3: header, IMAGE and STATUS bodies, CRC-64.

Own code rather than pyigtl, whose reader polls and never looks at the CRC, and whose server takes
over signals; pyigtl is what this is tested against.
Layout: http://openigtlink.org/developers/spec (big-endian; CRC-64 of ECMA-182, from 0).
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from functools import cache
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

HEADER = struct.Struct(">H12s20sQQQ")
IMAGE = struct.Struct(">HBBBB3H12f3H3H")
EXTENDED = struct.Struct(">HHII")
MOST_BODY_BYTES = 64 << 20
MOST_SIDE = 8192
VERSIONS = (1, 2, 3)
UINT8 = 3
_POLYNOMIAL = 0x142F0E1EBA9EA3693


class IgtlError(ValueError):
    """A message that cannot be read. `is_fatal`: nothing after it can be either."""

    def __init__(self, sentence: str, *, is_fatal: bool = False) -> None:
        super().__init__(sentence)
        self.is_fatal = is_fatal


@dataclass(frozen=True, slots=True)
class Header:
    """What begins every message. `time_ns` since 1970, 0 = not given."""

    version: int
    kind: str
    device: str
    time_ns: int
    body_bytes: int
    crc: int


@dataclass(frozen=True, slots=True)
class Image:
    """A grey picture uint8 (H, W) and its scale along a row, 0 = unknown."""

    grey: NDArray[np.uint8]
    microns_per_pixel: float


class _Checksum(Protocol):
    def __call__(self, data: bytes | bytearray) -> int: ...


def read_header(data: bytes | bytearray) -> Header:
    """The 58 bytes that begin a message. Raises IgtlError (fatal) where they cannot be ones."""
    version, kind, device, stamp, length, crc = HEADER.unpack(data)
    if (version & 0xFF) not in VERSIONS or length > MOST_BODY_BYTES:
        raise IgtlError("This is no OpenIGTLink stream.", is_fatal=True)
    # 32 bits of seconds, 32 bits of their fraction
    time_ns = (stamp >> 32) * 1_000_000_000 + ((stamp & 0xFFFFFFFF) * 1_000_000_000 >> 32)
    return Header(version & 0xFF, _text(kind), _text(device), time_ns, length, crc)


def check_body(header: Header, body: bytes | bytearray) -> None:
    """Raises IgtlError where the bytes are not those that were sent. A CRC of 0 is none."""
    checksum = _checksum()
    if header.crc and checksum is not None and checksum(body) != header.crc:
        raise IgtlError(f"A {header.kind} message of {header.device} was damaged on its way.")


def content(header: Header, body: bytes | bytearray) -> memoryview:
    """The body without the extended header and the metadata of versions 2 and 3."""
    whole = memoryview(body)
    if header.version < 2:
        return whole
    if len(whole) < EXTENDED.size:
        raise IgtlError("A message is shorter than its extended header.")
    begin, meta_head, meta, _ = EXTENDED.unpack_from(whole)
    end = len(whole) - meta_head - meta
    if not EXTENDED.size <= begin <= end:
        raise IgtlError("A message's extended header does not fit it.")
    return whole[begin:end]


def read_image(data: memoryview) -> Image:
    """An IMAGE body. Raises IgtlError with what is not taken: other than one slice of 8 bits."""
    if len(data) < IMAGE.size:
        raise IgtlError("An image is shorter than its header.")
    fields = IMAGE.unpack_from(data)
    _, components, scalar, _, _, columns, rows, slices, *rest = fields
    matrix, offset, part = rest[:12], rest[12:15], rest[15:18]
    if scalar != UINT8 or components not in (1, 3, 4):
        raise IgtlError("The sender's images are not of 8 bits; set it to 8-bit grey.")
    if slices != 1 or not 0 < columns <= MOST_SIDE or not 0 < rows <= MOST_SIDE:
        raise IgtlError(f"An image of {columns} x {rows} x {slices} is not taken, only one slice.")
    if any(offset) or tuple(part) != (columns, rows, slices):
        raise IgtlError("The sender sends parts of images; set it to whole ones.")
    pixels = np.frombuffer(data, np.uint8, offset=IMAGE.size)
    if pixels.size != columns * rows * components:
        raise IgtlError("An image has not as many pixels as it says.")
    # the first column of the matrix leads from one pixel of a row to the next, in mm
    microns = float(np.linalg.norm(matrix[:3])) * 1000
    shaped = pixels.reshape(rows, columns, components)
    return Image(_grey(shaped), microns if 0 < microns < 1e5 else 0.0)


def _grey(shaped: NDArray[np.uint8]) -> NDArray[np.uint8]:
    if shaped.shape[2] == 1:
        return shaped[..., 0].copy()
    parts = shaped.astype(np.uint16)
    # R, G, B by ITU-R BT.601 in 256ths; a grey pixel keeps its value
    mixed = (77 * parts[..., 0] + 150 * parts[..., 1] + 29 * parts[..., 2] + 128) >> 8
    return mixed.astype(np.uint8)


def _text(raw: bytes) -> str:
    return raw.split(b"\0", 1)[0].decode("ascii", errors="replace")


@cache
def _checksum() -> _Checksum | None:
    """CRC-64 at the speed of C, or None where there is none: byte by byte in Python a frame would
    take longer than it lasts.
    """
    try:
        import crcmod
        from crcmod.crcmod import _usingExtension as is_quick
    except ImportError:
        return None
    if not is_quick:
        return None
    made: _Checksum = crcmod.mkCrcFun(_POLYNOMIAL, initCrc=0, rev=False, xorOut=0)
    return made
