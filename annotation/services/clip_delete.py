"""Take clips out of sight, and bring them back."""

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from annotation.models import Clip
from annotation.permissions import may_administer
from fascicle.accounts.models import Project, User
from fascicle.audit.services import record_append
from fascicle.errors import Conflict, NotAllowed


def clips_delete(*, clips: Sequence[Clip], actor: User) -> list[Clip]:
    """Hide clips of one project and their sets; rows and pixels stay, since snapshots may name
    their frames. Those deleted already are left as they are; the others are returned.

    Raises NotAllowed for anyone but an admin of the project.
    """
    if not clips:
        return []
    _check_admin(clips, actor)
    with transaction.atomic():
        changed = [clip for clip in _locked(clips) if clip.deleted_at is None]
        now = timezone.now()
        for clip in changed:
            clip.deleted_at = now
        Clip.objects.bulk_update(changed, ["deleted_at"])
        _record("clip.delete", changed, actor)
    return changed


def clips_restore(*, clips: Sequence[Clip], actor: User) -> list[Clip]:
    """Bring deleted clips of one project back with their sets; those that were not deleted are left
    as they are, the others are returned.

    Raises NotAllowed for anyone but an admin of the project, Conflict (`duplicate_clip`, fields
    `clip` and `restored`) when a file has been uploaded again since; then none is restored.
    """
    if not clips:
        return []
    _check_admin(clips, actor)
    with transaction.atomic():
        # which files the project has must stand still meanwhile
        Project.objects.select_for_update(no_key=True).get(pk=clips[0].project_id)
        changed = [clip for clip in _locked(clips) if clip.deleted_at is not None]
        _check_sources(changed)
        for clip in changed:
            clip.deleted_at = None
        Clip.objects.bulk_update(changed, ["deleted_at"])
        _record("clip.restore", changed, actor)
    return changed


def _check_admin(clips: Sequence[Clip], actor: User) -> None:
    for project_id in {clip.project_id for clip in clips}:
        if not may_administer(actor, project_id):
            raise NotAllowed("Only an admin of the project deletes and restores clips.")


def _locked(clips: Sequence[Clip]) -> list[Clip]:
    ids = [clip.pk for clip in clips]
    return list(Clip.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk"))


def _check_sources(clips: Sequence[Clip]) -> None:
    seen: dict[str, UUID] = dict(
        Clip.objects.filter(
            project_id__in={clip.project_id for clip in clips},
            source_sha256__in=[clip.source_sha256 for clip in clips],
            deleted_at__isnull=True,
        ).values_list("source_sha256", "pk")
    )
    for clip in clips:
        other = seen.setdefault(clip.source_sha256, clip.pk)
        if other != clip.pk:
            raise Conflict(
                f"The file of “{clip}” has been uploaded again since; delete that clip first.",
                code="duplicate_clip",
                clip=str(other),
                restored=str(clip.pk),
            )


def _record(action: str, clips: Sequence[Clip], actor: User) -> None:
    for clip in clips:
        record_append(
            actor=actor, action=action, target=clip, project_id=clip.project_id,
            detail={"number": clip.number},
        )  # fmt: skip
