"""Tell what a file is from its first bytes; names and suffixes are never looked at.

A demuxer is chosen by name from a short list because libav's own guess would also open playlists,
which can point at other files of the machine.
"""

from __future__ import annotations

from enum import Enum
from pathlib import Path

_LOOKED_AT = 512
_TRANSPORT_PACKET = 188
_MOV_ATOMS = (b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot")
_EBML = b"\x1a\x45\xdf\xa3"
_SEGMENT = b"\x18\x53\x80\x67"


class Container(Enum):
    """Kinds of file; the value of a video is the name of libav's demuxer."""

    MOV = "mov"
    AVI = "avi"
    MATROSKA = "matroska"
    MPEG_PROGRAM = "mpeg"
    MPEG_TRANSPORT = "mpegts"
    ASF = "asf"
    GIF = "gif"
    PNG = "png"
    JPEG = "jpeg"
    ZIP = "zip"
    DICOM = "dicom"
    META_IMAGE = "metaimage"
    PDF = "pdf"


def container_of(path: Path) -> Container | None:  # a table of signatures
    """The kind of a file, or None when it is none of them."""
    with path.open("rb") as file:
        head = file.read(_LOOKED_AT)
    if head[4:8] in _MOV_ATOMS:
        return Container.MOV
    if head[:4] == b"RIFF" and head[8:12] == b"AVI ":
        return Container.AVI
    if head[128:132] == b"DICM":
        return Container.DICOM
    if (
        len(head) > _TRANSPORT_PACKET
        and head[0] == 0x47
        and all(byte == 0x47 for byte in head[::_TRANSPORT_PACKET])
    ):
        return Container.MPEG_TRANSPORT
    for signature, container in (
        (_EBML, Container.MATROSKA),
        (b"\x00\x00\x01\xba", Container.MPEG_PROGRAM),
        (b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", Container.ASF),
        (b"GIF8", Container.GIF),
        (b"\x89PNG\r\n\x1a\n", Container.PNG),
        (b"\xff\xd8\xff", Container.JPEG),
        (b"PK\x03\x04", Container.ZIP),
        (b"PK\x05\x06", Container.ZIP),
        (b"ObjectType", Container.META_IMAGE),
        (b"%PDF", Container.PDF),
    ):
        if head.startswith(signature):
            return container
    return None


def matroska_end(path: Path) -> int | None:
    """Where the segment of a Matroska or WebM file ends by its own word; None when it is live."""
    with path.open("rb") as file:
        head = file.read(4096)
    at = head.find(_SEGMENT)
    if at < 0 or at + 12 > len(head):
        return None
    first = head[at + 4]
    length = 9 - first.bit_length()  # the leading zero bits give the length (RFC 8794, section 4)
    if first == 0:
        return None
    value = int.from_bytes(head[at + 4 : at + 4 + length], "big") & ((1 << 7 * length) - 1)
    if value == (1 << 7 * length) - 1:
        return None
    return at + 4 + length + value
