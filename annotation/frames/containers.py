"""Tell what a file is from its first bytes; names and suffixes are never looked at.

A demuxer is chosen by name from a short list because libav's own guess would also open playlists,
which can point at other files of the machine.
"""

from __future__ import annotations

import re
from enum import Enum
from pathlib import Path

LOOKED_AT = 512
_TRANSPORT_PACKET = 188
_MOV_ATOMS = (b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot")
# the first elements that files without a preamble have, little-endian
_EXPLICIT_ELEMENT = re.compile(
    rb"\x02\x00[\x00\x01\x02\x10]\x00(?:UL|OB|UI)|\x08\x00[\x00\x01\x05\x08\x16]\x00(?:UL|CS|UI)"
)
_IMPLICIT_ELEMENT = re.compile(rb"\x08\x00[\x00\x01\x05\x08\x12\x16]\x00[\x00-\x80]\x00\x00\x00")
_META_IMAGE_FIELD = re.compile(rb"(?:Comment|NDims|ObjectType)[ \t]*=[^\0]*\n", re.DOTALL)
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


def container_of(path: Path) -> Container | None:
    """The kind of a file, or None when it is none of them."""
    with path.open("rb") as file:
        return container_in(file.read(LOOKED_AT))


def container_in(head: bytes) -> Container | None:
    """The kind of a file that begins with `head`, its first LOOKED_AT bytes."""
    if head[4:8] in _MOV_ATOMS:
        return Container.MOV
    if head[:4] == b"RIFF" and head[8:12] == b"AVI ":
        return Container.AVI
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
    if _META_IMAGE_FIELD.match(head):
        return Container.META_IMAGE
    return Container.DICOM if dicom_start(head) is not None else None


def dicom_start(head: bytes) -> int | None:
    """Where a DICOM file begins within its first bytes: 128 with a preamble (the place of "DICM"),
    else the place of its first element; None when it is no DICOM file.

    Files written without preamble and meta group begin with group 2 or 8 at once; some are further
    shifted by a few stray bytes.
    """
    if head[128:132] == b"DICM":
        return 128
    found = _EXPLICIT_ELEMENT.search(head[:LOOKED_AT])
    if found:
        return found.start()
    return 0 if _IMPLICIT_ELEMENT.match(head) else None


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
