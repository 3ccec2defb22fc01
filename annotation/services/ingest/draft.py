"""What the steps of ingest hand on."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from annotation.frames.packing import PackedChunk
from annotation.frames.source import FrameSource


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


@dataclass(slots=True)
class Draft:
    """A clip in the making. Each field is filled by the step named beside it."""

    path: Path | None = None  # given
    source: FrameSource | None = None  # probe
    frames: Iterable[NDArray[np.uint8]] = ()  # decode: uint8 (H, W); de-identify: uint8 (h, w)
    stored_times: list[float | None] = field(default_factory=list)  # decode, as frames are drawn
    packed: Iterable[PackedChunk] = ()  # hash
    height: int = 0  # hash, as frames are drawn
    width: int = 0
    chunks: list[StoredChunk] = field(default_factory=list)  # chunk
    digests: bytes = b""  # chunk
    thumbnail_key: str = ""  # thumbnail


class Step(Protocol):
    """One step of ingest."""

    def run(self, draft: Draft) -> None:
        """Add this step's part. Raises UnreadableSourceError with a sentence for the uploader."""
