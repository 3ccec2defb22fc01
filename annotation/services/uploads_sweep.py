"""Uploads that nobody goes on with, and what killed processes left waiting."""

import logging
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db.models import F
from django.utils import timezone

from annotation.models import Upload, UploadState
from annotation.models.upload import ABANDONED_AFTER, LIVE
from annotation.services.upload_complete import upload_complete
from annotation.services.upload_end import upload_end
from annotation.services.waiting_upload import waiting_clear
from fascicle.audit.services import record_append
from fascicle.errors import Conflict
from fascicle.jobs.models import Job, JobState

logger = logging.getLogger(__name__)

_SETTLED_AFTER = timedelta(minutes=1)  # a request or worker may still be at it before that
_STRAY_AFTER = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Swept:
    """How many uploads and files were touched."""

    expired: int
    settled: int
    strays: int


def uploads_sweep() -> Swept:
    """End uploads without bytes for a week, or that nobody released in time; settle those whose
    process was killed between two steps; remove waiting files that belong to no upload.
    """
    return Swept(_expire(), _settle(), _remove_strays())


def _expire() -> int:
    old = Upload.objects.filter(
        state=UploadState.RECEIVING, touched_at__lt=timezone.now() - ABANDONED_AFTER
    )
    silent = sum(
        upload_end(
            upload_id=upload_id,
            state=UploadState.CANCELLED,
            error=f"No bytes arrived for {ABANDONED_AFTER.days} days; upload the file again.",
            code="expired",
            only_from=UploadState.RECEIVING,
        )
        for upload_id in old.values_list("pk", flat=True)
    )
    return silent + _expire_unreleased()


def _expire_unreleased() -> int:
    """What is not de-identified is not kept for ever: it goes when no expert has looked at it."""
    days = settings.UPLOAD_WAITING_DAYS
    old = Upload.objects.filter(
        state=UploadState.AWAITING_RELEASE, touched_at__lt=timezone.now() - timedelta(days=days)
    )
    ended = 0
    for upload in old:
        if upload_end(
            upload_id=upload.pk,
            state=UploadState.CANCELLED,
            error=f"Nobody released it within {days} days; upload the file again.",
            code="expired",
            only_from=UploadState.AWAITING_RELEASE,
        ):
            record_append(
                actor=None, action="upload.expire", target=upload, project_id=upload.project_id
            )
            ended += 1
    return ended


def _settle() -> int:
    before = timezone.now() - _SETTLED_AFTER
    settled = 0
    # every byte was there, and the process was killed before it asked for the inspection
    whole = Upload.objects.filter(
        state=UploadState.RECEIVING, received_bytes=F("byte_size"), touched_at__lt=before
    )
    for upload in whole.select_related("owner"):
        try:
            upload_complete(upload=upload)
        except Conflict as known:
            logger.info("upload %s: %s", upload.pk, known.code)
        except FileNotFoundError:
            upload_end(
                upload_id=upload.pk, state=UploadState.FAILED,
                error="The uploaded file is gone; upload it again.", code="upload_gone",
            )  # fmt: skip
        settled += 1
    # the Job ended, and the process was killed before it cleaned up
    for state, job_field in (
        (UploadState.INSPECTING, "inspect_job_id"),
        (UploadState.INGESTING, "ingest_job_id"),
    ):
        uploads = {getattr(row, job_field): row for row in Upload.objects.filter(state=state)}
        ended = Job.objects.filter(
            pk__in=uploads, state__in=[JobState.FAILED, JobState.CANCELLED], finished_at__lt=before
        )
        for job in ended:
            job_ended(upload_id=uploads[job.pk].pk, job=job, error=job.error)
            settled += 1
    return settled


def job_ended(*, upload_id: UUID, job: Job, error: str) -> None:
    """The upload's Job failed or was cancelled for good: so has the upload."""
    is_cancelled = job.state == JobState.CANCELLED
    upload_end(
        upload_id=upload_id,
        state=UploadState.CANCELLED if is_cancelled else UploadState.FAILED,
        error=error,
    )


def _remove_strays() -> int:
    folder = Path(settings.UPLOAD_WAITING_ROOT)
    if not folder.is_dir():
        return 0
    before = (timezone.now() - _STRAY_AFTER).timestamp()
    found: set[UUID] = set()
    for path in folder.iterdir():
        try:
            if path.stat().st_mtime < before:
                found.add(UUID(path.name.partition(".")[0]))
        except (ValueError, FileNotFoundError):
            continue  # another's file, or gone meanwhile
    strays = found - set(
        Upload.objects.filter(pk__in=found, state__in=LIVE).values_list("pk", flat=True)
    )
    for upload_id in strays:
        waiting_clear(upload_id=upload_id)
    return len(strays)
