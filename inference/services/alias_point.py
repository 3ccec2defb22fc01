"""The one place that moves an alias."""

from django.db import transaction

from fascicle.accounts.models import Project, User
from fascicle.audit.services import record_append
from inference.models import Alias, AliasName, ModelVersion, Promotion
from inference.services.live.session_model import sessions_follow_alias


@transaction.atomic
def alias_point(
    *,
    version: ModelVersion,
    name: AliasName,
    reason: str,
    actor: User | None,
    is_rollback: bool = False,
) -> Promotion:
    """Point the alias of the version's project there, and write down why.

    Permission is the caller's business. The project's row is locked, so promotions are in order.
    """
    Project.objects.select_for_update().get(pk=version.project_id)
    alias = Alias.objects.filter(project_id=version.project_id, name=name).first()
    previous_id = alias.model_version_id if alias else None
    Alias.objects.update_or_create(
        project_id=version.project_id, name=name, defaults={"model_version": version}
    )
    promotion = Promotion.objects.create(
        project_id=version.project_id,
        name=name,
        model_version=version,
        previous_id=previous_id,
        reason=reason.strip(),
        actor=actor,
        is_rollback=is_rollback,
    )
    record_append(
        actor=actor,
        action="model_version.rollback" if is_rollback else "model_version.promote",
        target=version,
        project_id=version.project_id,
        detail={
            "alias": name,
            "number": version.number,
            "previous": str(previous_id) if previous_id else None,
            "reason": promotion.reason,
        },
    )
    if name == AliasName.LIVE:
        sessions_follow_alias(version.project_id)
    return promotion
