"""Reads that other apps and several services of this one need."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from annotation.models import Protocol, Structure
from fascicle.accounts.models import Project
from fascicle.errors import InvalidInput
from inference.models import Alias, AliasName, ModelVersion


@dataclass(frozen=True, slots=True)
class ProjectStructure:
    """A structure of a project's procedure; `channel` is its label in masks, `colour` "#RRGGBB"."""

    id: UUID
    channel: int
    code: str
    name: str
    kind: str
    colour: str


def project_structures(project_id: UUID) -> list[ProjectStructure]:
    """The structures of the project's procedure by channel; empty without a procedure."""
    procedure = Protocol.objects.filter(project_id=project_id).values("procedure_id")
    rows = Structure.objects.filter(procedure_id__in=procedure).order_by("channel")
    return [
        ProjectStructure(row.pk, row.channel, row.code, row.name, row.kind, row.colour)
        for row in rows
    ]


def procedure_code(project_id: UUID) -> str:
    """The stable code of the project's procedure; "" without one."""
    codes = Protocol.objects.filter(project_id=project_id).values_list("procedure__code", flat=True)
    return codes.first() or ""


def alias_model(project_id: UUID, name: AliasName) -> ModelVersion | None:
    """The model version that serves a purpose, or None when none was promoted."""
    alias = (
        Alias.objects.filter(project_id=project_id, name=name)
        .select_related("model_version")
        .first()
    )
    return alias.model_version if alias else None


def foreign_codes(codes: Iterable[str], project_id: UUID) -> list[str]:
    """Structure codes that the project's procedure does not have, sorted."""
    return sorted(set(codes) - {each.code for each in project_structures(project_id)})


def project_named(text: str) -> Project:
    """The project of this name or id, for command lines; InvalidInput when there is not one."""
    live = Project.objects.filter(archived_at__isnull=True)
    try:
        found = list(live.filter(pk=UUID(text)))
    except ValueError:
        found = list(live.filter(name=text))
    if not found:
        raise InvalidInput(f"There is no project {text!r}; give its name as it stands, or its id.")
    if len(found) > 1:
        ids = ", ".join(str(project.pk) for project in found)
        raise InvalidInput(f"Several projects are called {text!r}; give the id: {ids}.")
    return found[0]
