"""Who may do what with projects, subjects and clips."""

from uuid import UUID

from fascicle.accounts.models import Membership, Role, User


def may_create_project(user: User) -> bool:
    """Staff found projects; the founder becomes the first admin."""
    return user.is_active and user.is_staff


def may_upload(user: User, project_id: UUID) -> bool:
    """Experts and admins bring clips and subjects in, and correct what is said about them."""
    return _has_role(user, project_id, [Role.ADMIN, Role.EXPERT])


def may_administer(user: User, project_id: UUID) -> bool:
    """Admins change the project and delete clips."""
    return _has_role(user, project_id, [Role.ADMIN])


def _has_role(user: User, project_id: UUID, roles: list[Role]) -> bool:
    return Membership.objects.of(user, roles=roles).filter(project_id=project_id).exists()
