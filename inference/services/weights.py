"""Model files: content-addressed in the storage, copied to this machine when one is to run."""

import hashlib
import shutil
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files import File
from django.core.files.storage import default_storage

from fascicle.errors import InvalidInput


@dataclass(frozen=True, slots=True)
class StoredWeights:
    """Where a model file lies in the storage, and how to know it again."""

    storage_key: str
    sha256: str
    byte_size: int

    def as_member(self, fold: int | None) -> dict[str, Any]:
        """The entry of `ModelVersion.members`."""
        return {"fold": fold, **asdict(self)}


def weights_store(path: Path) -> StoredWeights:
    """Put a model file into the storage under its own digest; the same bytes are kept once."""
    digest = file_sha256(path)
    key = f"models/{digest[:2]}/{digest}{path.suffix}"
    if not default_storage.exists(key):
        with path.open("rb") as stream:
            written = default_storage.save(key, File(stream, name=path.name))
        if written != key:  # another worker stored the same bytes in the meantime
            default_storage.delete(written)
    return StoredWeights(key, digest, path.stat().st_size)


def weights_fetch(*, storage_key: str, sha256: str) -> Path:
    """The file on this machine, copied from the storage once and verified every time.

    Raises InvalidInput when the storage no longer has the file or its bytes are not what they were.
    """
    folder = Path(settings.STATE_DIR) / "models"
    path = folder / f"{sha256}{Path(storage_key).suffix}"
    if path.is_file() and file_sha256(path) == sha256:
        return path
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=folder, prefix=".draft-", delete=False) as copy:
        draft = Path(copy.name)
        try:
            with default_storage.open(storage_key, "rb") as source:
                shutil.copyfileobj(source, copy)
        except FileNotFoundError:
            draft.unlink()
            raise InvalidInput(
                f"The model file {storage_key} is gone from the storage; restore it from a backup."
            ) from None
    try:
        if file_sha256(draft) != sha256:
            raise InvalidInput(
                f"The model file {storage_key} is damaged: its checksum is not the one recorded. "
                "Restore it from a backup."
            )
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    return path


def file_sha256(path: Path) -> str:
    """Hexadecimal SHA-256 of a file's bytes."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
