"""The steps, in their order."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from annotation.deidentify import Redaction
from annotation.frames.chunk_file import header_length, read_header
from annotation.frames.opening import open_source
from annotation.frames.packing import pack_frames
from annotation.frames.png import decode_png
from annotation.frames.problem import UnreadableSourceError
from annotation.frames.thumbnail import thumbnail_jpeg
from annotation.services.frame_store import FrameStore, read_range
from annotation.services.ingest.draft import Draft, StoredChunk


@dataclass(frozen=True, slots=True)
class Probe:
    """Tell what the file is from its content, and open it."""

    def run(self, draft: Draft) -> None:
        if draft.source is None:
            if draft.path is None:
                raise UnreadableSourceError("There is no file.")
            draft.source = open_source(draft.path)


@dataclass(frozen=True, slots=True)
class Decode:
    """Draw grey frames in the order shown and note when each is; `decoded` hears how many."""

    decoded: Callable[[int], None] | None = None

    def run(self, draft: Draft) -> None:
        draft.frames = self._frames(draft)

    def _frames(self, draft: Draft) -> Iterator[NDArray[np.uint8]]:
        if draft.source is None:
            return
        for frame in draft.source.frames():
            draft.stored_times.append(frame.time_s)
            yield frame.grey
            if self.decoded is not None:
                self.decoded(len(draft.stored_times))


@dataclass(frozen=True, slots=True)
class Deidentify:
    """Cut off and blank what was confirmed, on every frame, before anything is hashed or stored."""

    redaction: Redaction | None

    def run(self, draft: Draft) -> None:
        if self.redaction is not None and not self.redaction.is_identity:
            draft.frames = map(self.redaction.apply, draft.frames)


@dataclass(frozen=True, slots=True)
class Hash:
    """SHA-256 of each frame's pixels and, in the same threads, its lossless PNG."""

    def run(self, draft: Draft) -> None:
        draft.packed = pack_frames(self._measured(draft, iter(draft.frames)))

    def _measured(
        self, draft: Draft, frames: Iterator[NDArray[np.uint8]]
    ) -> Iterator[NDArray[np.uint8]]:
        for grey in frames:
            draft.height, draft.width = grey.shape[0], grey.shape[1]
            yield grey


@dataclass(frozen=True, slots=True)
class ChunkFiles:
    """Store runs of frames under the SHA-256 of their content."""

    store: FrameStore

    def run(self, draft: Draft) -> None:
        digests: list[bytes] = []
        for packed in draft.packed:
            key = self.store.put("chunks", "fck", packed.content)
            draft.chunks.append(
                StoredChunk(packed.first_frame, packed.frame_count, key, len(packed.content))
            )
            digests.append(packed.digests)
        draft.digests = b"".join(digests)


@dataclass(frozen=True, slots=True)
class Thumbnail:
    """A small JPEG of the middle frame, from the stored pixels."""

    store: FrameStore

    def run(self, draft: Draft) -> None:
        middle = stored_png(draft.chunks, len(draft.stored_times) // 2)
        draft.thumbnail_key = self.store.put(
            "thumbnails", "jpg", thumbnail_jpeg(decode_png(middle))
        )


def stored_png(chunks: list[StoredChunk], frame_index: int) -> bytes:
    """The stored PNG of a frame."""
    chunk = next(
        chunk
        for chunk in chunks
        if chunk.first_frame <= frame_index < chunk.first_frame + chunk.frame_count
    )
    header = read_header(read_range(chunk.storage_key, 0, header_length(chunk.frame_count)))
    return read_range(chunk.storage_key, *header.span(frame_index))
