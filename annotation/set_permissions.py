"""Who may do what with annotation sets."""

from uuid import UUID

from fascicle.accounts.models import Membership, Role, User


def may_annotate(user: User, project_id: UUID) -> bool:
    """Experts and admins delineate and review."""
    roles = [Role.ADMIN, Role.EXPERT]
    return Membership.objects.of(user, roles=roles).filter(project_id=project_id).exists()
