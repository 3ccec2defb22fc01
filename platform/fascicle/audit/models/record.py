"""Who did what, when, to which thing; outlives both the actor and the thing."""

from typing import TYPE_CHECKING

from django.db import models
from django.utils import timezone

from fascicle.accounts.models import Membership, Role

if TYPE_CHECKING:
    from fascicle.accounts.models import User


class AuditRecordQuerySet(models.QuerySet["AuditRecord"]):
    """Who may read the record."""

    def visible_to(self, user: "User") -> "AuditRecordQuerySet":
        """An admin reads the record of the projects they administer."""
        administered = Membership.objects.of(user, roles=[Role.ADMIN]).values("project_id")
        return self.filter(project_id__in=administered)


class AuditRecord(models.Model):
    """One act. No foreign keys, so that deleting a person or project erases nothing here.

    A database trigger refuses UPDATE and DELETE.
    """

    at = models.DateTimeField(default=timezone.now, editable=False, db_index=True)
    actor_id = models.UUIDField(null=True)
    actor_email = models.CharField(max_length=254, blank=True)
    project_id = models.UUIDField(null=True, db_index=True)
    action = models.CharField(max_length=64)  # noun.verb, e.g. "model_version.promote"
    target_type = models.CharField(max_length=64)
    target_id = models.CharField(max_length=64)
    detail = models.JSONField(default=dict)

    objects = AuditRecordQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.action} {self.target_type} {self.target_id}"
