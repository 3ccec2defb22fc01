"""Who may do what with annotation sets."""

from uuid import UUID

from django.db.models import QuerySet

from fascicle.accounts.models import Membership, Role, User


def may_annotate(user: User, project_id: UUID) -> bool:
    """Experts and admins delineate and review."""
    return annotating_memberships(user).filter(project_id=project_id).exists()


def annotating_memberships(user: User) -> QuerySet[Membership]:
    """The memberships by which a person delineates and reviews."""
    return Membership.objects.of(user, roles=[Role.ADMIN, Role.EXPERT])
