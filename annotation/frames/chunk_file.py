"""A run of frames in one immutable file, so that a player fetches 32 frames in one request.

Little-endian: magic "FCK1", uint32 first_frame, uint32 frame_count, uint32
offsets[frame_count + 1] counted from the start of the file, then one 8-bit grey PNG a frame. Offset
i is where frame first_frame + i begins, the last offset is the length of the file.
`frontend/src/frames/chunkFile.ts` reads the same layout.
"""

from __future__ import annotations

import itertools
import struct
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from annotation.frames.problem import DamagedChunkError

MAGIC = b"FCK1"
_FIXED = struct.Struct("<4sII")
_MAX_FRAMES = 1 << 16


@dataclass(frozen=True, slots=True)
class ChunkHeader:
    """Where the frames lie. `offsets` is int64 (frame_count + 1,), from the start of the file."""

    first_frame: int
    offsets: NDArray[np.int64]

    @property
    def frame_count(self) -> int:
        return len(self.offsets) - 1

    def span(self, frame_index: int) -> tuple[int, int]:
        """First byte and the one after the last of a clip's frame; IndexError when not in here."""
        place = frame_index - self.first_frame
        if not 0 <= place < self.frame_count:
            raise IndexError(f"frame {frame_index} is not in the chunk from {self.first_frame}")
        return int(self.offsets[place]), int(self.offsets[place + 1])


def header_length(frame_count: int) -> int:
    """Bytes before the first frame."""
    return _FIXED.size + 4 * (frame_count + 1)


def write_chunk(first_frame: int, frames: Sequence[bytes]) -> bytes:
    """The file of consecutive encoded frames, the first of which is `first_frame` of its clip."""
    if not 0 < len(frames) < _MAX_FRAMES:
        raise ValueError(f"a chunk holds 1 to {_MAX_FRAMES - 1} frames, got {len(frames)}")
    lengths = np.array([header_length(len(frames)), *map(len, frames)], dtype=np.int64)
    offsets = np.cumsum(lengths)
    if offsets[-1] >= 1 << 32:
        raise ValueError("a chunk is at most 4 GiB long")
    fixed = _FIXED.pack(MAGIC, first_frame, len(frames))
    return b"".join((fixed, offsets.astype("<u4").tobytes(), *frames))


def read_header(beginning: bytes) -> ChunkHeader:
    """Read the header from the first bytes of a file, `header_length` of them or more.

    Raises DamagedChunkError when they are not the beginning of a chunk.
    """
    if len(beginning) < _FIXED.size:
        raise DamagedChunkError("The chunk is shorter than its header.")
    magic, first_frame, frame_count = _FIXED.unpack_from(beginning)
    if magic != MAGIC:
        raise DamagedChunkError("The file is not a chunk: it does not begin with FCK1.")
    if not 0 < frame_count < _MAX_FRAMES or len(beginning) < header_length(frame_count):
        raise DamagedChunkError("The chunk is shorter than its header.")
    offsets = np.frombuffer(beginning, "<u4", frame_count + 1, _FIXED.size).astype(np.int64)
    if offsets[0] != header_length(frame_count) or bool(np.any(np.diff(offsets) <= 0)):
        raise DamagedChunkError("The offsets of the chunk do not rise from its header on.")
    return ChunkHeader(first_frame, offsets)


def read_chunk(content: bytes) -> tuple[int, list[bytes]]:
    """First frame and the encoded frames of a whole file; DamagedChunkError when cut or padded."""
    header = read_header(content)
    if int(header.offsets[-1]) != len(content):
        raise DamagedChunkError(
            f"The chunk is {len(content)} bytes long and should be {int(header.offsets[-1])}."
        )
    offsets = header.offsets.tolist()
    return header.first_frame, [content[start:stop] for start, stop in itertools.pairwise(offsets)]
