"""Keep received JPEGs as they came: MJPEG in Matroska, at their own times.

Nothing is decoded or encoded, so a recording costs no quality and hardly any time.
"""

import asyncio
import contextlib
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction
from pathlib import Path
from typing import Any

import av

from inference.live.picture import Picture
from inference.live.wanted import WantedRecording, scale_path
from inference.live.wire import Flag, Frame

logger = logging.getLogger(__name__)

MILLISECOND = Fraction(1, 1000)
# so many frames may wait for the disk
MOST_WAITING = 120
# more than Matroska adds to a file, and to each frame: its block and its place in the index
FILE_BYTES = 16 * 1024
FRAME_BYTES = 64
# a depth that was changed differs by more; what a scanner rounds differs by less
SAME_SCALE = 0.01

RecordingClosed = Callable[[str, int | None], None]


class MatroskaWriter:
    """A file of JPEGs of one size. Not for two threads at once."""

    def __init__(self, path: Path, *, width: int, height: int) -> None:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        # short clusters, written at once: what a crash leaves behind can be read up to its end
        options = {"cluster_time_limit": "1000", "flush_packets": "1"}
        self._file: Any = av.open(str(path), "w", format="matroska", options=options)
        self._stream = self._file.add_mux_stream(
            "mjpeg", width=width, height=height, time_base=MILLISECOND
        )
        self.frame_count = 0

    def add(self, jpeg: bytes, time_ms: int) -> None:
        """The next frame; times rise. Raises OSError when the disk does not take it."""
        packet = av.Packet(jpeg)
        packet.stream = self._stream
        packet.time_base = MILLISECOND
        packet.pts = packet.dts = time_ms
        packet.is_keyframe = True
        self._file.mux(packet)
        self.frame_count += 1

    def close(self) -> None:
        """End the file."""
        self._file.close()


class Recorder:
    """One recording of a session: frames go in on the loop, the file is written on a thread."""

    def __init__(self, wanted: WantedRecording, *, now_s: float, closed: RecordingClosed) -> None:
        self.wanted = wanted
        self.began_s = now_s
        self.lost_count = 0
        self.trouble = ""
        self._closed = closed
        self._writer: MatroskaWriter | None = None
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="live-recorder")
        self._waiting = 0
        self._size: tuple[int, int] | None = None
        self._microns_per_pixel = 0.0  # the first one known; holds for the whole file
        self._byte_size = FILE_BYTES
        self._time_ms = -1
        self._epoch: int | None = None
        self._base_ms = 0.0
        self._last_bridge_us = 0
        self.is_closed = False

    @property
    def frame_count(self) -> int:
        """Frames in the file."""
        return self._writer.frame_count if self._writer else 0

    def must_end(self, now_s: float) -> bool:
        """Whether the recording has reached its limit, or cannot go on."""
        return bool(self.trouble) or now_s - self.began_s >= self.wanted.max_seconds

    def take(self, picture: Picture) -> None:
        """Keep a frame."""
        if self.is_closed or self.trouble:
            return
        frame = picture.frame
        if self._size is None:
            self._size = (frame.width, frame.height)
        if self._size != (frame.width, frame.height):
            self.trouble = "The picture's size has changed."
            return
        if not self._has_same_scale(frame):
            self.trouble = "The picture's scale has changed."
            return
        most, size = self.wanted.max_bytes, self._byte_size + len(picture.jpeg) + FRAME_BYTES
        if most is not None and size > most:
            self.trouble = "The recording is as large as an upload may be."
            return
        if self._waiting >= MOST_WAITING:
            self.lost_count += 1
            return
        self._waiting += 1
        self._byte_size = size
        self._know_scale(frame)
        time_ms = self._time_of(frame)
        kept = self._thread.submit(self._write, picture.jpeg, time_ms)
        loop = asyncio.get_running_loop()

        def settle(_: object) -> None:
            with contextlib.suppress(RuntimeError):  # the loop has been closed
                loop.call_soon_threadsafe(self._settled)

        kept.add_done_callback(settle)

    async def close(self) -> None:
        """End the file and say so, once."""
        if self.is_closed:
            return
        self.is_closed = True
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(self._thread, self._end)
        self._thread.shutdown(wait=False)

    def _settled(self) -> None:
        self._waiting -= 1

    def _has_same_scale(self, frame: Frame) -> bool:
        known, now = self._microns_per_pixel, frame.microns_per_pixel
        # one file has one scale: what is measured in it is wrong in millimetres else
        return not (known > 0 and now > 0) or abs(now - known) <= SAME_SCALE * known

    def _know_scale(self, frame: Frame) -> None:
        if self._microns_per_pixel <= 0 < frame.microns_per_pixel:
            self._microns_per_pixel = frame.microns_per_pixel
            self._thread.submit(self._keep_scale, frame.microns_per_pixel)

    def _keep_scale(self, microns_per_pixel: float) -> None:
        path = scale_path(Path(self.wanted.path))
        part = path.with_suffix(".part")
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            part.write_text(repr(microns_per_pixel))
            part.replace(path)  # half a number would be another scale
        except OSError:  # a clip without a scale is worth more than none
            logger.exception("The scale of recording %s is not kept", self.wanted.id)

    def _time_of(self, frame: Frame) -> int:
        """Milliseconds from the recording's first frame: by the scanner's clock where it has one,
        and over a break of it by the bridge's. Always later than the frame before.
        """
        has_source = bool(frame.flags & Flag.ORIGINAL_TIMES)
        stamp_ms = frame.t_source_ns / 1e6 if has_source else frame.t_bridge_us / 1e3
        if self._epoch != frame.epoch:
            is_first = self._epoch is None
            gap_ms = 0.0 if is_first else (frame.t_bridge_us - self._last_bridge_us) / 1e3
            self._base_ms = max(self._time_ms, 0) + max(gap_ms, 0.0) - stamp_ms
            self._epoch = frame.epoch
        self._last_bridge_us = frame.t_bridge_us
        self._time_ms = max(self._time_ms + 1, round(stamp_ms + self._base_ms))
        return self._time_ms

    def _write(self, jpeg: bytes, time_ms: int) -> None:
        try:
            if self._writer is None:
                width, height = self._size or (0, 0)
                self._writer = MatroskaWriter(Path(self.wanted.path), width=width, height=height)
            self._writer.add(jpeg, time_ms)
        except (OSError, ValueError) as error:  # what PyAV raises derives from these
            logger.exception("The recording %s cannot be written", self.wanted.id)
            self.trouble = f"The recording cannot be written: {error}."

    def _end(self) -> None:
        count = self.frame_count
        if self._writer is not None:
            try:
                self._writer.close()
            except (OSError, ValueError):
                logger.exception("The recording %s was not closed well", self.wanted.id)
        self._closed(self.wanted.id, count)
