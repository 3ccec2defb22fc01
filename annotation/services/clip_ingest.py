"""The work of a `clip_ingest` Job: an uploaded file becomes a clip, or leaves nothing behind."""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from annotation.clip_words import ClipWords
from annotation.frames.opening import open_source
from annotation.frames.problem import UnreadableSourceError
from annotation.models import Chunk, Clip, Subject
from annotation.services.clip_store import (
    StoredFrames,
    chunk_rows,
    clip_row,
    frame_table_row,
    frames_store,
    next_clip_number,
)
from annotation.services.frame_store import FrameStore, files_claim
from annotation.services.upload_receive import check_not_there
from annotation.services.waiting_upload import ledger_path, waiting_clear, waiting_path
from fascicle.accounts.models import Project
from fascicle.errors import InvalidInput
from fascicle.jobs.context import JobContext, JobStopped
from fascicle.jobs.models import Job, JobState

_REPORT_SECONDS = 0.5
_DECODING_SHARE = 0.95  # of the progress bar; the rest is writing rows


def clip_ingest(context: JobContext) -> dict[str, Any]:
    """Decode the waiting file into chunks and rows; returns {"clip": id}.

    Runs again after a killed attempt: the same bytes give the same files. Raises InvalidInput with
    a sentence for the uploader when the file cannot become a clip.
    """
    clip_id = context.target_id
    if clip_id is None:
        raise InvalidInput("This Job names no clip.")
    if Clip.objects.filter(pk=clip_id).exists():  # an attempt was killed just after its commit
        waiting_clear(clip_id=clip_id)
        return {"clip": str(clip_id)}
    waiting = waiting_path(clip_id)
    if not waiting.exists():
        raise InvalidInput("The uploaded file is gone; upload it again.", code="upload_gone")
    context.report(0.0, "Opening the file")
    try:
        source = open_source(waiting)
        frames = frames_store(
            source=source,
            store=FrameStore(ledger_path(clip_id)),
            decoded=_Progress(context, source.expected_frames).frame_decoded,
        )
    except UnreadableSourceError as damage:
        raise InvalidInput(str(damage), code="unreadable_clip") from damage
    context.report(_DECODING_SHARE, f"Storing {frames.frame_count} frames")
    _commit(context, clip_id, frames)
    waiting_clear(clip_id=clip_id)
    return {"clip": str(clip_id)}


@transaction.atomic
def _commit(context: JobContext, clip_id: UUID, frames: StoredFrames) -> Clip:
    held_job = (
        Job.objects.select_for_update()
        .filter(pk=context.job_id, attempt=context.attempt, state=JobState.RUNNING)
        .first()
    )
    if held_job is None:
        raise JobStopped(is_lost=True)
    payload = context.payload
    project = Project.objects.select_for_update().get(pk=str(held_job.project_id))
    check_not_there(project.pk, payload["source_sha256"], but_for_job=context.job_id)
    words = ClipWords(**{name: payload[name] for name in ClipWords.__slots__})
    subject, _ = Subject.objects.get_or_create(project=project, pseudonym=words.subject)
    clip = clip_row(
        clip_id=clip_id,
        number=next_clip_number(project),
        project=project,
        subject=subject,
        words=words,
        source_sha256=payload["source_sha256"],
        frames=frames,
        created_by_id=context.owner_id,
    )
    clip.save(force_insert=True)
    Chunk.objects.bulk_create(chunk_rows(clip, frames))
    frame_table_row(clip, frames).save(force_insert=True)
    keys = [chunk.storage_key for chunk in frames.chunks]
    if files_claim([*keys, frames.thumbnail_key]):
        raise InvalidInput("Stored frames went missing meanwhile; upload the file again.")
    return clip


class _Progress:
    """Tells the Job how far decoding is, not more often than a person can read."""

    def __init__(self, context: JobContext, expected: int | None) -> None:
        self._context = context
        self._expected = expected
        self._told_at = timezone.now().timestamp()

    def frame_decoded(self, count: int) -> None:
        """Called after each frame; raises JobStopped when the Job was cancelled."""
        self._context.check()
        now = timezone.now().timestamp()
        if now - self._told_at < _REPORT_SECONDS:
            return
        self._told_at = now
        if self._expected:
            share = min(1.0, count / self._expected)
            message = f"Decoding frame {count} of {max(count, self._expected)}"
        else:
            share, message = 0.0, f"Decoding frame {count}"
        self._context.report(_DECODING_SHARE * share, message)
