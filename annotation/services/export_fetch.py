"""Someone takes an export away."""

from django.core.files.base import File
from django.core.files.storage import default_storage

from annotation.models import AnnotationSet, Assignment, Clip, Export
from fascicle.accounts.models import User
from fascicle.audit.services import record_append
from fascicle.errors import Conflict


def export_fetch(*, export: Export, actor: User) -> "File[bytes]":
    """The zip, open at its first byte, and a line in the record.

    Raises Conflict when it is not made yet (`export_not_ready`), was removed (`export_gone`), or
    holds a clip that was deleted since (`clip_deleted`) or readings that the actor, who is still to
    read the clip, may not see (`clip_to_read`).
    """
    if export.removed_at is not None or export.expired_by_now:
        raise Conflict("This export was removed; make it again.", code="export_gone")
    if not export.storage_key:
        raise Conflict("This export is not made yet.", code="export_not_ready")
    present = Clip.objects.filter(pk__in=export.clips, deleted_at__isnull=True).count()
    if present != len(export.clips):
        raise Conflict(
            "A clip of this export was deleted since; make it again.", code="clip_deleted"
        )
    if _holds_hidden_readings(export, actor):
        raise Conflict(
            "You are still to read a clip of this export without knowing what others drew. Hand "
            "your reading in first.",
            code="clip_to_read",
        )
    try:
        file: File[bytes] = default_storage.open(export.storage_key, "rb")
    except FileNotFoundError as gone:
        raise Conflict("This export was removed; make it again.", code="export_gone") from gone
    record_append(
        actor=actor, action="export.download", target=export, project_id=export.project_id,
        detail={"clips": len(export.clips), "sha256": export.sha256},
    )  # fmt: skip
    return file


def _holds_hidden_readings(export: Export, actor: User) -> bool:
    """Of an export of one's own, made when the clip was assigned already, they were left out."""
    if export.annotation_set_id is not None:
        named = AnnotationSet.objects.filter(pk=export.annotation_set_id)
        visible = AnnotationSet.objects.visible_to(actor).filter(pk=export.annotation_set_id)
        return named.exists() and not visible.exists()
    to_read = Assignment.objects.blinded_readings(actor).filter(clip_id__in=export.clips)
    if export.owner_id == actor.pk:
        to_read = to_read.filter(created_at__gte=export.created_at)
    return to_read.exists()
