"""Where the bytes of an upload wait; nothing here outlives the upload."""

from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import transaction

from annotation.services.frame_store import files_sweep

DISK_FULL = "The server's disk is full; free some space and send the file again."


def waiting_path(upload_id: UUID) -> Path:
    """The uploaded bytes, under the id the clip will have: the name they came with is not kept."""
    return Path(settings.UPLOAD_WAITING_ROOT) / str(upload_id)


def preview_path(upload_id: UUID, number: int) -> Path:
    """A frame as it came, for the eyes of whoever releases the upload: PNG."""
    return Path(settings.UPLOAD_WAITING_ROOT) / f"{upload_id}.preview-{number}.png"


def ledger_path(upload_id: UUID) -> Path:
    """What attempts to make the clip have written into the storage."""
    return Path(settings.UPLOAD_WAITING_ROOT) / f"{upload_id}.written"


def waiting_clear(*, upload_id: UUID) -> None:
    """Remove the bytes and previews, and every file stored for the clip that no clip refers to."""
    waiting_path(upload_id).unlink(missing_ok=True)
    for preview in Path(settings.UPLOAD_WAITING_ROOT).glob(f"{upload_id}.preview-*"):
        preview.unlink(missing_ok=True)
    with transaction.atomic():
        files_sweep(ledger_path(upload_id))
