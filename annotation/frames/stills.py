"""Clips that come as pictures: one PNG or JPEG, or a zip of them."""

from __future__ import annotations

import io
import re
import stat
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError

from annotation.frames.grey import grey_from_picture
from annotation.frames.limits import (
    FREE_UNPACKED_BYTES,
    MAX_PICTURE_BYTES,
    MAX_UNPACKED_FACTOR,
    check_frame_count,
    check_size,
)
from annotation.frames.problem import UnreadableSourceError
from annotation.frames.source import SourceFrame

PICTURE_SUFFIXES = frozenset({".png", ".jpg", ".jpeg"})
ZIP_RATE = 25.0  # pictures carry no times; frames a second at which they are played


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
        self._path = path
        self.source_format = kind
        self.expected_frames: int | None = 1
        self.nominal_rate: float | None = None

    def frames(self) -> Iterator[SourceFrame]:
        """The one frame, at time 0."""
        yield SourceFrame(read_picture(self._path), 0.0)


class ZipSource:
    """A zip of PNG or JPEG frames of one size, in the natural order of their names.

    Nothing is unpacked to disk. Names of members never leave this class: they may name a patient,
    so errors count pictures instead.
    """

    def __init__(self, path: Path) -> None:
        self.nominal_rate: float | None = ZIP_RATE
        try:
            self._archive = zipfile.ZipFile(path)
            members = self._archive.infolist()
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as damage:
            raise UnreadableSourceError("The zip file is damaged or cut short.") from damage
        try:
            self._members = _pictures(members, path.stat().st_size)
        except UnreadableSourceError:
            self._archive.close()
            raise
        self.expected_frames: int | None = len(self._members)
        suffixes = sorted({_suffix(member).lstrip(".") for member in self._members})
        self.source_format = f"zip / {', '.join(suffixes)}"

    def frames(self) -> Iterator[SourceFrame]:
        """Each picture as a frame without a time; see FrameSource."""
        shape: tuple[int, ...] | None = None
        with self._archive:
            for number, member in enumerate(self._members, start=1):
                what = f"Picture {number} of the zip (in the order of names)"
                grey = read_picture(io.BytesIO(self._content(member, what)), what)
                if shape is not None and grey.shape != shape:
                    raise UnreadableSourceError(
                        f"{what} is {grey.shape[1]} x {grey.shape[0]} pixels, the ones before it "
                        f"are {shape[1]} x {shape[0]}; a clip has frames of one size."
                    )
                shape = grey.shape
                yield SourceFrame(grey, None)

    def _content(self, member: zipfile.ZipInfo, what: str) -> bytes:
        try:
            with self._archive.open(member) as packed:
                # the stated size may lie, so reading itself is bounded
                content = packed.read(MAX_PICTURE_BYTES + 1)
        except (zipfile.BadZipFile, OSError, EOFError, zlib.error, ValueError, RuntimeError,
                NotImplementedError) as damage:  # fmt: skip
            raise UnreadableSourceError(f"{what} is damaged or cut short.") from damage
        if len(content) > MAX_PICTURE_BYTES:
            raise UnreadableSourceError(f"{what} is too large when unpacked.")
        return content


def natural_key(name: str) -> list[tuple[int, int, str]]:
    """Sorts frame2 before frame10; digits count as numbers, letters without case."""
    return [
        (0, int(part), "") if part.isdecimal() else (1, 0, part)
        for part in re.split(r"(\d+)", name.casefold())
        if part
    ]


def _pictures(members: list[zipfile.ZipInfo], packed_bytes: int) -> list[zipfile.ZipInfo]:
    found: list[zipfile.ZipInfo] = []
    for member in members:
        path = PurePosixPath(member.filename.replace("\\", "/"))
        if path.is_absolute() or ".." in path.parts or re.match(r"[A-Za-z]:", member.filename):
            raise UnreadableSourceError(
                "The zip holds paths that lead out of it; make a plain zip of the pictures."
            )
        is_hidden = any(part.startswith((".", "__MACOSX")) for part in path.parts)
        if member.is_dir() or is_hidden or path.suffix.lower() not in PICTURE_SUFFIXES:
            continue
        if stat.S_ISLNK(member.external_attr >> 16):
            raise UnreadableSourceError("The zip holds links instead of pictures.")
        if member.flag_bits & 1:
            raise UnreadableSourceError("The zip is encrypted; send it without a password.")
        found.append(member)
    if not found:
        raise UnreadableSourceError("The zip holds no PNG or JPEG pictures.")
    check_frame_count(len(found))
    unpacked = sum(member.file_size for member in found)
    if unpacked > FREE_UNPACKED_BYTES and unpacked > MAX_UNPACKED_FACTOR * packed_bytes:
        raise UnreadableSourceError(
            "The zip unpacks to far more than pictures do; it looks like a zip bomb."
        )
    return sorted(found, key=lambda member: (natural_key(member.filename), member.filename))


def _suffix(member: zipfile.ZipInfo) -> str:
    return PurePosixPath(member.filename).suffix.lower()
