"""MetaImage sequences (.mha, .mhd with its raw file; PLUS .igs.mha), a frame at a time.

Read here rather than through ITK, which holds a whole sequence in memory.

A picture is turned so that it stands as PLUS itself shows it: rows going away from the probe,
columns towards its marked side ("MF"). Samples that are not 8-bit are stretched so that the
smallest and largest of the whole clip become 0 and 255; that takes a pass of its own.
"""

from __future__ import annotations

import os
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO, cast

import numpy as np
from isal import isal_zlib
from numpy.typing import NDArray
from PIL import Image

from annotation.frames.facts import SourceFacts
from annotation.frames.grey import grey_from_picture
from annotation.frames.metaimage_header import read_meta_header
from annotation.frames.problem import UnreadableSourceError
from annotation.frames.source import SourceFrame
from annotation.frames.stills import UNSAID_RATE, UNSAID_RATE_NOTE

_READ_AT_ONCE = 1 << 18
_AXES = "UMNF"
# isal's stubs call its exception an instance
_INFLATE_ERROR = cast("type[Exception]", isal_zlib.IsalError)
_UNREADABLE = (_INFLATE_ERROR, zlib.error, OSError, EOFError, ValueError)
_NO_SCALE = (
    "The MetaImage file gives no pixel size (a spacing of 1 means none); "
    "calibrate on the depth ruler."
)


class MetaImageSource:
    """A MetaImage of one picture or a sequence.

    `open_header` opens the file that begins with the header; `open_pixels` opens the file that the
    header names, or raises UnreadableSourceError.
    """

    def __init__(
        self, open_header: Callable[[], BinaryIO], open_pixels: Callable[[str], BinaryIO]
    ) -> None:
        self._open_header = open_header
        self._open_pixels = open_pixels
        with open_header() as file:
            self._header = header = read_meta_header(file)
        self._check_is_whole()
        self._turn = _turn(header.fields.get("UltrasoundImageOrientation", ""))
        height, width = self._turn(np.empty((header.height, header.width), np.uint8)).shape
        self._times = header.timestamps()
        has_times = header.frame_count == 1 or None not in self._times
        self.nominal_rate: float | None = None if has_times else UNSAID_RATE
        microns, origin = header.microns_per_pixel()
        self.facts = SourceFacts(
            kind="metaimage", container="metaimage", codec="zlib" if header.is_compressed else "",
            width=width, height=height, frame_count=header.frame_count, microns_per_pixel=microns,
            microns_from=origin, fields=header.kept_fields(),
            notes=(
                *(() if microns else (_NO_SCALE,)),
                *(() if has_times else (UNSAID_RATE_NOTE,)),
            ),
        )  # fmt: skip
        self.source_format = self.facts.source_format
        self.expected_frames: int | None = header.frame_count

    def frames(self) -> Iterator[SourceFrame]:
        """Each frame with its timestamp; see FrameSource."""
        header = self._header
        if header.dtype == np.uint8:
            lowest, scale = 0.0, 1.0
        else:
            lowest, scale = self._stretch()
        for samples, time_s in zip(self._stored(), self._times, strict=True):
            if header.dtype == np.uint8:
                grey = np.asarray(samples, dtype=np.uint8)
            else:
                wide = np.nan_to_num(samples.astype(np.float64), nan=lowest)
                grey = np.clip(np.rint((wide - lowest) * scale), 0, 255).astype(np.uint8)
            if header.channels == 3:
                grey = grey_from_picture(Image.fromarray(grey, "RGB"))
            else:
                grey = grey[..., 0]
            yield SourceFrame(np.ascontiguousarray(self._turn(grey)), time_s)

    def _stretch(self) -> tuple[float, float]:
        """The smallest finite sample of the clip, and grey levels a unit."""
        lowest, highest = np.inf, -np.inf
        for samples in self._stored():
            finite = samples[np.isfinite(samples)]
            if finite.size:
                lowest = min(lowest, float(finite.min()))
                highest = max(highest, float(finite.max()))
        if not lowest < highest:
            return (0.0 if not np.isfinite(lowest) else lowest), 0.0
        return lowest, 255 / (highest - lowest)

    def _stored(self) -> Iterator[NDArray[Any]]:
        """Samples (H, W, channels) of each frame as they are stored."""
        header = self._header
        shape = header.height, header.width, header.channels
        with self._pixels() as file:
            reader = _Inflating(file) if header.is_compressed else _Plain(file)
            for index in range(header.frame_count):
                try:
                    content = reader.read(header.frame_bytes)
                except _UNREADABLE as damage:
                    raise self._damage(index) from damage
                if len(content) != header.frame_bytes:
                    raise self._damage(index)
                yield np.frombuffer(content, header.dtype).reshape(shape)

    def _pixels(self) -> BinaryIO:
        """The data, standing at the first pixel."""
        header = self._header
        is_local = header.pixel_file.upper() == "LOCAL"
        file = self._open_header() if is_local else self._open_pixels(header.pixel_file)
        begins = header.pixels_at if is_local else 0
        if header.skipped == -1 and not header.is_compressed:
            length = file.seek(0, os.SEEK_END)
            begins = max(begins, length - header.frame_bytes * header.frame_count)
        elif header.skipped > 0:
            begins += header.skipped
        file.seek(begins)
        return file

    def _check_is_whole(self) -> None:
        header = self._header
        with self._pixels() as file:
            if header.is_compressed:
                return
            begins = file.tell()
            whole = (file.seek(0, os.SEEK_END) - begins) // header.frame_bytes
        if whole < header.frame_count:
            raise self._damage(whole)

    def _damage(self, count: int) -> UnreadableSourceError:
        return UnreadableSourceError(
            f"The MetaImage file is damaged or cut short: {count} of its "
            f"{self._header.frame_count} frames could be read."
        )


@dataclass(frozen=True, slots=True)
class _Plain:
    file: BinaryIO

    def read(self, length: int) -> bytes:
        return self.file.read(length)


class _Inflating:
    """Reads a zlib stream in bounded memory, whatever it unpacks to."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._stream = isal_zlib.decompressobj()

    def read(self, length: int) -> bytes:
        """At most `length` bytes; fewer at the end of the stream."""
        parts: list[bytes] = []
        left = length
        while left > 0 and not self._stream.eof:
            packed = self._stream.unconsumed_tail or self._file.read(_READ_AT_ONCE)
            part = self._stream.decompress(packed, left)
            if not packed and not part:
                break
            parts.append(part)
            left -= len(part)
        return b"".join(parts)


def _turn(orientation: str) -> Callable[[NDArray[np.uint8]], NDArray[np.uint8]]:
    """How a stored picture is turned to stand as "MF" (igsioVideoFrame, US_IMAGE_ORIENTATION).

    The first letter is where columns go, the second where rows go: Marked or Unmarked side of the
    probe, Near or Far from it. A third letter is the order of slices. Others are left alone.
    """
    letters = orientation.strip().upper()[:2]
    is_known = len(letters) == 2 and all(letter in _AXES for letter in letters)
    is_turned = is_known and letters[0] in "NF"
    if not is_known or (letters[0] in "NF") == (letters[1] in "NF"):
        return lambda grey: grey
    across, down = (letters[1], letters[0]) if is_turned else (letters[0], letters[1])

    def turned(grey: NDArray[np.uint8]) -> NDArray[np.uint8]:
        upright = grey.T if is_turned else grey
        return upright[:: 1 if down == "F" else -1, :: 1 if across == "M" else -1]

    return turned
