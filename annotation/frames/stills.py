"""Clips that come as pictures: one PNG or JPEG, or a zip or folder of them."""

from __future__ import annotations

import io
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError

from annotation.frames.bundle import READ_ERRORS, Bundle, Member, natural_key
from annotation.frames.facts import SourceFacts
from annotation.frames.grey import grey_from_picture
from annotation.frames.limits import MAX_PICTURE_BYTES, check_frame_count, check_size
from annotation.frames.problem import UnreadableSourceError
from annotation.frames.source import SourceFrame

__all__ = ["PICTURE_SUFFIXES", "PictureSource", "PicturesSource", "natural_key", "read_picture"]

PICTURE_SUFFIXES = frozenset({".png", ".jpg", ".jpeg"})
UNSAID_RATE = 25.0  # frames a second at which frames without times are played
UNSAID_RATE_NOTE = f"The file keeps no times; frames are played at {UNSAID_RATE:.0f} a second."


def read_picture(file: BinaryIO | Path, what: str = "The picture") -> NDArray[np.uint8]:
    """Grey uint8 (H, W) of a PNG or JPEG, upright; the size is checked before pixels are decoded.

    Raises UnreadableSourceError with `what` as its subject.
    """
    try:
        with Image.open(file, formats=("PNG", "JPEG")) as picture:
            check_size(*picture.size, what)
            picture.load()
            return grey_from_picture(ImageOps.exif_transpose(picture))
    except Image.DecompressionBombError as bomb:
        raise UnreadableSourceError(f"{what} has more pixels than can be taken in.") from bomb
    except UnidentifiedImageError as damage:
        raise UnreadableSourceError(f"{what} is not a readable PNG or JPEG.") from damage
    except (OSError, SyntaxError, ValueError, EOFError, zlib.error) as damage:
        if isinstance(damage, UnreadableSourceError):
            raise
        raise UnreadableSourceError(f"{what} is damaged or cut short.") from damage


class PictureSource:
    """A single picture: a clip of one frame."""

    def __init__(self, path: Path, kind: str) -> None:
        self._grey = read_picture(path)
        height, width = self._grey.shape
        self.expected_frames: int | None = 1
        self.nominal_rate: float | None = None
        self.facts = SourceFacts(
            kind="pictures", container=kind, codec="", width=width, height=height, frame_count=1
        )
        self.source_format = self.facts.source_format

    def frames(self) -> Iterator[SourceFrame]:
        """The one frame, at time 0."""
        yield SourceFrame(self._grey, 0.0)


class PicturesSource:
    """A bundle of PNG or JPEG frames of one size, in the natural order of their names."""

    def __init__(self, bundle: Bundle) -> None:
        self._bundle = bundle
        self._members = [each for each in bundle.members if each.suffix in PICTURE_SUFFIXES]
        if not self._members:
            raise UnreadableSourceError(
                f"The {bundle.what} holds no PNG or JPEG pictures, no DICOM file and no MetaImage."
            )
        check_frame_count(len(self._members))
        bundle.check_unpacked(self._members)
        self.nominal_rate: float | None = UNSAID_RATE
        self.expected_frames: int | None = len(self._members)
        height, width = self._picture(1).shape
        suffixes = sorted({each.suffix.lstrip(".") for each in self._members})
        self.facts = SourceFacts(
            kind="pictures", container=bundle.what, codec=", ".join(suffixes), width=width,
            height=height, frame_count=len(self._members),
            notes=(UNSAID_RATE_NOTE,) if len(self._members) > 1 else (),
        )  # fmt: skip
        self.source_format = self.facts.source_format

    def frames(self) -> Iterator[SourceFrame]:
        """Each picture as a frame without a time; see FrameSource."""
        width, height = self.facts.width, self.facts.height
        try:
            for number in range(1, len(self._members) + 1):
                grey = self._picture(number)
                if grey.shape != (height, width):
                    raise UnreadableSourceError(
                        f"{self._what(number)} is {grey.shape[1]} x {grey.shape[0]} pixels, the "
                        f"ones before it are {width} x {height}; a clip has frames of one size."
                    )
                yield SourceFrame(grey, None)
        finally:
            self._bundle.close()

    def _what(self, number: int) -> str:
        return f"Picture {number} of the {self._bundle.what} (in the order of names)"

    def _picture(self, number: int) -> NDArray[np.uint8]:
        what = self._what(number)
        return read_picture(io.BytesIO(_content(self._members[number - 1], what)), what)


def _content(member: Member, what: str) -> bytes:
    try:
        with member.open() as packed:
            # the stated size may lie, so reading itself is bounded
            content = packed.read(MAX_PICTURE_BYTES + 1)
    except READ_ERRORS as damage:
        raise UnreadableSourceError(f"{what} is damaged or cut short.") from damage
    if len(content) > MAX_PICTURE_BYTES:
        raise UnreadableSourceError(f"{what} is too large when unpacked.")
    return content
