"""Go back to the model before."""

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction

from fascicle.accounts.models import Project, User
from fascicle.errors import Conflict, InvalidInput, NotAllowed
from inference.models import AliasName, ModelVersion, Promotion
from inference.permissions import may_promote
from inference.services.alias_point import alias_point
from inference.services.alias_requirements import (
    SeenServing,
    serving_require,
    structures_require,
)


@transaction.atomic
def alias_rollback(
    *, project: Project, name: AliasName, serving_id: UUID, reason: str, actor: User | None
) -> Promotion:
    """Point the alias at the model that served before the present one (`version_before`).

    serving_id: the version that shall be replaced, so that asking twice goes back once. Raises
    NotAllowed for anyone but admins, InvalidInput without a reason or where the procedure has lost
    structures of the model before, Conflict when another version serves (`stale`) or there is
    nothing to go back to (`nothing_before`).
    """
    if actor is not None and not may_promote(actor, project.pk):
        raise NotAllowed("Only admins of the project roll models back.")
    if not reason.strip():
        raise InvalidInput("Say why the model is rolled back.", reason=["Required."])
    Project.objects.select_for_update().get(pk=project.pk)
    serving_require(project_id=project.pk, name=name, seen=SeenServing(serving_id))
    history = Promotion.objects.of_alias(project_id=project.pk, name=name)
    before = version_before(list(history.select_related("model_version", "previous").reverse()))
    if before is None:
        raise Conflict(
            f"No model served as {name.label.lower()} before this one.", code="nothing_before"
        )
    structures_require(before)
    return alias_point(version=before, name=name, reason=reason, actor=actor, is_rollback=True)


def version_before(history: Sequence[Promotion]) -> ModelVersion | None:
    """What a rollback leads to: promoting puts a version on a stack, rolling back takes the top
    off, so what was withdrawn comes back only by being promoted. history: oldest first.
    """
    stack = [history[0].previous] if history and history[0].previous else []
    for act in history:
        if act.is_rollback:
            del stack[-1:]
            if stack and stack[-1] == act.model_version:
                continue
        # rollbacks of earlier releases did not always lead to what is beneath
        stack.append(act.model_version)
    return stack[-2] if len(stack) > 1 else None
