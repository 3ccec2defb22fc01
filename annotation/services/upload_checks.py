"""What is asked of every upload, however it comes."""

from uuid import UUID

from django.conf import settings

from annotation.models import Clip, Upload
from annotation.models.upload import WHOLE
from annotation.permissions import may_upload
from fascicle.accounts.models import User
from fascicle.errors import Conflict, InvalidInput, NotAllowed


def check_may_upload(actor: User, project_id: UUID) -> None:
    """Raise NotAllowed for trainees."""
    if not may_upload(actor, project_id):
        raise NotAllowed("Only experts and admins of the project upload clips.")


def check_upload_size(size: int) -> None:
    """Raise InvalidInput for an empty file or one over the limit."""
    if size <= 0:
        raise InvalidInput("The file is empty.", code="empty_file", file=["Empty."])
    if size > settings.UPLOAD_MAX_BYTES:
        raise InvalidInput(
            f"The file is larger than {settings.UPLOAD_MAX_BYTES / 1024**3:.3g} GiB; "
            "cut the clip into shorter ones.",
            code="file_too_large",
            file=["Too large."],
        )


def check_not_there(project_id: UUID, sha256: str, *, but_for: UUID | None = None) -> None:
    """Raise Conflict when these bytes are a clip of the project (`duplicate_clip`, field `clip`) or
    are becoming one (`upload_waiting`, field `upload`). `but_for` is the upload that asks.
    """
    clip = Clip.objects.filter(
        project_id=project_id, source_sha256=sha256, deleted_at__isnull=True
    ).first()
    if clip is not None:
        raise Conflict(
            f"This file is in the project already, as “{clip}”.",
            code="duplicate_clip",
            clip=str(clip.pk),
        )
    waiting = Upload.objects.in_states(WHOLE).filter(project_id=project_id, sha256=sha256)
    upload = (waiting.exclude(pk=but_for) if but_for else waiting).first()
    if upload is not None:
        raise Conflict(
            "This file was uploaded already and waits to become a clip.",
            code="upload_waiting",
            upload=str(upload.pk),
        )
