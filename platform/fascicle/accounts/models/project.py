"""A body of work and the wall around it."""

import uuid
from typing import TYPE_CHECKING

from django.db import models
from django.utils import timezone

if TYPE_CHECKING:
    from fascicle.accounts.models.user import User


class ProjectQuerySet(models.QuerySet["Project"]):
    """Who may see which project."""

    def visible_to(self, user: "User") -> "ProjectQuerySet":
        """Projects the person is a member of, nothing else."""
        visible = self.filter(memberships__user=user, archived_at__isnull=True)
        return visible if user.only_project_id is None else visible.filter(pk=user.only_project_id)


class Project(models.Model):
    """The unit of permission: every clip, job, run and model belongs to one project.

    It stands here rather than beside procedures because jobs, tokens and the audit need it; what is
    examined in it is the business of `annotation.models.Protocol`.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=120)
    description = models.TextField(blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    archived_at = models.DateTimeField(null=True, blank=True)

    objects = ProjectQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name
