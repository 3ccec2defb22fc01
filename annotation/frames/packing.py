"""Grey frames to chunk files: hash, encode, pack, in a bounded window of memory."""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from annotation.frames.chunk_file import write_chunk
from annotation.frames.png import encode_png

CHUNK_FRAMES = 32
CHUNK_BYTES = 8 * 1024**2
_WORKERS = 3
# Frames go to the threads in batches: a hand-over costs a wait for the processor each time.
_BATCH_FRAMES = 2
# enough that a thread kept waiting on a busy machine does not stop the decoder
_BATCHES_WAITING = 14
_BATCH_PIXELS = 4_000_000
_PIXELS_WAITING = 64_000_000


@dataclass(frozen=True, slots=True)
class PackedChunk:
    """A chunk file and the SHA-256 digests of its frames, 32 bytes each."""

    first_frame: int
    frame_count: int
    content: bytes
    digests: bytes


def frame_digest(grey: NDArray[np.uint8]) -> bytes:
    """SHA-256, 32 bytes, of the pixels of uint8 (H, W): one byte each, rows from the top."""
    return hashlib.sha256(np.ascontiguousarray(grey).data).digest()


def pack_frames(frames: Iterable[NDArray[np.uint8]]) -> Iterator[PackedChunk]:
    """Yield chunks of at most 32 frames and about 8 MiB, the first beginning at frame 0.

    Encoding runs in threads beside the caller's decoding; no more than a few frames wait, so
    memory does not grow with the length of the clip.
    """
    first = 0
    encoded: list[bytes] = []
    digests: list[bytes] = []

    def chunk() -> PackedChunk:
        packed = PackedChunk(first, len(encoded), write_chunk(first, encoded), b"".join(digests))
        encoded.clear()
        digests.clear()
        return packed

    for png, digest in _encode_in_order(frames):
        encoded.append(png)
        digests.append(digest)
        if len(encoded) == CHUNK_FRAMES or sum(map(len, encoded)) >= CHUNK_BYTES:
            full = chunk()
            yield full
            first += full.frame_count
    if encoded:
        yield chunk()


def _encode_in_order(frames: Iterable[NDArray[np.uint8]]) -> Iterator[tuple[bytes, bytes]]:
    waiting: deque[Future[list[tuple[bytes, bytes]]]] = deque()
    with ThreadPoolExecutor(_WORKERS, thread_name_prefix="frame-encoder") as pool:
        try:
            for batch in _batches(frames):
                waiting.append(pool.submit(_encode, batch))
                pixels = sum(grey.size for grey in batch)
                room = max(1, min(_BATCHES_WAITING, _PIXELS_WAITING // pixels))
                while len(waiting) > room:
                    yield from waiting.popleft().result()
            while waiting:
                yield from waiting.popleft().result()
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def _batches(frames: Iterable[NDArray[np.uint8]]) -> Iterator[list[NDArray[np.uint8]]]:
    batch: list[NDArray[np.uint8]] = []
    for grey in frames:
        batch.append(grey)
        if len(batch) == _BATCH_FRAMES or len(batch) * grey.size >= _BATCH_PIXELS:
            yield batch
            batch = []
    if batch:
        yield batch


def _encode(batch: list[NDArray[np.uint8]]) -> list[tuple[bytes, bytes]]:
    return [(encode_png(grey), frame_digest(grey)) for grey in batch]
