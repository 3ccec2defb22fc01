"""A zip written from front to back: each entry once, its SHA-256 noted, nothing held in memory."""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

_DATED = (1980, 1, 1, 0, 0, 0)  # the earliest a zip can say, so the same content gives the same zip
_BLOCK_BYTES = 1 << 20


class Archive:
    """Beside the entries only the zip's own directory grows, by some hundred bytes an entry.

    Spools are temporary files in the folder of the zip, so that a full disk is met in one place.
    """

    def __init__(self, path: Path) -> None:
        self._folder = path.parent
        self._zip = zipfile.ZipFile(path, "w", zipfile.ZIP_STORED)
        self._sums = self.spool()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Write SHA256SUMS and the zip's directory; after an error nothing more is written."""
        try:
            if error is None:
                self._sums.seek(0)
                with self._opened("SHA256SUMS", is_packed=True) as entry:
                    shutil.copyfileobj(self._sums, entry, _BLOCK_BYTES)
                self._zip.close()
        finally:
            self._sums.close()
            if self._zip.fp is not None:
                _abandon(self._zip)

    def spool(self) -> IO[bytes]:
        """A nameless temporary file beside the zip; whoever asks closes it."""
        return tempfile.TemporaryFile(dir=self._folder)

    def put(self, name: str, content: bytes, *, is_packed: bool = False) -> None:
        """Write an entry; `is_packed` deflates it, which pays for text."""
        with self._opened(name, is_packed=is_packed) as entry:
            entry.write(content)
        self._note(name, hashlib.sha256(content).hexdigest())

    def put_json(self, name: str, document: Any) -> None:
        """Write an entry as indented JSON."""
        self.put(name, json.dumps(document, indent=2).encode() + b"\n", is_packed=True)

    @contextmanager
    def writing(self, name: str, *, is_packed: bool = True) -> Iterator[Entry]:
        """Write an entry piece by piece; no other entry may be written meanwhile."""
        with self._opened(name, is_packed=is_packed) as file:
            entry = Entry(file)
            yield entry
        self._note(name, entry.sha256)

    def _opened(self, name: str, *, is_packed: bool) -> IO[bytes]:
        info = zipfile.ZipInfo(name, _DATED)
        info.compress_type = zipfile.ZIP_DEFLATED if is_packed else zipfile.ZIP_STORED
        info.external_attr = 0o644 << 16
        return self._zip.open(info, "w", force_zip64=True)

    def _note(self, name: str, sha256: str) -> None:
        self._sums.write(f"{sha256}  {name}\n".encode())


class Entry:
    """An entry that is being written, and its digest."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._digest = hashlib.sha256()

    def write(self, content: bytes) -> None:
        """Append bytes."""
        self._file.write(content)
        self._digest.update(content)

    def copy(self, spool: IO[bytes]) -> None:
        """Append all of a spool."""
        spool.seek(0)
        while block := spool.read(_BLOCK_BYTES):
            self.write(block)

    @property
    def sha256(self) -> str:
        """Of what was written so far, hexadecimal."""
        return self._digest.hexdigest()


def _abandon(archive: zipfile.ZipFile) -> None:
    """Close the file without writing the directory: on a full disk that would fail once more."""
    file, archive.fp = archive.fp, None
    if file is not None:
        file.close()
