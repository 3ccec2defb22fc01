"""Change a person's role in a project, or end it."""

from django.db import transaction

from fascicle.accounts.models import Membership, Project, Role, User
from fascicle.accounts.permissions import is_project_admin
from fascicle.audit.services import record_append
from fascicle.errors import Conflict, NotAllowed


@transaction.atomic
def membership_change(*, membership: Membership, actor: User, role: Role) -> Membership:
    """Give another role. Raises NotAllowed for non-admins, Conflict when no admin is left."""
    locked = _locked(membership, actor)
    if locked.role == Role.ADMIN and role != Role.ADMIN:
        _refuse_last_admin(locked)
    before, locked.role = locked.role, role
    locked.save(update_fields=["role"])
    record_append(
        actor=actor,
        action="membership.change",
        target=locked,
        project_id=locked.project_id,
        detail={"user": str(locked.user_id), "from": before, "to": role},
    )
    return locked


@transaction.atomic
def membership_remove(*, membership: Membership, actor: User) -> None:
    """End it; the person's work stays. Raises as membership_change does."""
    locked = _locked(membership, actor)
    if locked.role == Role.ADMIN:
        _refuse_last_admin(locked)
    record_append(
        actor=actor,
        action="membership.remove",
        target=locked,
        project_id=locked.project_id,
        detail={"user": str(locked.user_id), "role": locked.role},
    )
    locked.delete()


def _locked(membership: Membership, actor: User) -> Membership:
    # the project's row stands for its whole list of members, so two admins cannot both leave
    Project.objects.select_for_update(no_key=True).get(pk=membership.project_id)
    if not is_project_admin(actor, membership.project_id):
        raise NotAllowed("Only an admin of the project changes its members.")
    locked = Membership.objects.select_related("user").filter(pk=membership.pk).first()
    if locked is None:
        raise Conflict("This person is no longer a member.", code="no_longer_member")
    return locked


def _refuse_last_admin(membership: Membership) -> None:
    others = Membership.objects.filter(project=membership.project_id, role=Role.ADMIN)
    if not others.exclude(pk=membership.pk).exists():
        raise Conflict(
            "A project needs an admin. Make someone else admin first.", code="last_admin"
        )
