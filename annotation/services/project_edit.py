"""Change a project's name and description."""

from django.db import transaction

from annotation.clip_words import checked_line
from annotation.permissions import may_administer
from annotation.services.project_create import MAX_NAME
from fascicle.accounts.models import Project, User
from fascicle.audit.services import record_append
from fascicle.errors import InvalidInput, NotAllowed


@transaction.atomic
def project_edit(
    *, project: Project, actor: User, name: str | None = None, description: str | None = None
) -> Project:
    """Change what is given. Raises NotAllowed for anyone but an admin, InvalidInput for no name."""
    if not may_administer(actor, project.pk):
        raise NotAllowed("Only an admin of the project changes it.")
    locked = Project.objects.select_for_update().get(pk=project.pk)
    if name is not None:
        locked.name = checked_line(name, "name", MAX_NAME)
        if not locked.name:
            raise InvalidInput("Give the project a name.", name=["Required."])
    if description is not None:
        locked.description = description.strip()
    locked.save(update_fields=["name", "description"])
    record_append(
        actor=actor, action="project.edit", target=locked, project_id=locked.pk,
        detail={"name": locked.name},
    )  # fmt: skip
    return locked
