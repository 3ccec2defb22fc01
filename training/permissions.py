"""Who may do what with snapshots and runs."""

from uuid import UUID

from fascicle.accounts.models import Membership, Role, User


def may_train(user: User, project_id: UUID) -> bool:
    """Admins freeze snapshots, start runs and cancel them."""
    return Membership.objects.of(user, roles=[Role.ADMIN]).filter(project_id=project_id).exists()


def trained_projects(user: User) -> frozenset[UUID]:
    """The projects in which the person may."""
    mine = Membership.objects.of(user, roles=[Role.ADMIN])
    return frozenset(mine.values_list("project_id", flat=True))


def may_read_runs(user: User, project_id: UUID) -> bool:
    """Experts and admins see what was trained on and how it went."""
    roles = [Role.ADMIN, Role.EXPERT]
    return Membership.objects.of(user, roles=roles).filter(project_id=project_id).exists()
