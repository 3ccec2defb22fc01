"""A zip made for someone to take away."""

import uuid

from django.db import models
from django.utils import timezone

from fascicle.accounts.models import Membership, Project, Role, User


class ExportQuerySet(models.QuerySet["Export"]):
    """Who may see which export."""

    def visible_to(self, user: User) -> "ExportQuerySet":
        """One's own while one is expert or admin of the project; for admins also those of accepted
        work. A colleague's own draft, once exported, stays the colleague's.
        """
        trusted = Membership.objects.of(user, roles=[Role.ADMIN, Role.EXPERT])
        administered = Membership.objects.of(user, roles=[Role.ADMIN])
        return self.filter(
            models.Q(owner=user, project_id__in=trusted.values("project_id"))
            | models.Q(
                annotation_set_id__isnull=True, project_id__in=administered.values("project_id")
            )
        )


class Export(models.Model):
    """What was asked for, and where the zip lies until it is removed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="exports")
    owner = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    job_id = models.UUIDField(null=True, blank=True)
    clips = models.JSONField(default=list)  # ids, in the order of their numbers
    # by id: a set that is deleted later leaves the record of what was exported
    annotation_set_id = models.UUIDField(null=True, blank=True)  # null: the accepted ones
    formats = models.JSONField(default=list)
    only_annotated = models.BooleanField(default=False)

    storage_key = models.CharField(max_length=200, blank=True)  # empty: not made yet, or removed
    byte_size = models.PositiveBigIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    made_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    removed_at = models.DateTimeField(null=True, blank=True)

    objects = ExportQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["project", "-created_at", "id"], name="export_newest_first"),
            models.Index(fields=["expires_at"], name="export_expiry"),
        ]

    def __str__(self) -> str:
        return f"Export of {len(self.clips)} clips"

    @property
    def expired_by_now(self) -> bool:
        """Its zip is to be removed."""
        return self.expires_at is not None and self.expires_at <= timezone.now()

    @property
    def is_ready(self) -> bool:
        """There is a zip to download."""
        return bool(self.storage_key) and not self.expired_by_now
