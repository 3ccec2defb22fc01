"""Let a model serve a purpose."""

from django.db import transaction

from fascicle.accounts.models import Project, User
from fascicle.errors import Conflict, InvalidInput, NotAllowed
from inference.models import AliasName, ModelVersion, Promotion
from inference.permissions import may_promote
from inference.promotion_gate import promotion_gate
from inference.selectors import alias_model
from inference.services.alias_point import alias_point
from inference.services.alias_requirements import (
    SeenServing,
    serving_require,
    structures_require,
)


@transaction.atomic
def model_promote(
    *,
    version: ModelVersion,
    name: AliasName,
    reason: str,
    actor: User | None,
    is_override: bool = False,
    seen: SeenServing | None = None,
) -> Promotion:
    """Point an alias at the version. `actor` is None for a command on the server.

    is_override: promote even if `promotion_gate` says no; that it did is kept with the promotion.
    seen: what served when the actor decided; None where nobody looked, as in a command. Raises
    NotAllowed for anyone but admins, InvalidInput without a reason or for a model whose structures
    no longer fit the procedure, Conflict when the alias points there already, another version than
    the one seen serves (`stale`), or the gate is not passed (`gate_failed`).
    """
    if actor is not None and not may_promote(actor, version.project_id):
        raise NotAllowed("Only admins of the project promote models.")
    if not reason.strip():
        raise InvalidInput("Say why this model is promoted.", reason=["Required."])
    structures_require(version)
    # held from here on, so that the gate judges the version that is replaced
    Project.objects.select_for_update().get(pk=version.project_id)
    current = alias_model(version.project_id, name)
    if current is not None and current.pk == version.pk:
        raise Conflict(f"{version} already serves as {name.label.lower()}.", code="already_serving")
    if seen is not None:
        serving_require(project_id=version.project_id, name=name, seen=seen)
    gate = promotion_gate(version, name)
    if not gate.is_passed and not is_override:
        told = f"{gate.doubt} Whether it is worse cannot be told."
        if gate.worse:
            told = " ".join(each.sentence for each in gate.worse)
        raise Conflict(
            f"{version} {'is worse than' if gate.worse else 'cannot be judged beside'} the version "
            f"that serves as {name.label.lower()}. {told} Promote it all the same by saying so; "
            "that is kept with the reason.",
            code="gate_failed",
        )
    return alias_point(version=version, name=name, reason=reason, actor=actor, gate=gate)
