"""Video files through PyAV: every frame once, in the order shown."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import av
import av.error

from annotation.frames.containers import Container, matroska_end
from annotation.frames.facts import SourceFacts
from annotation.frames.grey import display_matrix, grey_from_video_frame
from annotation.frames.limits import MAX_FRAMES, check_frame_count, check_size
from annotation.frames.problem import UnreadableSourceError
from annotation.frames.source import SourceFrame

_ATTACHED_PICTURE = "attached_pic"


class VideoSource:
    """A video file opened with the demuxer that its content asks for."""

    def __init__(self, path: Path, container: Container) -> None:
        self._kind = container
        self._path = path
        self._facts: SourceFacts | None = None
        self._file = self._opened()
        try:
            self._stream = _picture_stream(self._file)
            self._stream.thread_type = "AUTO"
            self._stated = int(self._stream.frames)
            check_size(self._stream.codec_context.width, self._stream.codec_context.height)
            self._check_is_whole(path)
        except BaseException:
            self._file.close()
            raise
        rate = self._stream.average_rate or self._stream.guessed_rate
        self.nominal_rate: float | None = float(rate) if rate else None
        self._codec = str(self._stream.codec_context.name)
        self.source_format = f"{container.value} / {self._codec}"[:40]
        self.expected_frames = self._expected()
        if self.expected_frames:
            check_frame_count(self.expected_frames)

    @property
    def facts(self) -> SourceFacts:
        """Sizes are those of the first frame, decoded for it once: the container may turn it."""
        if self._facts is None:
            height, width = self._first_shape()
            self._facts = SourceFacts(
                kind="video", container=self._kind.value, codec=self._codec, width=width,
                height=height, frame_count=self.expected_frames,
            )  # fmt: skip
        return self._facts

    def frames(self) -> Iterator[SourceFrame]:
        """Each frame with its pts in seconds; see FrameSource."""
        count = packets = 0
        shape: tuple[int, ...] | None = None
        matrix = None
        with self._file:
            for frame in self._decoded():
                if frame is None:
                    packets += 1
                    continue
                if frame.is_corrupt:
                    raise self._damage(count)
                check_size(frame.width, frame.height)
                if shape is None or frame.key_frame:  # it cannot change in between
                    matrix = display_matrix(frame)
                grey = grey_from_video_frame(frame, matrix)
                if shape is not None and grey.shape != shape:
                    raise UnreadableSourceError(
                        f"Frame {count + 1} is {grey.shape[1]} x {grey.shape[0]} pixels, the ones "
                        f"before it are {shape[1]} x {shape[0]}; a clip has frames of one size."
                    )
                shape = grey.shape
                count += 1
                if count > MAX_FRAMES:
                    check_frame_count(count)
                yield SourceFrame(grey, self._seconds(frame))
        if count == 0:
            raise UnreadableSourceError("No picture in this file could be decoded.")
        if self._kind is Container.AVI and packets < self._stated:
            raise self._damage(count)

    def _seconds(self, frame: Any) -> float | None:
        if frame.pts is None or not self._stream.time_base:
            return None
        # a frame that comes out when the decoder is emptied knows no time base of its own
        return float(frame.pts * self._stream.time_base)

    def _decoded(self) -> Iterator[Any]:
        """Frames, and None for each packet read."""
        count = 0
        try:
            for packet in self._file.demux(self._stream):
                if packet.size == 0:  # an AVI's dropped frame, or the end; either would flush
                    yield None
                    continue
                if packet.is_corrupt:
                    raise self._damage(count)
                yield None
                try:
                    for frame in packet.decode():
                        count += 1
                        yield frame
                except av.error.InvalidDataError:
                    if count:  # before the first frame a decoder may lack its parameters
                        raise
            yield from self._stream.codec_context.decode(None)
        except (av.error.FFmpegError, OSError, MemoryError) as damage:
            raise self._damage(count) from damage

    def _opened(self) -> Any:
        try:
            return av.open(
                str(self._path), format=self._kind.value, metadata_errors="ignore",
                options={"protocol_whitelist": "file"},
            )  # fmt: skip
        except (av.error.FFmpegError, OSError, ValueError) as damage:
            raise UnreadableSourceError(
                f"The {self._kind.value} file is damaged or cut short: it cannot be opened."
            ) from damage

    def _first_shape(self) -> tuple[int, ...]:
        try:
            with self._opened() as file:
                for frame in file.decode(_picture_stream(file)):
                    check_size(frame.width, frame.height)
                    return grey_from_video_frame(frame, display_matrix(frame)).shape
        except (av.error.FFmpegError, OSError, MemoryError) as damage:
            raise self._damage(0) from damage
        raise UnreadableSourceError("No picture in this file could be decoded.")

    def _expected(self) -> int | None:
        if self._stated:
            return self._stated
        if self._stream.duration and self._stream.time_base and self.nominal_rate:
            seconds = float(self._stream.duration * self._stream.time_base)
        elif self._file.duration and self.nominal_rate:
            seconds = self._file.duration / av.time_base
        else:
            return None
        return max(1, round(seconds * self.nominal_rate))

    def _check_is_whole(self, path: Path) -> None:
        length = path.stat().st_size
        if self._kind is Container.MATROSKA:
            end = matroska_end(path)
            if end is not None and end > length:
                raise UnreadableSourceError(
                    f"The file is cut short: {length:,} of its {end:,} bytes are there."
                )
        if self._kind is Container.MOV:
            entries = self._stream.index_entries
            whole = sum(1 for entry in entries if entry.pos + entry.size <= length)
            if whole < len(entries):
                raise UnreadableSourceError(
                    f"The file is cut short: {whole} of its {len(entries)} frames could be read."
                )

    def _damage(self, count: int) -> UnreadableSourceError:
        of = f" of its {self._stated}" if self._stated else ""
        return UnreadableSourceError(
            f"The video is damaged or cut short: {count}{of} frames could be read."
        )


def _picture_stream(file: Any) -> Any:
    for stream in file.streams.video:
        if _ATTACHED_PICTURE not in str(stream.disposition):
            if stream.codec_context is None:
                raise UnreadableSourceError("The codec of this video is not known here.")
            return stream
    if file.streams.audio:
        raise UnreadableSourceError("The file holds sound but no picture.")
    raise UnreadableSourceError("The file holds no video.")
