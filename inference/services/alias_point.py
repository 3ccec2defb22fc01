"""The one place that moves an alias."""

from django.db import transaction

from fascicle.accounts.models import Project, User
from fascicle.audit.services import record_append
from inference.models import Alias, AliasName, ModelVersion, Promotion
from inference.promotion_gate import GateVerdict
from inference.services.live.session_model import sessions_follow_alias


@transaction.atomic
def alias_point(
    *,
    version: ModelVersion,
    name: AliasName,
    reason: str,
    actor: User | None,
    is_rollback: bool = False,
    gate: GateVerdict | None = None,
) -> Promotion:
    """Point the alias of the version's project there, and write down why.

    Permission is the caller's business, and so is whether a gate that was not passed is
    overridden: here it is only recorded. The project's row is locked, so promotions are in order.
    """
    Project.objects.select_for_update().get(pk=version.project_id)
    alias = Alias.objects.filter(project_id=version.project_id, name=name).first()
    previous_id = alias.model_version_id if alias else None
    Alias.objects.update_or_create(
        project_id=version.project_id, name=name, defaults={"model_version": version}
    )
    is_override = gate is not None and not gate.is_passed
    promotion = Promotion.objects.create(
        project_id=version.project_id,
        name=name,
        model_version=version,
        previous_id=previous_id,
        reason=reason.strip(),
        actor=actor,
        is_rollback=is_rollback,
        gate=gate.to_json() if gate else {},
        is_override=is_override,
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
            "override": is_override,
        },
    )
    if name == AliasName.LIVE:
        sessions_follow_alias(version.project_id)
    return promotion
