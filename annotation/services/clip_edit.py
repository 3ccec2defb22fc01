"""Correct the words about a clip; its pixels never change."""

from django.db import transaction

from annotation.clip_words import (
    MAX_LABEL,
    MAX_SCANNER,
    checked_line,
    checked_scale,
)
from annotation.models import Clip
from annotation.permissions import may_upload
from fascicle.accounts.models import User
from fascicle.audit.services import record_append
from fascicle.errors import NotAllowed

EDITABLE = frozenset({"label", "scanner", "microns_per_pixel"})


@transaction.atomic
def clip_edit(*, clip: Clip, actor: User, **changes: str | float | None) -> Clip:
    """Change `label`, `scanner` or `microns_per_pixel`, whichever are given.

    Raises NotAllowed for trainees, InvalidInput for values that cannot be.
    """
    if not may_upload(actor, clip.project_id):
        raise NotAllowed("Only experts and admins of the project change its clips.")
    unknown = changes.keys() - EDITABLE
    if unknown:
        raise TypeError(f"a clip has no editable {', '.join(sorted(unknown))}")
    locked = Clip.objects.select_for_update().get(pk=clip.pk)
    if "label" in changes:
        locked.label = checked_line(str(changes["label"] or ""), "label", MAX_LABEL)
    if "scanner" in changes:
        locked.scanner = checked_line(str(changes["scanner"] or ""), "scanner", MAX_SCANNER)
    if "microns_per_pixel" in changes:
        scale = changes["microns_per_pixel"]
        locked.microns_per_pixel = checked_scale(None if scale is None else float(scale))
    locked.save(update_fields=sorted(EDITABLE))
    record_append(
        actor=actor, action="clip.edit", target=locked, project_id=locked.project_id,
        detail={"changed": sorted(changes)},
    )  # fmt: skip
    return locked
