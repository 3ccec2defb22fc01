"""All bytes of an upload have arrived: recognise them, and let a worker look at them."""

import hashlib

from django.db import transaction
from django.utils import timezone

from annotation.models import Upload, UploadState
from annotation.services.upload_checks import check_not_there
from annotation.services.upload_end import upload_end
from annotation.services.waiting_upload import waiting_path
from fascicle.accounts.models import Project
from fascicle.audit.services import record_append
from fascicle.errors import Conflict
from fascicle.jobs.models import Job
from fascicle.jobs.services import job_create

INSPECT_KIND = "upload_inspect"


def upload_complete(*, upload: Upload) -> Job | None:
    """Hash the waiting file and queue its inspection; the Job's `target_id` is the upload.

    None when the upload has gone on meanwhile. Raises Conflict (`duplicate_clip`,
    `upload_waiting`), and then nothing of the file is left.
    """
    with waiting_path(upload.pk).open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    try:
        return _queue(upload, sha256)
    except Conflict as known:
        upload_end(
            upload_id=upload.pk, state=UploadState.FAILED, error=known.detail, code=known.code
        )
        raise


@transaction.atomic
def _queue(upload: Upload, sha256: str) -> Job | None:
    # two uploads of one file at the same moment: the second waits here and then finds the first
    project = Project.objects.select_for_update(no_key=True).get(pk=upload.project_id)
    locked = (
        Upload.objects.select_for_update().filter(pk=upload.pk, state=UploadState.RECEIVING).first()
    )
    if locked is None:
        return None
    check_not_there(project.pk, sha256, but_for=upload.pk)
    job = job_create(
        kind=INSPECT_KIND, queue="ingest", owner=locked.owner, project=project, target_id=locked.pk
    )
    locked.state = UploadState.INSPECTING
    locked.sha256 = sha256
    locked.inspect_job_id = job.pk
    locked.touched_at = timezone.now()
    locked.save(update_fields=["state", "sha256", "inspect_job_id", "touched_at"])
    record_append(
        actor=locked.owner, action="upload.receive", target=locked, project_id=project.pk,
        detail={"source_sha256": sha256, "bytes": locked.byte_size},
    )  # fmt: skip
    return job
