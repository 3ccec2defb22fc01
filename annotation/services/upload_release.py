"""A person has looked at an upload: what they confirmed becomes a clip."""

from typing import Any

from django.db import transaction
from django.utils import timezone

from annotation.clip_words import checked_words
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
_CORRECTABLE = ("label", "scanner", "microns_per_pixel")


@transaction.atomic
def upload_release(
    *,
    upload: Upload,
    actor: User,
    redaction: object,
    words: dict[str, Any] | None = None,
    is_stated_beforehand: bool = False,
) -> Job:
    """Record what is cut off and blanked and who says so, and queue the ingest (`target_id` is the
    upload, and the clip). `words` are corrected `label`, `scanner` or `microns_per_pixel`; those
    not named stay.

    Raises NotAllowed for trainees, InvalidInput for a redaction that does not fit the picture,
    Conflict (`not_waiting`) when the upload does not wait for release.
    """
    if not may_upload(actor, upload.project_id):
        raise NotAllowed("Only experts and admins of the project release uploads.")
    project = Project.objects.select_for_update(no_key=True).get(pk=upload.project_id)
    locked = Upload.objects.select_for_update().get(pk=upload.pk)
    if locked.state != UploadState.AWAITING_RELEASE:
        raise Conflict(_ended_words(locked, actor), code="not_waiting", state=locked.state)
    given = {name: getattr(locked, name) for name in ("subject", *_CORRECTABLE)} | (words or {})
    told = checked_words(**given)
    checked = checked_redaction(redaction, locked.facts or {})
    job = job_create(
        kind=INGEST_KIND, queue="ingest", owner=actor, project=project, target_id=locked.pk
    )
    locked.state = UploadState.INGESTING
    locked.redaction = checked
    locked.released_by = actor
    locked.released_at = timezone.now()
    locked.ingest_job_id = job.pk
    for name in _CORRECTABLE:
        setattr(locked, name, getattr(told, name))
    locked.save(
        update_fields=[
            "state", "redaction", "released_by", "released_at", "ingest_job_id", *_CORRECTABLE,
        ]
    )  # fmt: skip
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


def _ended_words(upload: Upload, actor: User) -> str:
    """Why an upload cannot be released any more, for the person who tries."""
    by = upload.released_by
    if upload.state in {UploadState.INGESTING, UploadState.DONE} and by is not None:
        who = "You have" if by == actor else f"{by.name or 'Someone else'} has"
        return f"{who} released this recording already; what was confirmed then stands."
    if upload.state == UploadState.CANCELLED:
        return "This recording has been discarded meanwhile; there is nothing left to release."
    state = UploadState(upload.state).label.lower()
    return f"This upload does not wait for release ({state})."


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
