"""Who may do what with models."""

from uuid import UUID

from fascicle.accounts.models import Membership, Role, User


def may_promote(user: User, project_id: UUID) -> bool:
    """Admins register models and decide which one serves."""
    return Membership.objects.of(user, roles=[Role.ADMIN]).filter(project_id=project_id).exists()


def may_preannotate(user: User, project_id: UUID) -> bool:
    """Experts and admins let a model look at a clip."""
    roles = [Role.ADMIN, Role.EXPERT]
    return Membership.objects.of(user, roles=roles).filter(project_id=project_id).exists()


def may_go_live(user: User, project_id: UUID) -> bool:
    """Experts and admins pair bridges, record, choose the live model and send commands."""
    roles = [Role.ADMIN, Role.EXPERT]
    return Membership.objects.of(user, roles=roles).filter(project_id=project_id).exists()
