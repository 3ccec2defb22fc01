"""Who may do what with projects and people."""

from uuid import UUID

from fascicle.accounts.models import Membership, Role, User


def is_project_admin(user: User, project_id: UUID) -> bool:
    """Admins manage members, training and models of their project."""
    return Membership.objects.of(user, roles=[Role.ADMIN]).filter(project_id=project_id).exists()
