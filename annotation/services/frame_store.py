"""Chunks and thumbnails in the storage, under the SHA-256 of their content.

Nothing is ever overwritten. A file written before its row is committed is noted in a ledger, so
that whoever cleans up after a failed or killed attempt knows what it may have left.
"""

import hashlib
from collections.abc import Iterable
from pathlib import Path

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection

from annotation.models import Chunk, Clip

# An arbitrary number that names the lock between "these files are now in use" and "delete those
# that nobody uses"; two clips with the same content share a file.
_FILES_LOCK = 0x46434B31


class FrameStore:
    """Writes the files of one attempt and remembers them in `ledger`."""

    def __init__(self, ledger: Path) -> None:
        self._ledger = ledger
        self.keys: list[str] = []

    def put(self, folder: str, suffix: str, content: bytes) -> str:
        """Store `content` unless it is there already; its key, e.g. `chunks/ab/ab12....fck`."""
        digest = hashlib.sha256(content).hexdigest()
        key = f"{folder}/{digest[:2]}/{digest}.{suffix}"
        self._ledger.parent.mkdir(parents=True, exist_ok=True)
        with self._ledger.open("a", encoding="ascii") as ledger:
            ledger.write(f"{key}\n")
        self.keys.append(key)
        if default_storage.exists(key):
            if default_storage.size(key) == len(content):
                return key
            default_storage.delete(key)  # cut short when a worker was killed while writing it
        written = default_storage.save(key, ContentFile(content))
        if written != key:  # another worker stored the same content in this moment
            default_storage.delete(written)
        return key


def files_claim(keys: Iterable[str]) -> list[str]:
    """Within the transaction that commits rows naming the files: keep them from being swept.

    Returns the keys that were swept before this call; there should be none.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock_shared(%s)", [_FILES_LOCK])
    return [key for key in set(keys) if not default_storage.exists(key)]


def files_sweep(ledger: Path) -> int:
    """Delete the files in a ledger that no clip refers to, then the ledger; how many were deleted.

    Needs a transaction around it.
    """
    if not ledger.exists():
        return 0
    # the last line may be cut short when the worker was killed; its file was not begun
    keys = {line for line in ledger.read_text("ascii").split("\n")[:-1] if line}
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_FILES_LOCK])
    used = set(Chunk.objects.filter(storage_key__in=keys).values_list("storage_key", flat=True))
    used |= set(Clip.objects.filter(thumbnail_key__in=keys).values_list("thumbnail_key", flat=True))
    for key in keys - used:
        default_storage.delete(key)
    ledger.unlink()
    return len(keys - used)


def read_range(key: str, start: int, stop: int) -> bytes:
    """Bytes `start` to `stop` (excluded) of a stored file.

    An object store is asked for that range only: its file objects fetch the whole object first.
    """
    bucket = getattr(default_storage, "bucket", None)
    if bucket is not None:
        prefix = str(getattr(default_storage, "location", "")).strip("/")
        place = f"{prefix}/{key}" if prefix else key
        answer = bucket.Object(place).get(Range=f"bytes={start}-{stop - 1}")
        fetched: bytes = answer["Body"].read()
        return fetched
    with default_storage.open(key, "rb") as file:
        file.seek(start)
        content: bytes = file.read(stop - start)
    return content


def read_all(key: str) -> bytes:
    """A whole stored file."""
    with default_storage.open(key, "rb") as file:
        content: bytes = file.read()
    return content
