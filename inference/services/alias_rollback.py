"""Go back to the model before."""

from django.db import transaction

from fascicle.accounts.models import Project, User
from fascicle.errors import Conflict, InvalidInput, NotAllowed
from inference.models import AliasName, Promotion
from inference.permissions import may_promote
from inference.selectors import alias_model
from inference.services.alias_point import alias_point


@transaction.atomic
def alias_rollback(
    *, project: Project, name: AliasName, reason: str, actor: User | None
) -> Promotion:
    """Point the alias at the model that served before the present one was promoted.

    Rolling back twice goes back two promotions, as rollbacks themselves are passed over. Raises
    NotAllowed for anyone but admins, InvalidInput without a reason, Conflict when there is nothing
    to go back to.
    """
    if actor is not None and not may_promote(actor, project.pk):
        raise NotAllowed("Only admins of the project roll models back.")
    if not reason.strip():
        raise InvalidInput("Say why the model is rolled back.", reason=["Required."])
    Project.objects.select_for_update().get(pk=project.pk)
    current = alias_model(project.pk, name)
    promoted = (
        Promotion.objects.of_alias(project_id=project.pk, name=name)
        .filter(model_version=current, is_rollback=False)
        .select_related("previous")
        .first()
    )
    if promoted is None or promoted.previous is None:
        raise Conflict(
            f"No model served as {name.label.lower()} before this one.", code="nothing_before"
        )
    return alias_point(
        version=promoted.previous, name=name, reason=reason, actor=actor, is_rollback=True
    )
