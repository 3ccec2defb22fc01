"""Who has which role in which project."""

import uuid
from typing import TYPE_CHECKING

from django.db import models
from django.utils import timezone

from fascicle.accounts.models.project import Project
from fascicle.accounts.models.user import User

if TYPE_CHECKING:
    from collections.abc import Iterable


class Role(models.TextChoices):
    """What a person does in a project."""

    ADMIN = "admin", "Admin"
    EXPERT = "expert", "Expert"
    TRAINEE = "trainee", "Trainee"


class MembershipQuerySet(models.QuerySet["Membership"]):
    """Who may see which membership."""

    def visible_to(self, user: User) -> "MembershipQuerySet":
        """The memberships of one's own projects."""
        return self.filter(project__in=Project.objects.visible_to(user))

    def of(self, user: User, *, roles: "Iterable[Role]" = tuple(Role)) -> "MembershipQuerySet":
        """The person's own memberships with one of the roles."""
        mine = self.filter(user=user, role__in=list(roles), project__archived_at__isnull=True)
        return mine if user.only_project_id is None else mine.filter(project=user.only_project_id)


class Membership(models.Model):
    """One person's one role in one project."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="memberships")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=16, choices=Role.choices)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["project", "user"], name="membership_once"),
            models.CheckConstraint(
                condition=models.Q(role__in=Role.values), name="membership_role_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} is {self.role} of {self.project}"
