"""The work of a `clip_export` or `project_export` Job: a zip in the storage, or nothing."""

import errno
import hashlib
import time
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone

from annotation.models import Export
from annotation.services.export_remove import export_key, export_tidy, work_path
from annotation.services.export_write import export_write
from fascicle.errors import InvalidInput
from fascicle.jobs.context import JobContext, JobStopped
from fascicle.jobs.models import Job, JobState

_REPORT_SECONDS = 0.5
_WRITING_SHARE = 0.95  # of the progress bar; the rest is handing the zip to the storage


class _Movable(File):  # type: ignore[type-arg]
    """A file that a storage on the same disk may move instead of copying."""

    def temporary_file_path(self) -> str:
        return str(self.name)


def export_make(context: JobContext) -> dict[str, Any]:
    """Write the zip and keep it for a while; returns {"export": id, "byte_size": n}."""
    export = (
        Export.objects.select_related("project__protocol__procedure")
        .filter(pk=str(context.target_id))
        .first()
    )
    if export is None:
        raise InvalidInput("There is no such export any more.")
    if export.storage_key:  # an attempt was killed just after its commit
        return {"export": str(export.pk), "byte_size": export.byte_size}
    work = work_path(export.pk, context.attempt)
    key = export_key(export.pk, context.attempt)
    progress = _Progress(context)
    is_kept = False
    try:
        export_write(export=export, path=work, written=progress.written)
        context.report(_WRITING_SHARE, "Storing the zip")
        size = work.stat().st_size
        with work.open("rb") as file:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        _store(work, key)
        _commit(context, export.pk, key, size, sha256)
        is_kept = True
    finally:
        work.unlink(missing_ok=True)
        if not is_kept:
            default_storage.delete(key)
    export_tidy(export_id=export.pk)
    return {"export": str(export.pk), "byte_size": size}


class _Progress:
    """Tells the Job how many frames are written, not more often than a person can read."""

    def __init__(self, context: JobContext) -> None:
        self._context = context
        self._told_at = time.monotonic()

    def written(self, done: int, total: int) -> None:
        """Raises JobStopped when the Job was cancelled."""
        self._context.check()
        if time.monotonic() - self._told_at < _REPORT_SECONDS:
            return
        self._told_at = time.monotonic()
        share = min(1.0, done / max(total, 1))
        self._context.report(_WRITING_SHARE * share, f"Writing frame {done:,} of {total:,}")


def _store(work: Path, key: str) -> None:
    try:
        default_storage.delete(key)
        with work.open("rb") as file:
            stored = default_storage.save(key, _Movable(file, name=str(work)))
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise InvalidInput(
                "The server's disk has no room for this export.", code="disk_full"
            ) from error
        raise
    if stored != key:
        default_storage.delete(stored)
        raise JobStopped(is_lost=True)


@transaction.atomic
def _commit(context: JobContext, export_id: UUID, key: str, size: int, sha256: str) -> None:
    held_job = (
        Job.objects.select_for_update()
        .filter(pk=context.job_id, attempt=context.attempt, state=JobState.RUNNING)
        .exists()
    )
    if not held_job:
        raise JobStopped(is_lost=True)
    now = timezone.now()
    kept = Export.objects.filter(pk=export_id, removed_at__isnull=True).update(
        storage_key=key,
        byte_size=size,
        sha256=sha256,
        made_at=now,
        expires_at=now + timedelta(days=settings.EXPORT_KEPT_DAYS),
    )
    if not kept:
        raise JobStopped(is_lost=False)
