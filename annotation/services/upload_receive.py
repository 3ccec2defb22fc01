"""Take an upload in: the bytes wait outside the permanent storage until ingest has decoded them."""

import hashlib
import shutil
from pathlib import Path
from uuid import UUID, uuid4

from django.conf import settings
from django.db import transaction

from annotation.clip_words import ClipWords
from annotation.models import Clip
from annotation.permissions import may_upload
from annotation.services.waiting_upload import waiting_clear, waiting_path
from fascicle.accounts.models import Project, User
from fascicle.audit.services import record_append
from fascicle.errors import Conflict, InvalidInput, NotAllowed
from fascicle.jobs.models import Job
from fascicle.jobs.services import job_create

INGEST_KIND = "clip_ingest"


def upload_receive(
    *, project: Project, actor: User, source: Path, words: ClipWords, may_move: bool
) -> Job:
    """Queue the ingest of the file at `source`, moving it when `may_move`, else copying it.

    The Job's `target_id` is the id that the clip will have. Raises NotAllowed for trainees,
    InvalidInput for an empty or too large file, Conflict (`duplicate_clip`, field `clip`) when the
    project has a clip made of the same bytes, or (`upload_waiting`) when they are being taken in.
    """
    if not may_upload(actor, project.pk):
        raise NotAllowed("Only experts and admins of the project upload clips.")
    check_upload_size(source.stat().st_size)
    with source.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    check_not_there(project.pk, sha256)
    clip_id = uuid4()
    waiting = waiting_path(clip_id)
    waiting.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        if may_move:
            shutil.move(source, waiting)
        else:
            shutil.copyfile(source, waiting)
        waiting.chmod(0o600)
        return _queue(clip_id, project, actor, sha256, words)
    except BaseException:
        waiting_clear(clip_id=clip_id)
        raise


@transaction.atomic
def _queue(clip_id: UUID, project: Project, actor: User, sha256: str, words: ClipWords) -> Job:
    # two uploads of one file at the same moment: the second waits here and then finds the first
    Project.objects.select_for_update().get(pk=project.pk)
    check_not_there(project.pk, sha256)
    job = job_create(
        kind=INGEST_KIND,
        queue="ingest",
        owner=actor,
        project=project,
        target_id=clip_id,
        payload={**words.to_json(), "source_sha256": sha256},
    )
    record_append(
        actor=actor, action="clip.upload", target=job, project_id=project.pk,
        detail={"source_sha256": sha256, "clip": str(clip_id)},
    )  # fmt: skip
    return job


def check_upload_size(size: int) -> None:
    """Raise InvalidInput for an empty file or one over the limit."""
    if size == 0:
        raise InvalidInput("The file is empty.", code="empty_file", file=["Empty."])
    if size > settings.UPLOAD_MAX_BYTES:
        raise InvalidInput(
            f"The file is larger than {settings.UPLOAD_MAX_BYTES / 1024**3:.3g} GiB; "
            "cut the clip into shorter ones.",
            code="file_too_large",
            file=["Too large."],
        )


def check_not_there(project_id: UUID, sha256: str, *, but_for_job: UUID | None = None) -> None:
    """Raise Conflict when these bytes are a clip of the project or are becoming one."""
    clip = Clip.objects.filter(
        project_id=project_id, source_sha256=sha256, deleted_at__isnull=True
    ).first()
    if clip is not None:
        raise Conflict(
            f"This file is in the project already, as “{clip}”.",
            code="duplicate_clip",
            clip=str(clip.pk),
        )
    job = (
        Job.objects.unfinished()
        .filter(project_id=project_id, kind=INGEST_KIND, payload__source_sha256=sha256)
        .first()
    )
    if job is not None and job.pk != but_for_job:
        raise Conflict(
            "This file is being taken in at this moment.",
            code="upload_waiting",
            job=str(job.pk),
            clip=str(job.target_id),
        )
