"""All steps in a row."""

from collections.abc import Callable, Sequence
from pathlib import Path

from annotation.deidentify import Redaction
from annotation.frames.problem import UnreadableSourceError
from annotation.frames.source import FrameSource
from annotation.frames.times import presentation_times
from annotation.services.frame_store import FrameStore
from annotation.services.ingest.draft import Draft, Step, StoredFrames
from annotation.services.ingest.steps import (
    ChunkFiles,
    Decode,
    Deidentify,
    Hash,
    Probe,
    Thumbnail,
)


def steps_of(
    *,
    store: FrameStore,
    redaction: Redaction | None = None,
    decoded: Callable[[int], None] | None = None,
) -> Sequence[Step]:
    """The steps from a file to stored frames."""
    return (
        Probe(),
        Decode(decoded),
        Deidentify(redaction),
        Hash(),
        ChunkFiles(store),
        Thumbnail(store),
    )


def frames_store(
    *,
    store: FrameStore,
    path: Path | None = None,
    source: FrameSource | None = None,
    redaction: Redaction | None = None,
    decoded: Callable[[int], None] | None = None,
) -> StoredFrames:
    """Decode a file, or a source opened already, once; redact, hash, pack and store its frames,
    holding only a few in memory.

    `decoded` is called after each frame with how many there are so far. Raises
    UnreadableSourceError.
    """
    draft = Draft(path=path, source=source)
    for step in steps_of(store=store, redaction=redaction, decoded=decoded):
        step.run(draft)
    if draft.source is None:
        raise UnreadableSourceError("There is no file.")
    return StoredFrames(
        source_format=draft.source.source_format,
        width=draft.width,
        height=draft.height,
        times_s=presentation_times(draft.stored_times, draft.source.nominal_rate),
        digests=draft.digests,
        chunks=tuple(draft.chunks),
        thumbnail_key=draft.thumbnail_key,
    )
