"""Frames on this disk while the server is away (`--record-dir`), cropped as they would be sent.

One lossless file (Matroska, FFV1, grey) a time away, with each frame's own time, and a JSON file
beside it. A device's token opens publishing and nothing else, so a person uploads them later.
"""

from __future__ import annotations

import contextlib
import json
import queue
import shutil
import threading
import time
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

from inference.bridge.intake import Intake
from inference.bridge.picture import Picture

# a reconnect of a moment is not worth a file
AWAY_SECONDS = 2.0
MOST_SECONDS = 600.0
LEAST_FREE_BYTES = 1 << 30
MOST_WAITING = 90
LOOK_SECONDS = 0.5
PART = ".part"


class Recorder:
    """Writes in a thread of its own; when the disk is too slow, frames are left out."""

    def __init__(
        self,
        folder: Path,
        *,
        intake: Intake,
        is_up: Callable[[], bool],
        about: dict[str, Any],
        say: Callable[[str], None] = lambda _: None,
    ) -> None:
        """Raises OSError where the folder cannot be made or written to."""
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o700)
        self._folder = folder
        self._intake = intake
        self._is_up = is_up
        self._about = about
        self._say = say
        self._frames: queue.Queue[Picture] = queue.Queue(MOST_WAITING)
        # not a last item of the queue: a disk that stands still must not hold up who closes
        self._is_closing = threading.Event()
        self._down_since: float | None = None
        self._last: tuple[int, int] | None = None
        self._file: _File | None = None
        self._is_full = False
        self._is_failing = False
        self._thread = threading.Thread(target=self._write, name="recorder", daemon=True)
        self._thread.start()
        intake.on_change(self._offer)

    def waiting(self) -> int:
        """How many finished files lie in the folder."""
        return sum(1 for _ in self._folder.glob("*.mkv"))

    def close(self) -> None:
        """Finish the file."""
        self._is_closing.set()
        self._thread.join(10.0)

    def _offer(self) -> None:
        if self._is_closing.is_set():
            return
        picture = self._intake.last()
        if picture is None or (picture.epoch, picture.sequence) == self._last:
            return
        self._last = picture.epoch, picture.sequence
        if not self._frames.full():
            self._frames.put_nowait(picture)

    def _write(self) -> None:
        from av.error import FFmpegError

        while True:
            try:
                picture = self._frames.get(timeout=LOOK_SECONDS)
            except queue.Empty:
                picture = None
            try:
                self._take(picture)
            except (OSError, ValueError, FFmpegError) as error:
                self._give_up_file(error)
            if picture is None and self._is_closing.is_set():
                return

    def _take(self, picture: Picture | None) -> None:
        """A frame, or None where there is none now. Raises what the disk and libav raise."""
        if picture is None:
            if self._is_up() or self._is_closing.is_set():
                self._finish()
            return
        if self._is_up():
            self._down_since = None
            self._finish()
            return
        now = time.monotonic()
        self._down_since = self._down_since or now
        if now - self._down_since >= AWAY_SECONDS and self._has_space():
            self._add(picture)

    def _give_up_file(self, error: Exception) -> None:
        """Go on without the file that took no more; another is begun in a while."""
        file, self._file = self._file, None
        self._down_since = time.monotonic()
        if file is not None:
            file.give_up(self._about)
        if not self._is_failing:
            self._is_failing = True
            self._say(f"Frames cannot be kept in {self._folder}; it is tried again. {error}")

    def _add(self, picture: Picture) -> None:
        file = self._file
        if file is not None and not file.fits(picture):
            self._finish()
            file = None
        if file is None:
            stamp = time.strftime("%Y%m%d-%H%M%S", time.gmtime(picture.t_bridge_us / 1e6))
            name = f"{stamp}-{picture.epoch}-{picture.sequence}"
            file = self._file = _File(self._folder / f"{name}.mkv", picture)
            # one that is begun anew at every frame of a broken disk is said once
            if not self._is_failing:
                self._say(f"Recording to {self._folder} while the server is away.")
        file.add(picture)

    def _finish(self) -> None:
        if self._file is not None:
            self._file.close(self._about)
            self._file = None
            self._is_failing = False
            self._say(f"{self.waiting()} recordings lie in {self._folder}, to be uploaded.")

    def _has_space(self) -> bool:
        is_full = shutil.disk_usage(self._folder).free < LEAST_FREE_BYTES
        if is_full and not self._is_full:
            self._finish()
            self._say("The disk is nearly full: nothing more is recorded.")
        self._is_full = is_full
        return not is_full


class _File:
    """One file under way; it has its name when it is whole."""

    def __init__(self, path: Path, first: Picture) -> None:
        import av

        self._path = path
        self._first = first
        self._count = 0
        self._last_ms = -1
        self._part = path.with_name(path.name + PART)
        self._container = av.open(str(self._part), "w", format="matroska")
        stream = self._container.add_stream("ffv1", rate=1000)
        stream.height, stream.width = first.grey.shape
        stream.pix_fmt = "gray"
        stream.time_base = stream.codec_context.time_base = Fraction(1, 1000)
        self._stream = stream

    def fits(self, picture: Picture) -> bool:
        """Whether the frame is of this file's size, time and source."""
        first = self._first
        is_long = picture.t_bridge_us - first.t_bridge_us > MOST_SECONDS * 1e6
        same = picture.grey.shape == first.grey.shape and picture.epoch == first.epoch
        return same and not is_long

    def add(self, picture: Picture) -> None:
        """Append a frame at its own time."""
        import av

        frame = av.VideoFrame.from_ndarray(picture.grey, format="gray")
        after_ms = (picture.t_bridge_us - self._first.t_bridge_us) // 1000
        self._last_ms = frame.pts = max(after_ms, self._last_ms + 1)
        frame.time_base = Fraction(1, 1000)
        self._container.mux(self._stream.encode(frame))
        self._count += 1

    def close(self, about: dict[str, Any]) -> None:
        """Give it its name, and the facts beside it."""
        self._container.mux(self._stream.encode(None))
        self._container.close()
        facts = {
            **about,
            "frames": self._count,
            "microns_per_pixel": self._first.microns_per_pixel or None,
            "started_at_unix_us": self._first.t_bridge_us,
        }
        self._path.with_suffix(".json").write_text(json.dumps(facts, indent=2), "utf-8")
        self._part.replace(self._path)

    def give_up(self, about: dict[str, Any]) -> None:
        """Keep what has come as far as the disk lets, else take it away."""
        from av.error import FFmpegError

        with contextlib.suppress(OSError, ValueError, FFmpegError):
            if self._count:
                self.close(about)
                return
        with contextlib.suppress(OSError, ValueError, FFmpegError):
            self._container.close()
        for path in (self._part, self._path.with_suffix(".json")):
            with contextlib.suppress(OSError):
                path.unlink(missing_ok=True)
