"""Give an upload up."""

from django.db import transaction
from django.utils import timezone

from annotation.models import Upload, UploadState
from annotation.permissions import may_administer
from annotation.services.upload_end import upload_end
from fascicle.accounts.models import User
from fascicle.audit.services import record_append
from fascicle.errors import Conflict, NotAllowed
from fascicle.jobs.models import Job, JobState


def upload_cancel(*, upload: Upload, actor: User) -> None:
    """End the upload and its unfinished Jobs and remove its bytes; nothing when it has ended.

    Raises NotAllowed for anyone but its owner and the project's admins, Conflict when it has become
    a clip.
    """
    if upload.owner_id != actor.pk and not may_administer(actor, upload.project_id):
        raise NotAllowed("Only whoever sent this upload or an admin cancels it.")
    with transaction.atomic():
        jobs = Job.objects.select_for_update().filter(target_id=upload.pk).order_by("pk")
        _stop(list(jobs.unfinished()))
        locked = Upload.objects.select_for_update().get(pk=upload.pk)
        if locked.state == UploadState.DONE:
            raise Conflict("This upload is a clip already; an admin may delete that.")
        if not locked.is_finished:
            record_append(
                actor=actor, action="upload.cancel", target=locked, project_id=locked.project_id,
                detail={"state": locked.state},
            )  # fmt: skip
    upload_end(upload_id=upload.pk, state=UploadState.CANCELLED, error="Cancelled.")


def _stop(jobs: list[Job]) -> None:
    for job in jobs:
        job.is_cancel_requested = True
        if job.state == JobState.QUEUED:
            job.state = JobState.CANCELLED
            job.error = "Cancelled before it began."
            job.finished_at = timezone.now()
        job.save(update_fields=["is_cancel_requested", "state", "error", "finished_at"])
