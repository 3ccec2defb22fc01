"""The process that libcast lives in. It may crash, hang or lie; the parent decides by frames."""

from __future__ import annotations

import ctypes
import os
import signal
import threading
import time
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from inference.bridge.cast.library import (
    Callbacks,
    Form,
    Function,
    ImageFormat,
    ImageInfo,
    Library,
    LibraryError,
)
from inference.bridge.cast.ring import MOST_PIXELS, Ring

BELIEF_EVERY = 0.5
LEAST_SIDE, MOST_SIDE = 1, 8192


@dataclass(frozen=True, slots=True)
class CastSettings:
    """What the child needs to know."""

    library: str
    keys: str
    address: str
    port: int
    width: int
    height: int
    form: str | None


def main(pipe: Connection, ring_name: str, settings: CastSettings) -> None:
    """Stream until the parent says `end` or goes away. Messages are tuples, a name first."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent ends this process in its own way
    child = _Child(pipe, Ring(ring_name))
    try:
        form = Form(settings.form) if settings.form else None
        library = Library(Path(settings.library), form)
        child.tell("library", str(library.form), library.is_form_sure, library.firmware())
        callbacks = Callbacks(child.image, child.freeze, child.error)
        library.init(Path(settings.keys), settings.width, settings.height, callbacks)
        library.connect(settings.address, settings.port, child.answered)
    except LibraryError as error:
        child.tell("unusable", str(error))
        return
    child.obey(library)
    library.close()
    # what libcast leaves behind can crash an ordinary exit
    os._exit(0)


class _Child:
    def __init__(self, pipe: Connection, ring: Ring) -> None:
        self._pipe = pipe
        self._ring = ring
        self._lock = threading.Lock()
        self._number = 0
        self._told = ""

    def tell(self, *message: Any) -> None:
        """To the parent; from any thread."""
        with self._lock:
            try:
                self._pipe.send(message)
            except OSError:
                os._exit(0)  # there is no parent any more

    def image(self, data: int, info: ImageInfo) -> None:
        """A frame; its memory is valid in here only."""
        arrived_us = time.time_ns() // 1000
        if info.overlay:
            return
        grey = grey_of(data, info)
        if isinstance(grey, str):
            self._say_once(grey)
            return
        number = self._number
        self._number += 1
        self._ring.write(number, grey)
        height, width = grey.shape
        self.tell("frame", number, height, width, info.microns_per_pixel, info.tm, arrived_us)

    def freeze(self, state: int) -> None:
        """The scanner's own word."""
        self.tell("frozen", bool(state))

    def error(self, text: bytes | None) -> None:
        """libcast's own words."""
        self.tell("error", (text or b"").decode(errors="replace").strip()[:300])

    def answered(self, port: int, is_match: bool) -> None:  # noqa: FBT001  # of the C interface
        """The connection was made, or not."""
        self.tell("connected" if port >= 0 else "refused", port, is_match)

    def obey(self, library: Library) -> None:
        """Pass on the parent's commands until it says `end`."""
        while True:
            try:
                if self._pipe.poll(BELIEF_EVERY):
                    name, *rest = self._pipe.recv()
                    if name == "end":
                        return
                    number, function, value = rest
                    self.tell("done", number, library.user_function(Function(function), value))
                self.tell("belief", library.is_connected())
            except (EOFError, OSError):
                return

    def _say_once(self, sentence: str) -> None:
        if sentence != self._told:
            self._told = sentence
            self.tell("error", sentence)


def grey_of(data: int, info: ImageInfo) -> NDArray[np.uint8] | str:
    """A copy of the frame, uint8 (H, W), or the sentence that says why it cannot be used.

    32 bits are B, G, R, A in memory; grey = 0.299 R + 0.587 G + 0.114 B (ITU-R BT.601).
    """
    width, height, bits = info.width, info.height, info.bits_per_pixel
    pixels = width * height
    is_sane = LEAST_SIDE <= width <= MOST_SIDE and LEAST_SIDE <= height <= MOST_SIDE
    if info.format in (ImageFormat.JPEG, ImageFormat.PNG) or not is_sane:
        return "This libcast describes its images in a way that is not known here."
    if pixels > MOST_PIXELS:
        return f"libcast sends {width} x {height} pixels, more than can be taken."
    if bits not in (8, 32) or info.image_size != pixels * bits // 8 or not data:
        return f"libcast sends {bits} bits a pixel in {info.image_size} bytes, not 8 or 32."
    raw = np.ctypeslib.as_array(
        ctypes.cast(data, ctypes.POINTER(ctypes.c_uint8)), (info.image_size,)
    )
    if bits == 8:
        return np.array(raw, np.uint8).reshape(height, width)
    parts = raw.reshape(height, width, 4).astype(np.uint16)
    # 256ths; a grey pixel keeps its value
    mixed = (29 * parts[..., 0] + 150 * parts[..., 1] + 77 * parts[..., 2] + 128) >> 8
    return mixed.astype(np.uint8)
