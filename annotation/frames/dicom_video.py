"""Video streams inside DICOM: MPEG-2, H.264 and HEVC (PS3.5, 8.2.5 to 8.2.8), through PyAV."""

from __future__ import annotations

import io
import os
import struct
from collections.abc import Iterator
from typing import Any, BinaryIO

import av
import av.error
from pydicom.uid import UID

from annotation.frames.dicom_facts import frame_times, regions_and_scale, scanner_name
from annotation.frames.dicom_header import DAMAGED, DicomHeader
from annotation.frames.facts import SourceFacts
from annotation.frames.grey import grey_from_video_frame
from annotation.frames.limits import MAX_FRAMES, check_frame_count, check_size
from annotation.frames.problem import UnreadableSourceError
from annotation.frames.source import SourceFrame

# transfer syntaxes 1.2.840.10008.1.2.4.N, and N.1 where the stream may lie in several fragments
_PREFIX = "1.2.840.10008.1.2.4."
_STREAMS = {
    **dict.fromkeys(("100", "101"), ("mpegvideo", "MPEG-2")),
    **dict.fromkeys(("102", "103", "104", "105", "106"), ("h264", "H.264")),
    **dict.fromkeys(("107", "108"), ("hevc", "HEVC")),
}
_ITEM, _END = b"\xfe\xff\x00\xe0", b"\xfe\xff\xdd\xe0"
_TRANSPORT_PACKET = 188


def is_video(transfer_syntax: UID) -> bool:
    """Whether the pixels are one video stream."""
    return _number(transfer_syntax) in _STREAMS


def _number(transfer_syntax: UID) -> str:
    return str(transfer_syntax).removeprefix(_PREFIX).split(".")[0]


class DicomVideoSource:
    """A DICOM file whose pixels are a video stream.

    Takes `file` over and closes it after the last frame.
    """

    def __init__(self, file: BinaryIO, header: DicomHeader) -> None:
        self._file = file
        self._raw_format, codec = _STREAMS[_number(header.transfer_syntax)]
        width, height = header.count("Columns"), header.count("Rows")
        check_size(width, height)
        self._count = header.count("NumberOfFrames", 1) or 1
        check_frame_count(self._count)
        if self._count < 1:
            raise UnreadableSourceError("The DICOM file holds no picture.")
        if header.pixel_bytes is not None:
            raise UnreadableSourceError(f"{DAMAGED}: its pixels are not packed as it says.")
        self._stream = _Fragments(file, header.pixels_at)
        regions, (microns, origin), scale_notes = regions_and_scale(header, width, height)
        self._times, self.nominal_rate, time_notes = frame_times(header, self._count)
        self.facts = SourceFacts(
            kind="dicom", container="dicom", codec=codec, width=width, height=height,
            frame_count=self._count, microns_per_pixel=microns, microns_from=origin,
            scanner=scanner_name(header), regions=regions, modality=header.modality,
            notes=(*header.notes, *scale_notes, *time_notes),
        )  # fmt: skip
        self.source_format = self.facts.source_format
        self.expected_frames: int | None = self._count

    def frames(self) -> Iterator[SourceFrame]:
        """Each frame in the order shown, with its time where the header lists times.

        Times of the stream itself are not used: a bare stream has none, and where there are some
        the header's are those that viewers show. See FrameSource.
        """
        count = 0
        with self._file:
            for frame in self._decoded():
                check_size(frame.width, frame.height)
                shape = (frame.height, frame.width)
                if shape != (self.facts.height, self.facts.width):
                    raise UnreadableSourceError(
                        f"{DAMAGED}: its video is {frame.width} x {frame.height} pixels, its "
                        f"header says {self.facts.width} x {self.facts.height}."
                    )
                times = self._times
                time = None if times is None or count >= len(times) else times[count]
                count += 1
                if count > MAX_FRAMES:
                    check_frame_count(count)
                yield SourceFrame(grey_from_video_frame(frame), time)
        if count < self._count:
            raise self._damage(count)

    def _decoded(self) -> Iterator[Any]:
        count = 0
        try:
            with av.open(self._stream, format=self._format(), metadata_errors="ignore") as video:
                if not video.streams.video:
                    raise self._damage(0)
                stream = video.streams.video[0]
                if stream.codec_context is None:
                    raise UnreadableSourceError("The codec of this video is not known here.")
                stream.thread_type = "AUTO"
                for frame in video.decode(stream):
                    if frame.is_corrupt:
                        raise self._damage(count)
                    count += 1
                    yield frame
        except (av.error.FFmpegError, OSError, ValueError, MemoryError) as damage:
            raise self._damage(count) from damage

    def _format(self) -> str:
        """The stream may be bare or lie in a container (PS3.5, 8.2.7)."""
        self._stream.seek(0)
        head = self._stream.read(2 * _TRANSPORT_PACKET)
        self._stream.seek(0)
        if head[4:8] == b"ftyp":
            return "mov"
        if head[:1] == b"\x47" and head[_TRANSPORT_PACKET : _TRANSPORT_PACKET + 1] == b"\x47":
            return "mpegts"
        if head[:4] == b"\x00\x00\x01\xba":
            return "mpeg"
        return self._raw_format

    def _damage(self, count: int) -> UnreadableSourceError:
        return UnreadableSourceError(
            f"{DAMAGED}: {count} of its {self._count} frames could be read."
        )


class _Fragments(io.RawIOBase):
    """The fragments of encapsulated pixels (PS3.5, A.4) behind one another, without the first,
    which is the table of offsets. Raises UnreadableSourceError when one is cut short.
    """

    def __init__(self, file: BinaryIO, at: int) -> None:
        self._file = file
        length = file.seek(0, os.SEEK_END)
        items: list[tuple[int, int]] = []
        while at + 8 <= length:
            file.seek(at)
            tag, size = struct.unpack("<4sL", file.read(8))
            if tag != _ITEM or at + 8 + size > length:
                break
            items.append((at + 8, size))
            at += 8 + size
        else:
            tag = b""
        if tag != _END or len(items) < 2:
            raise UnreadableSourceError(f"{DAMAGED}: its video does not end.")
        self._items = items[1:]
        self._length = sum(size for _, size in self._items)
        self._at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        start = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self._length}[whence]
        self._at = max(0, start + offset)
        return self._at

    def readinto(self, buffer: Any) -> int:
        start = 0
        for place, size in self._items:
            if self._at < start + size:
                within = self._at - start
                self._file.seek(place + within)
                read = self._file.read(min(len(buffer), size - within))
                buffer[: len(read)] = read
                self._at += len(read)
                return len(read)
            start += size
        return 0
