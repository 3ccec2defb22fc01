"""A person has looked at an upload: what they confirmed becomes a clip."""

from typing import Any

from django.db import transaction
from django.utils import timezone

from annotation.deidentify import DeidentifyError, Redaction
from annotation.frames.limits import check_size
from annotation.frames.problem import UnreadableSourceError
from annotation.models import Upload, UploadState
from annotation.permissions import may_upload
from fascicle.accounts.models import Project, User
from fascicle.audit.services import record_append
from fascicle.errors import Conflict, InvalidInput, NotAllowed
from fascicle.jobs.models import Job
from fascicle.jobs.services import job_create

INGEST_KIND = "clip_ingest"


@transaction.atomic
def upload_release(
    *, upload: Upload, actor: User, redaction: object, is_stated_beforehand: bool = False
) -> Job:
    """Record what is cut off and blanked and who says so, and queue the ingest (`target_id` is the
    upload, and the clip).

    Raises NotAllowed for trainees, InvalidInput for a redaction that does not fit the picture,
    Conflict (`not_waiting`) when the upload does not wait for release.
    """
    if not may_upload(actor, upload.project_id):
        raise NotAllowed("Only experts and admins of the project release uploads.")
    project = Project.objects.select_for_update(no_key=True).get(pk=upload.project_id)
    locked = Upload.objects.select_for_update().get(pk=upload.pk)
    if locked.state != UploadState.AWAITING_RELEASE:
        raise Conflict(
            f"This upload does not wait for release ({UploadState(locked.state).label.lower()}).",
            code="not_waiting",
            state=locked.state,
        )
    checked = checked_redaction(redaction, locked.facts or {})
    job = job_create(
        kind=INGEST_KIND, queue="ingest", owner=actor, project=project, target_id=locked.pk
    )
    locked.state = UploadState.INGESTING
    locked.redaction = checked
    locked.released_by = actor
    locked.released_at = timezone.now()
    locked.ingest_job_id = job.pk
    locked.save(update_fields=["state", "redaction", "released_by", "released_at", "ingest_job_id"])
    proposed = (locked.proposal or {}).get("redaction")
    record_append(
        actor=actor, action="upload.release", target=locked, project_id=project.pk,
        detail={
            "source_sha256": locked.sha256,
            "redaction": checked,
            "is_as_proposed": checked == proposed,
            "is_stated_beforehand": is_stated_beforehand,
        },
    )  # fmt: skip
    return job


def checked_redaction(redaction: object, facts: dict[str, Any]) -> dict[str, Any]:
    """JSON of a redaction that leaves a usable picture; InvalidInput otherwise."""
    try:
        parsed = Redaction.from_json(redaction)
        height, width = parsed.output_size(facts["height"], facts["width"])
        check_size(width, height, "What is left of the picture")
        is_empty = not parsed.keep_mask(facts["height"], facts["width"]).any()
    except (DeidentifyError, UnreadableSourceError) as wrong:
        raise InvalidInput(str(wrong), code="bad_redaction", redaction=[str(wrong)]) from wrong
    if is_empty:
        raise InvalidInput("Nothing would be left of the picture.", code="bad_redaction")
    return parsed.to_json()
