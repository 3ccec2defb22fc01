"""The work of a `clip_ingest` Job: a released upload becomes a clip, or leaves nothing behind."""

import errno
from dataclasses import replace
from typing import Any

from django.db import transaction
from django.utils import timezone

from annotation.clip_words import ClipWords
from annotation.deidentify import Redaction
from annotation.frames.problem import UnreadableSourceError
from annotation.models import Chunk, Clip, Subject, Upload, UploadState
from annotation.services.clip_store import (
    STATED,
    Confirmed,
    chunk_rows,
    clip_row,
    frame_table_row,
    next_clip_number,
)
from annotation.services.frame_store import FrameStore, files_claim
from annotation.services.ingest import StoredFrames, frames_store
from annotation.services.job_progress import DecodingProgress
from annotation.services.upload_checks import check_not_there
from annotation.services.waiting_upload import (
    DISK_FULL,
    ledger_path,
    waiting_clear,
    waiting_path,
)
from fascicle.accounts.models import Project
from fascicle.errors import InvalidInput
from fascicle.jobs.context import JobContext, JobStopped
from fascicle.jobs.models import Job, JobState

_DECODING_SHARE = 0.95  # of the progress bar; the rest is writing rows


def clip_ingest(context: JobContext) -> dict[str, Any]:
    """Decode the waiting file, redacted as released, into chunks and rows; returns {"clip": id}.

    Runs again after a killed attempt: the same bytes give the same files. Raises InvalidInput with
    a sentence for the uploader when the file cannot become a clip.
    """
    upload = Upload.objects.filter(pk=str(context.target_id)).first()
    if upload is None:
        raise InvalidInput("There is no such upload any more.")
    if upload.state == UploadState.DONE:  # an attempt was killed just after its commit
        waiting_clear(upload_id=upload.pk)
        return {"clip": str(upload.pk)}
    waiting = waiting_path(upload.pk)
    if not waiting.exists():
        raise InvalidInput("The uploaded file is gone; upload it again.", code="upload_gone")
    context.report(0.0, "Opening the file")
    expected = (upload.facts or {}).get("frame_count")
    try:
        frames = frames_store(
            path=waiting,
            store=FrameStore(ledger_path(upload.pk)),
            redaction=Redaction.from_json(upload.redaction),
            decoded=DecodingProgress(context, expected, _DECODING_SHARE).frame_decoded,
        )
    except UnreadableSourceError as damage:
        raise InvalidInput(str(damage), code="unreadable_clip") from damage
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise InvalidInput(DISK_FULL, code="disk_full") from error
        raise
    context.report(_DECODING_SHARE, f"Storing {frames.frame_count} frames")
    _commit(context, upload, frames)
    waiting_clear(upload_id=upload.pk)
    return {"clip": str(upload.pk)}


@transaction.atomic
def _commit(context: JobContext, upload: Upload, frames: StoredFrames) -> Clip:
    held_job = (
        Job.objects.select_for_update()
        .filter(pk=context.job_id, attempt=context.attempt, state=JobState.RUNNING)
        .first()
    )
    if held_job is None:
        raise JobStopped(is_lost=True)
    project = Project.objects.select_for_update().get(pk=upload.project_id)
    locked = Upload.objects.select_for_update().get(pk=upload.pk)
    if locked.state != UploadState.INGESTING:
        raise JobStopped(is_lost=False)
    check_not_there(project.pk, locked.sha256, but_for=locked.pk)
    words, microns_source = _words(locked)
    subject, _ = Subject.objects.get_or_create(project=project, pseudonym=words.subject)
    clip = clip_row(
        clip_id=locked.pk,
        number=next_clip_number(project),
        project=project,
        subject=subject,
        words=words,
        source_sha256=locked.sha256,
        frames=frames,
        created_by_id=locked.owner_id,
        confirmed=Confirmed(locked.redaction or {}, locked.released_by_id, locked.released_at),
        microns_source=microns_source,
    )
    clip.save(force_insert=True)
    Chunk.objects.bulk_create(chunk_rows(clip, frames))
    frame_table_row(clip, frames).save(force_insert=True)
    keys = [chunk.storage_key for chunk in frames.chunks]
    if files_claim([*keys, frames.thumbnail_key]):
        raise InvalidInput("Stored frames went missing meanwhile; upload the file again.")
    locked.state = UploadState.DONE
    locked.finished_at = timezone.now()
    # what was seen in the raw picture is not needed any more
    locked.proposal, locked.previews = None, []
    locked.save(update_fields=["state", "finished_at", "proposal", "previews"])
    return clip


def _words(upload: Upload) -> tuple[ClipWords, str]:
    """What the person said; where they said nothing, what the file says."""
    facts = upload.facts or {}
    words = ClipWords(**{name: getattr(upload, name) for name in ClipWords.__slots__})
    scanner = words.scanner or str(facts.get("scanner") or "")[:80]
    if words.microns_per_pixel is not None or not facts.get("microns_per_pixel"):
        return replace(words, scanner=scanner), STATED
    told = replace(words, scanner=scanner, microns_per_pixel=float(facts["microns_per_pixel"]))
    return told, str(facts.get("microns_from") or "file")[:40]
