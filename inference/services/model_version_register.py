"""Enter weights into the registry."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Max

from fascicle.accounts.models import Project, User
from fascicle.audit.services import record_append
from fascicle.errors import InvalidInput, NotAllowed
from inference.models import AliasName, ModelVersion
from inference.permissions import may_promote
from inference.selectors import foreign_codes, procedure_code
from inference.services.alias_point import alias_point


@transaction.atomic
def model_version_register(
    *,
    project: Project,
    actor: User | None,
    name: str,
    recipe: str,
    members: Sequence[Mapping[str, Any]],
    structures: Sequence[Mapping[str, Any]],
    metrics: Mapping[str, Any],
    card: Mapping[str, Any],
    reason: str,
    training_run_id: UUID | None = None,
    snapshot_sha256: str = "",
) -> ModelVersion:
    """Make the next version of the project and point its alias `candidate` there, with `reason`.

    `members` and `structures` as in ModelVersion; `actor` is None for a command on the server. A
    training run is registered once: the second call returns the first one's version; it was allowed
    when it was started. Raises NotAllowed for anyone but admins, InvalidInput without a reason,
    without weights, or when the procedure lacks a structure that the model names.
    """
    if actor is not None and training_run_id is None and not may_promote(actor, project.pk):
        raise NotAllowed("Only admins of the project register models.")
    if not reason.strip():
        raise InvalidInput("Say why this model is registered.", reason=["Required."])
    if not members:
        raise InvalidInput("A model version needs at least one model file.")
    foreign = foreign_codes((each["code"] for each in structures), project.pk)
    if foreign:
        raise InvalidInput(
            f"The model names structures that the procedure {procedure_code(project.pk) or '-'} "
            f"does not have: {', '.join(foreign)}.",
            code="foreign_structures",
        )
    Project.objects.select_for_update().get(pk=project.pk)
    versions = ModelVersion.objects.in_project(project.pk)
    if training_run_id is not None:
        made = versions.filter(training_run_id=training_run_id).first()
        if made is not None:
            return made
    last = versions.aggregate(last=Max("number"))["last"] or 0
    version = ModelVersion.objects.create(
        project=project,
        number=last + 1,
        name=name.strip()[:120] or f"Model {last + 1}",
        recipe=recipe,
        members=[dict(member) for member in members],
        structures=[dict(structure) for structure in structures],
        metrics=dict(metrics),
        card=dict(card),
        training_run_id=training_run_id,
        snapshot_sha256=snapshot_sha256,
        created_by=actor,
    )
    record_append(
        actor=actor,
        action="model_version.register",
        target=version,
        project_id=project.pk,
        detail={
            "number": version.number,
            "members": [member["sha256"] for member in members],
            "training_run": str(training_run_id) if training_run_id else None,
        },
    )
    alias_point(version=version, name=AliasName.CANDIDATE, reason=reason, actor=actor)
    return version
