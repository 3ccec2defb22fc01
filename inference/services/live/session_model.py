"""Choose what a live session runs."""

from uuid import UUID

from django.db import transaction

from fascicle.accounts.models import User
from fascicle.audit.services import record_append
from fascicle.errors import Conflict, InvalidInput, NotAllowed
from inference.models import LiveSession, ModelVersion
from inference.permissions import may_go_live
from inference.selectors import foreign_codes
from inference.services.live.wanted import follow


@transaction.atomic
def session_model(
    *, session: LiveSession, actor: User, version: ModelVersion | None, is_off: bool = False
) -> LiveSession:
    """Run `version`, or the promoted one when it is None, or none at all.

    Raises NotAllowed for trainees, InvalidInput for a model of another project or whose structures
    the procedure does not have, Conflict for a session that is over.
    """
    if not may_go_live(actor, session.project_id):
        raise NotAllowed("Only experts and admins of the project choose the live model.")
    if version is not None and version.project_id != session.project_id:
        raise InvalidInput("This model belongs to another project.", code="foreign_model")
    if version is not None:
        codes = (each["code"] for each in version.structures)
        if foreign := foreign_codes(codes, session.project_id):
            raise InvalidInput(
                "The model names structures that the procedure does not have: "
                f"{', '.join(foreign)}.",
                code="foreign_structures",
            )
    row = LiveSession.objects.select_for_update(of=("self",)).get(pk=session.pk)
    if row.ended_at is not None:
        raise Conflict("This session has ended.", code="ended")
    row.model_version = None if is_off else version
    row.is_model_off = is_off
    row.save(update_fields=["model_version", "is_model_off"])
    record_append(
        actor=actor,
        action="live.model",
        target=row,
        project_id=row.project_id,
        detail={"model_version": str(version.pk) if version else None, "is_off": is_off},
    )
    follow(row)
    return row


def sessions_follow_alias(project_id: UUID) -> None:
    """After a promotion: open sessions that run the promoted model take the new one."""
    running = LiveSession.objects.open().filter(
        project_id=project_id, model_version__isnull=True, is_model_off=False
    )
    for session in running:
        follow(session)
