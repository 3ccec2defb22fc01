"""Take a clip out of sight."""

from django.db import transaction
from django.utils import timezone

from annotation.models import Clip
from annotation.permissions import may_administer
from fascicle.accounts.models import User
from fascicle.audit.services import record_append
from fascicle.errors import NotAllowed


@transaction.atomic
def clip_delete(*, clip: Clip, actor: User) -> None:
    """Hide the clip and its sets; rows and pixels stay, since snapshots may name its frames.

    Raises NotAllowed for anyone but an admin of the project.
    """
    if not may_administer(actor, clip.project_id):
        raise NotAllowed("Only an admin of the project deletes clips.")
    locked = Clip.objects.select_for_update().get(pk=clip.pk)
    if locked.deleted_at is None:
        locked.deleted_at = timezone.now()
        locked.save(update_fields=["deleted_at"])
        record_append(
            actor=actor, action="clip.delete", target=locked, project_id=locked.project_id,
            detail={"number": locked.number},
        )  # fmt: skip
