"""The engine's process: frames in by shared memory, masks out by a pipe. May crash; it is started
again. Imports neither Django nor, unless a model runs on it, TensorFlow.
"""

import contextlib
import os
import signal
import time
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.shared_memory import SharedMemory
from pathlib import Path

import numpy as np
import simplejpeg
from numpy.typing import NDArray

from inference.engine.engine import Engine
from inference.engine.errors import EngineError
from inference.engine.temporal import Hysteresis, TemporalFilter
from inference.live.labelling import in_channels


@dataclass(frozen=True, slots=True)
class Ready:
    """The model is loaded: the codes of its structures from index 1, and what it runs on."""

    codes: tuple[str, ...]
    runtime: str


@dataclass(frozen=True, slots=True)
class Failed:
    """The model cannot be loaded; the sentence is for people."""

    sentence: str


@dataclass(frozen=True, slots=True)
class Ask:
    """The frame that lies in the shared memory.

    `channels`: the label value of each of the model's structures, from index 1. `is_still`: it
    stands, and what it shows is decided by it alone.
    """

    session: str
    byte_size: int
    epoch: int
    sequence: int
    time_s: float
    channels: tuple[int, ...]
    is_still: bool = False


@dataclass(frozen=True, slots=True)
class Forget:
    """A session has ended."""

    session: str


@dataclass(frozen=True, slots=True)
class Seen:
    """What the model sees: a zlib label map of its own size, a confidence a structure of the model
    (None = not shown), and how long it took. `error` in place of all that: an unreadable picture.
    """

    labels: bytes
    width: int
    height: int
    confidence: tuple[float | None, ...]
    took_us: int
    error: str = ""


def serve(
    pipe: Connection, memory_name: str, paths: list[Path], cache: Path | None, threads: int
) -> None:
    """The process' main function; returns when the hub has gone."""
    # Ctrl-C reaches the whole group: the hub ends its engines itself
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for name in ("TF_NUM_INTRAOP_THREADS", "OMP_NUM_THREADS"):
        os.environ.setdefault(name, str(threads))
    with contextlib.suppress(EOFError, BrokenPipeError, ConnectionResetError):
        try:
            engine = Engine.load(paths, cache=cache, threads=threads)
        except EngineError as error:
            pipe.send(Failed(str(error)))
            return
        codes = tuple(each.code for each in engine.classes)
        pipe.send(Ready(codes, ", ".join(dict.fromkeys(engine.runtime_names))))
        memory = SharedMemory(memory_name)
        try:
            _answer_all(pipe, memory, engine)
        finally:
            memory.close()


def _answer_all(pipe: Connection, memory: SharedMemory, engine: Engine) -> None:
    past: dict[str, TemporalFilter] = {}
    while True:
        asked = pipe.recv()
        if isinstance(asked, Forget):
            past.pop(asked.session, None)
            continue
        began = time.perf_counter()
        shown = b"" if memory.buf is None else bytes(memory.buf[: asked.byte_size])
        try:
            grey = simplejpeg.decode_jpeg(shown, colorspace="GRAY")[..., 0]
        except ValueError as error:
            pipe.send(Seen(b"", 0, 0, (), 0, f"The picture cannot be read: {error}."))
            continue
        if asked.is_still:
            steady = TemporalFilter(engine.classes, Hysteresis(appear_frames=1))
        else:
            steady = past.setdefault(asked.session, TemporalFilter(engine.classes))
        seen = _look(engine, steady, np.ascontiguousarray(grey), asked)
        pipe.send(
            Seen(*seen, took_us=round((time.perf_counter() - began) * 1e6)),
        )


def _look(
    engine: Engine, past: TemporalFilter, grey: NDArray[np.uint8], asked: Ask
) -> tuple[bytes, int, int, tuple[float | None, ...]]:
    live = past.see(
        grey,
        engine.see(grey),
        epoch=asked.epoch,
        sequence=asked.sequence,
        time_s=asked.time_s,
    )
    segment, confidence = in_channels(live, asked.channels)
    return segment.data, segment.width, segment.height, confidence
