"""Frames from a child process through shared memory: three places, no copies on the pipe.

Each place begins with the number of the frame in it, written before and taken back while it is
filled, so that a reader that was overtaken sees it.
"""

from __future__ import annotations

import struct
from multiprocessing.shared_memory import SharedMemory

import numpy as np
from numpy.typing import NDArray

PLACES = 3
MOST_PIXELS = 2048 * 2048
_NUMBER = struct.Struct("<q")
_HEAD = 64  # keeps the pixels aligned
_BUSY = -1


class Ring:
    """Made by the parent (`name` None), opened by the child. Grey frames, uint8 (H, W)."""

    def __init__(self, name: str | None = None) -> None:
        size = PLACES * (_HEAD + MOST_PIXELS)
        self._is_owner = name is None
        self._memory = SharedMemory(name, create=name is None, size=size)
        self.name = self._memory.name

    def write(self, number: int, grey: NDArray[np.uint8]) -> None:
        """Put a frame into its place. Raises ValueError for one too large."""
        if grey.size > MOST_PIXELS:
            raise ValueError(f"A frame has at most {MOST_PIXELS} pixels.")
        start = self._start(number)
        _NUMBER.pack_into(self._buffer(), start, _BUSY)
        place = np.frombuffer(self._buffer(), np.uint8, grey.size, start + _HEAD)
        place[:] = grey.reshape(-1)
        _NUMBER.pack_into(self._buffer(), start, number)

    def read(self, number: int, height: int, width: int) -> NDArray[np.uint8] | None:
        """A copy of the frame, or None when its place has been taken since."""
        start = self._start(number)
        place = np.frombuffer(self._buffer(), np.uint8, height * width, start + _HEAD)
        if self._holds(start) != number:
            return None
        grey = place.reshape(height, width).copy()
        return grey if self._holds(start) == number else None

    def close(self) -> None:
        """Let go of it; the parent frees it."""
        self._memory.close()
        if self._is_owner:
            self._memory.unlink()

    def _holds(self, start: int) -> int:
        return int(_NUMBER.unpack_from(self._buffer(), start)[0])

    def _buffer(self) -> memoryview:
        buffer = self._memory.buf
        if buffer is None:
            raise ValueError("The ring is closed.")
        return buffer

    def _start(self, number: int) -> int:
        return (number % PLACES) * (_HEAD + MOST_PIXELS)
