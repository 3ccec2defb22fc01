"""Bridges that may stream into a project, and the codes that pair them."""

import uuid
from typing import TYPE_CHECKING

from django.db import models
from django.utils import timezone

from fascicle.accounts.models import Membership, Project, Role, User

if TYPE_CHECKING:
    from datetime import datetime


class DeviceQuerySet(models.QuerySet["Device"]):
    """Who may see and use which device."""

    def visible_to(self, user: User) -> "DeviceQuerySet":
        """Devices of the projects where one is an expert or an admin."""
        roles = [Role.ADMIN, Role.EXPERT]
        mine = Membership.objects.of(user, roles=roles).values("project_id")
        return self.filter(project_id__in=mine)

    def usable(self) -> "DeviceQuerySet":
        """Not revoked, of a project that is not archived."""
        return self.filter(revoked_at__isnull=True, project__archived_at__isnull=True)


class Device(models.Model):
    """A paired bridge. Its token publishes into this project and does nothing else."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=80)
    digest = models.CharField(max_length=64, unique=True)  # SHA-256 of the token, hexadecimal
    paired_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    last_seen_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = DeviceQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name


class PairingCodeQuerySet(models.QuerySet["PairingCode"]):
    """Codes that still open something."""

    def open(self, now: "datetime") -> "PairingCodeQuerySet":
        """Neither used nor expired."""
        return self.filter(used_at__isnull=True, expires_at__gt=now)


class PairingCode(models.Model):
    """Shown on the live page, typed at the scanner once, within minutes."""

    digest = models.CharField(max_length=64, unique=True)
    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="+")
    created_by = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    objects = PairingCodeQuerySet.as_manager()

    def __str__(self) -> str:
        return f"pairing code of {self.project_id}"
