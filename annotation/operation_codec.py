"""The compact bytes of a row of operations, as revisions keep them. Knows no database.

Byte 0 is the version, 1; the rest is a zlib stream (RFC 1950) of

- varint n and n times 16 bytes: the UUIDs that are named, each once;
- varint m and m operations: a byte for its kind, then its members in the order of its class. UUIDs
  are varints into the table; frames varints (a frame that may be missing is one more, 0 for none);
  words varint-counted UTF-8; shapes varint-counted `encode_shape` bytes; a confidence is a byte 1
  and a little-endian float64, or a byte 0.

A varint is unsigned LEB128 (DWARF 5, section 7.6).
"""

import struct
import zlib
from collections.abc import Sequence
from uuid import UUID

from annotation.geometry import ShapeError, decode_shape, encode_shape
from annotation.operations import (
    QUALITIES,
    SOURCES,
    ClipJudge,
    FrameJudge,
    KeyframeDelete,
    KeyframePut,
    NoteDelete,
    NotePut,
    Operation,
    OperationError,
    StructureJudge,
    TrackAdd,
    TrackDelete,
)

_VERSION = 1
_KINDS = (
    TrackAdd,
    TrackDelete,
    KeyframePut,
    KeyframeDelete,
    FrameJudge,
    StructureJudge,
    ClipJudge,
    NotePut,
    NoteDelete,
)
_KIND_BYTE = {kind: place for place, kind in enumerate(_KINDS)}


def encode_operations(operations: Sequence[Operation]) -> bytes:
    """The stored form; `decode_operations` reads it back to equal operations."""
    writer = _Writer()
    for operation in operations:
        writer.operation(operation)
    head = bytearray()
    _varint(head, len(writer.places))
    for one in writer.places:
        head += one.bytes
    _varint(head, len(operations))
    return bytes([_VERSION]) + zlib.compress(bytes(head + writer.out), level=1)


def decode_operations(stored: bytes) -> list[Operation]:
    """Read bytes written by `encode_operations`. Raises OperationError when they are damaged."""
    if not stored or stored[0] != _VERSION:
        raise OperationError("The stored operations have an unknown version.")
    try:
        reader = _Reader(zlib.decompress(memoryview(stored)[1:]))
        reader.table = [UUID(bytes=reader.take(16)) for _ in range(reader.varint())]
        operations = [reader.operation() for _ in range(reader.varint())]
    except (zlib.error, IndexError, struct.error, UnicodeDecodeError, ShapeError) as error:
        raise OperationError("The stored operations are damaged.") from error
    if reader.at != len(reader.stored):
        raise OperationError("The stored operations are longer than they should be.")
    return operations


def _varint(out: bytearray, number: int) -> None:
    while number >= 128:
        out.append(number & 127 | 128)
        number >>= 7
    out.append(number)


class _Writer:
    """Collects the operations' bytes and the UUIDs they name."""

    def __init__(self) -> None:
        self.out = bytearray()
        self.places: dict[UUID, int] = {}

    def operation(self, operation: Operation) -> None:
        self.out.append(_KIND_BYTE[type(operation)])
        match operation:
            case TrackAdd(track, structure):
                self.uuid(track)
                self.uuid(structure)
            case TrackDelete(one) | NoteDelete(one):
                self.uuid(one)
            case KeyframeDelete(track, frame):
                self.uuid(track)
                _varint(self.out, frame)
            case KeyframePut():
                self.put(operation)
            case FrameJudge(frame, quality):
                _varint(self.out, frame)
                self.out.append(0 if quality is None else 1 + QUALITIES.index(quality))
            case StructureJudge(structure, frame, to_frame, is_absent):
                self.uuid(structure)
                _varint(self.out, frame)
                _varint(self.out, to_frame)
                self.out.append(is_absent)
            case ClipJudge(reason):
                self.words(reason or "")
            case NotePut(note, place, text):
                self.uuid(note)
                _varint(self.out, 0 if place is None else place + 1)
                self.words(text)

    def put(self, put: KeyframePut) -> None:
        self.uuid(put.track)
        _varint(self.out, put.frame)
        self.counted(encode_shape(put.shape))
        self.out.append(SOURCES.index(put.source))
        self.out.append(put.confidence is not None)
        if put.confidence is not None:
            self.out += struct.pack("<d", put.confidence)

    def uuid(self, one: UUID) -> None:
        _varint(self.out, self.places.setdefault(one, len(self.places)))

    def words(self, text: str) -> None:
        self.counted(text.encode())

    def counted(self, content: bytes) -> None:
        _varint(self.out, len(content))
        self.out += content


class _Reader:
    """Reads what the writer wrote; IndexError where it ends too early."""

    def __init__(self, stored: bytes) -> None:
        self.stored = stored
        self.at = 0
        self.table: list[UUID] = []

    def operation(self) -> Operation:
        kind = _KINDS[self.byte()]
        if kind in (FrameJudge, StructureJudge, ClipJudge, NotePut, NoteDelete):
            return self.judgement(kind)
        track = self.uuid()
        if kind is TrackAdd:
            return TrackAdd(track, self.uuid())
        if kind is TrackDelete:
            return TrackDelete(track)
        frame = self.varint()
        if kind is KeyframeDelete:
            return KeyframeDelete(track, frame)
        shape = decode_shape(self.counted())
        source = SOURCES[self.byte()]
        confidence = struct.unpack("<d", self.take(8))[0] if self.byte() else None
        return KeyframePut(track, frame, shape, source, confidence)

    def judgement(self, kind: type[Operation]) -> Operation:
        if kind is FrameJudge:
            frame, grade = self.varint(), self.byte()
            return FrameJudge(frame, QUALITIES[grade - 1] if grade else None)
        if kind is ClipJudge:
            return ClipJudge(self.words() or None)
        named = self.uuid()
        if kind is StructureJudge:
            return StructureJudge(named, self.varint(), self.varint(), bool(self.byte()))
        if kind is NoteDelete:
            return NoteDelete(named)
        place = self.varint()
        return NotePut(named, place - 1 if place else None, self.words())

    def byte(self) -> int:
        self.at += 1
        return self.stored[self.at - 1]

    def varint(self) -> int:
        number = shift = 0
        while True:
            byte = self.byte()
            number |= (byte & 127) << shift
            if byte < 128:
                return number
            shift += 7

    def take(self, count: int) -> bytes:
        if self.at + count > len(self.stored):
            raise IndexError
        self.at += count
        return self.stored[self.at - count : self.at]

    def uuid(self) -> UUID:
        return self.table[self.varint()]

    def counted(self) -> bytes:
        return self.take(self.varint())

    def words(self) -> str:
        return self.counted().decode()
