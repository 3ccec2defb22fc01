"""Where the bytes of an upload wait for ingest; nothing here outlives its Job."""

from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import transaction

from annotation.services.frame_store import files_sweep


def waiting_path(clip_id: UUID) -> Path:
    """The uploaded bytes, under the id the clip will have: the name they came with is not kept."""
    return Path(settings.UPLOAD_WAITING_ROOT) / str(clip_id)


def ledger_path(clip_id: UUID) -> Path:
    """What attempts to make the clip have written into the storage."""
    return Path(settings.UPLOAD_WAITING_ROOT) / f"{clip_id}.written"


def waiting_clear(*, clip_id: UUID) -> None:
    """Remove the bytes, and every file stored for the clip that no clip refers to."""
    waiting_path(clip_id).unlink(missing_ok=True)
    with transaction.atomic():
        files_sweep(ledger_path(clip_id))
