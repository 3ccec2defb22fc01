"""Zips go: when fetched long enough ago, when their owner is done, when an attempt was killed."""

from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone

from annotation.models import Export
from fascicle.accounts.models import User
from fascicle.audit.services import record_append
from fascicle.errors import Conflict
from fascicle.jobs.models import Job
from fascicle.jobs.services import job_cancel

_STRAY_AFTER = timedelta(hours=24)  # no attempt writes that long


def export_key(export_id: UUID, attempt: int) -> str:
    """Where an attempt's zip goes in the storage."""
    return f"exports/{export_id}/{attempt}.zip"


def work_path(export_id: UUID, attempt: int) -> Path:
    """Where an attempt puts the zip together."""
    return Path(settings.EXPORT_WORK_ROOT) / f"{export_id}.{attempt}.zip"


def export_tidy(*, export_id: UUID) -> None:
    """Remove what attempts have left, but for the zip that the row names. May be repeated."""
    row = Export.objects.filter(pk=export_id).values_list("storage_key", "job_id").first()
    kept, job_id = row or ("", None)
    job = Job.objects.filter(pk=job_id).first() if job_id else None
    for attempt in range(1, (job.attempt if job else 0) + 1):
        work_path(export_id, attempt).unlink(missing_ok=True)
        if export_key(export_id, attempt) != kept:
            default_storage.delete(export_key(export_id, attempt))


def export_remove(*, export: Export, actor: User | None) -> None:
    """Remove the zip, or stop its making; the row stays as the record that there was one.

    `actor` is None for the sweep.
    """
    job = Job.objects.filter(pk=export.job_id).first() if export.job_id else None
    if job is not None and not job.is_finished and actor is not None:
        with suppress(Conflict):  # it ended in this moment
            job_cancel(job=job, actor=actor)
    with transaction.atomic():
        locked = Export.objects.select_for_update().get(pk=export.pk)
        if locked.removed_at is None:
            locked.removed_at = timezone.now()
            locked.storage_key = ""
            locked.save(update_fields=["removed_at", "storage_key"])
            record_append(
                actor=actor, action="export.remove", target=export, project_id=export.project_id
            )
    export_tidy(export_id=export.pk)


def exports_sweep() -> int:
    """Remove zips whose time is over, and unfinished files of killed processes; how many."""
    now = timezone.now()
    over = list(Export.objects.filter(removed_at__isnull=True, expires_at__lte=now))
    for export in over:
        export_remove(export=export, actor=None)
    strays = 0
    folder = Path(settings.EXPORT_WORK_ROOT)
    before = (now - _STRAY_AFTER).timestamp()
    for path in folder.glob("*.zip") if folder.is_dir() else ():
        if path.stat().st_mtime < before:
            path.unlink(missing_ok=True)
            strays += 1
    return len(over) + strays
