"""The files inside a zip or a folder, without unpacking them to disk.

Names of members may name a patient: they sort the members and go no further. Errors count instead.
"""

from __future__ import annotations

import re
import stat
import tempfile
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from annotation.frames.limits import FREE_UNPACKED_BYTES, MAX_UNPACKED_FACTOR
from annotation.frames.problem import UnreadableSourceError

READ_ERRORS = (
    zipfile.BadZipFile, OSError, EOFError, zlib.error, ValueError, RuntimeError,
)  # fmt: skip
_COPIED_AT_ONCE = 1 << 20


@dataclass(frozen=True, slots=True)
class Member:
    """A file of a bundle; `open` starts at its first byte."""

    path: PurePosixPath
    byte_size: int
    open: Callable[[], BinaryIO]

    @property
    def suffix(self) -> str:
        return self.path.suffix.lower()

    def begins(self, length: int) -> bytes:
        """The first bytes; empty when they cannot be read."""
        try:
            with self.open() as file:
                return file.read(length)
        except READ_ERRORS:
            return b""


@dataclass(frozen=True, slots=True)
class Bundle:
    """Members in the natural order of their names. `what` is "zip" or "folder"."""

    what: str
    members: tuple[Member, ...]
    packed_bytes: int
    close: Callable[[], None]

    def check_unpacked(self, members: list[Member]) -> None:
        """Raise UnreadableSourceError when the members unpack to implausibly many bytes."""
        unpacked = sum(member.byte_size for member in members)
        if unpacked > FREE_UNPACKED_BYTES and unpacked > MAX_UNPACKED_FACTOR * self.packed_bytes:
            raise UnreadableSourceError(
                "The zip unpacks to far more than pictures do; it looks like a zip bomb."
            )


def natural_key(name: str) -> list[tuple[int, int, str]]:
    """Sorts frame2 before frame10; digits count as numbers, letters without case."""
    return [
        (0, int(part), "") if part.isdecimal() else (1, 0, part)
        for part in re.split(r"(\d+)", name.casefold())
        if part
    ]


def zip_bundle(path: Path) -> Bundle:
    """Open a zip; UnreadableSourceError when it is damaged, encrypted or leads out of itself."""
    try:
        archive = zipfile.ZipFile(path)
    except READ_ERRORS as damage:
        raise UnreadableSourceError("The zip file is damaged or cut short.") from damage
    try:
        members = [
            Member(
                PurePosixPath(info.filename.replace("\\", "/")),
                info.file_size,
                _opener(archive, info),
            )
            for info in archive.infolist()
            if _is_wanted(info)
        ]
    except BaseException:
        archive.close()
        raise
    return Bundle("zip", _sorted(members), path.stat().st_size, archive.close)


def folder_bundle(path: Path) -> Bundle:
    """The files that lie directly in a folder; links and hidden files are left out."""
    files = [file for file in path.iterdir() if file.is_file() and not file.is_symlink()]
    members = [
        Member(PurePosixPath(file.name), file.stat().st_size, lambda file=file: file.open("rb"))  # type: ignore[misc]
        for file in files
        if not file.name.startswith(".")
    ]
    packed_bytes = sum(member.byte_size for member in members)
    return Bundle("folder", _sorted(members), packed_bytes, lambda: None)


def spooled(member: Member) -> BinaryIO:
    """The member's bytes in a nameless temporary file, for readers that must seek."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the caller closes it
    left = member.byte_size
    try:
        with member.open() as packed:
            while left > 0 and (part := packed.read(min(left, _COPIED_AT_ONCE))):
                file.write(part)
                left -= len(part)
    except READ_ERRORS as damage:
        file.close()
        raise UnreadableSourceError("The file inside the zip is damaged or cut short.") from damage
    file.seek(0)
    return file


def _opener(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Callable[[], BinaryIO]:
    return lambda: archive.open(info)  # type: ignore[return-value]


def _is_wanted(info: zipfile.ZipInfo) -> bool:
    path = PurePosixPath(info.filename.replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts or re.match(r"[A-Za-z]:", info.filename):
        raise UnreadableSourceError(
            "The zip holds paths that lead out of it; make a plain zip of the pictures."
        )
    if info.is_dir() or any(part.startswith((".", "__MACOSX")) for part in path.parts):
        return False
    if stat.S_ISLNK(info.external_attr >> 16):
        raise UnreadableSourceError("The zip holds links instead of pictures.")
    if info.flag_bits & 1:
        raise UnreadableSourceError("The zip is encrypted; send it without a password.")
    return True


def _sorted(members: list[Member]) -> tuple[Member, ...]:
    return tuple(sorted(members, key=lambda each: (natural_key(str(each.path)), str(each.path))))
