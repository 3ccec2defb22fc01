"""Append one line to the record, in the caller's transaction."""

from typing import TYPE_CHECKING, Any

from django.db import models

from fascicle.audit.models import AuditRecord

if TYPE_CHECKING:
    from uuid import UUID

    from fascicle.accounts.models import User


def record_append(
    *,
    actor: "User | None",
    action: str,
    target: models.Model,
    project_id: "UUID | None",
    detail: dict[str, Any] | None = None,
) -> AuditRecord:
    """Record that `actor` did `action` ("noun.verb") to `target`.

    `actor` is None only for acts of the system itself. `detail` holds ids, numbers and reasons;
    nothing identifying a patient.
    """
    return AuditRecord.objects.create(
        actor_id=actor.pk if actor else None,
        actor_email=actor.email if actor else "",
        project_id=project_id,
        action=action,
        target_type=target._meta.label_lower,  # noqa: SLF001  # Django's documented meta API
        target_id=str(target.pk),
        detail=detail or {},
    )
