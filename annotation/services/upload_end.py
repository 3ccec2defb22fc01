"""An upload that becomes no clip: its row says why, its bytes go."""

from uuid import UUID

from django.db import transaction
from django.utils import timezone

from annotation.models import Upload, UploadState
from annotation.models.upload import LIVE
from annotation.services.waiting_upload import waiting_clear


def upload_end(
    *,
    upload_id: UUID,
    state: UploadState,
    error: str,
    code: str = "",
    only_from: UploadState | None = None,
) -> bool:
    """Set `failed` or `cancelled` with a sentence and remove what waits; False when it had ended.

    What was found in the file goes too. With `only_from` an upload that has gone on from that
    state meanwhile is left alone. May be repeated after having been cut off.
    """
    with transaction.atomic():
        locked = Upload.objects.select_for_update().filter(pk=upload_id, state__in=LIVE).first()
        if locked is not None and only_from not in {None, locked.state}:
            return False
        if locked is not None:
            locked.state = state
            locked.error = error
            locked.error_code = code
            locked.proposal = None
            locked.previews = []
            locked.finished_at = timezone.now()
            locked.save(
                update_fields=["state", "error", "error_code", "proposal", "previews",
                               "finished_at"]
            )  # fmt: skip
    waiting_clear(upload_id=upload_id)
    return locked is not None
