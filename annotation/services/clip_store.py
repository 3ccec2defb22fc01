"""From a source of frames to stored files, and from those to rows: the one way pixels come in."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from uuid import UUID

import numpy as np
from django.db.models import Max
from numpy.typing import NDArray

from annotation.clip_words import ClipWords
from annotation.frames.chunk_file import header_length, read_header
from annotation.frames.packing import pack_frames
from annotation.frames.png import decode_png
from annotation.frames.source import FrameSource
from annotation.frames.thumbnail import thumbnail_jpeg
from annotation.frames.times import duration, presentation_times
from annotation.models import Chunk, Clip, FrameTable, Subject
from annotation.services.frame_store import FrameStore, read_range
from fascicle.accounts.models import Project


@dataclass(frozen=True, slots=True)
class StoredChunk:
    """A chunk file in the storage."""

    first_frame: int
    frame_count: int
    storage_key: str
    byte_size: int


@dataclass(frozen=True, slots=True)
class StoredFrames:
    """Everything about a clip that its pixels say; its files are in the storage."""

    source_format: str
    width: int
    height: int
    times_s: NDArray[np.float64]
    digests: bytes
    chunks: tuple[StoredChunk, ...]
    thumbnail_key: str

    @property
    def frame_count(self) -> int:
        return len(self.times_s)


def frames_store(
    *, source: FrameSource, store: FrameStore, decoded: Callable[[int], None] | None = None
) -> StoredFrames:
    """Decode the source once; hash, pack and store its frames, holding only a few in memory.

    `decoded` is called after each frame with how many there are so far. Raises
    UnreadableSourceError.
    """
    stored_times: list[float | None] = []
    shape = (0, 0)

    def greys() -> Iterator[NDArray[np.uint8]]:
        nonlocal shape
        for frame in source.frames():
            shape = frame.grey.shape[0], frame.grey.shape[1]
            stored_times.append(frame.time_s)
            yield frame.grey
            if decoded is not None:
                decoded(len(stored_times))

    chunks: list[StoredChunk] = []
    digests: list[bytes] = []
    for packed in pack_frames(greys()):
        key = store.put("chunks", "fck", packed.content)
        chunks.append(StoredChunk(packed.first_frame, packed.frame_count, key, len(packed.content)))
        digests.append(packed.digests)
    times_s = presentation_times(stored_times, source.nominal_rate)
    middle = stored_png(chunks, len(times_s) // 2)
    return StoredFrames(
        source_format=source.source_format,
        width=shape[1],
        height=shape[0],
        times_s=times_s,
        digests=b"".join(digests),
        chunks=tuple(chunks),
        thumbnail_key=store.put("thumbnails", "jpg", thumbnail_jpeg(decode_png(middle))),
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


def next_clip_number(project: Project) -> int:
    """The number of the project's next clip. The caller holds the project's row lock; numbers of
    deleted clips are not used again.
    """
    highest = Clip.objects.filter(project=project).aggregate(highest=Max("number"))["highest"]
    return int(highest or 0) + 1


def clip_row(
    *,
    clip_id: UUID,
    number: int,
    project: Project,
    subject: Subject,
    words: ClipWords,
    source_sha256: str,
    frames: StoredFrames,
    created_by_id: UUID | None,
) -> Clip:
    """An unsaved clip of the stored frames."""
    return Clip(
        id=clip_id,
        project=project,
        subject=subject,
        number=number,
        label=words.label,
        scanner=words.scanner,
        credit=words.credit,
        microns_per_pixel=words.microns_per_pixel,
        source_sha256=source_sha256,
        source_format=frames.source_format,
        width=frames.width,
        height=frames.height,
        frame_count=frames.frame_count,
        duration_s=duration(frames.times_s),
        thumbnail_key=frames.thumbnail_key,
        created_by_id=created_by_id,
    )


def chunk_rows(clip: Clip, frames: StoredFrames) -> list[Chunk]:
    """The unsaved chunks of a clip."""
    return [
        Chunk(
            clip=clip,
            number=number,
            first_frame=chunk.first_frame,
            frame_count=chunk.frame_count,
            storage_key=chunk.storage_key,
            byte_size=chunk.byte_size,
        )
        for number, chunk in enumerate(frames.chunks)
    ]


def frame_table_row(clip: Clip, frames: StoredFrames) -> FrameTable:
    """The unsaved frame table of a clip."""
    return FrameTable(
        clip=clip,
        frame_count=frames.frame_count,
        times=frames.times_s.astype("<f8").tobytes(),
        digests=frames.digests,
    )
