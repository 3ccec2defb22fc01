"""Found a project on a procedure."""

from collections.abc import Iterable

from django.db import transaction

from annotation.clip_words import checked_line
from annotation.models import Procedure, Protocol
from annotation.permissions import may_create_project
from fascicle.accounts.models import Membership, Project, Role, User
from fascicle.audit.services import record_append
from fascicle.errors import InvalidInput, NotAllowed

MAX_NAME = 120


@transaction.atomic
def project_create(
    *,
    name: str,
    procedure: Procedure,
    actor: User | None,
    description: str = "",
    admins: Iterable[User] = (),
) -> Project:
    """Make the project, its protocol and its admins: the actor, and `admins`.

    `actor` is None when a command line of the server's own account asks. Raises NotAllowed for
    people who are not staff, InvalidInput for an empty name.
    """
    if actor is not None and not may_create_project(actor):
        raise NotAllowed("Only staff found projects.")
    name = checked_line(name, "name", MAX_NAME)
    if not name:
        raise InvalidInput("Give the project a name.", name=["Required."])
    project = Project.objects.create(name=name, description=description.strip())
    Protocol.objects.create(project=project, procedure=procedure)
    people = {user.pk: user for user in [*([actor] if actor else []), *admins]}
    Membership.objects.bulk_create(
        [Membership(project=project, user=user, role=Role.ADMIN) for user in people.values()]
    )
    record_append(
        actor=actor,
        action="project.create",
        target=project,
        project_id=project.pk,
        detail={"procedure": procedure.code, "admins": sorted(map(str, people))},
    )
    return project
