"""A frozen manifest of accepted frames."""

import uuid
from typing import TYPE_CHECKING

from django.db import models
from django.utils import timezone

from fascicle.accounts.models import Membership, Project, Role, User

if TYPE_CHECKING:
    from collections.abc import Iterable


class DatasetSnapshotQuerySet(models.QuerySet["DatasetSnapshot"]):
    """Who may see which snapshot."""

    def visible_to(self, user: User) -> "DatasetSnapshotQuerySet":
        """Snapshots of the projects one administers or annotates in."""
        roles: Iterable[Role] = [Role.ADMIN, Role.EXPERT]
        projects = Membership.objects.of(user, roles=roles).values("project_id")
        return self.filter(project_id__in=projects)


class DatasetSnapshot(models.Model):
    """What a run was trained on, down to frame hash and revision; never changes once made.

    `manifest["frames"]` is a list of `{clip, frame_index, frame_sha256, annotation_set, revision,
    subject, author, group}`; `sha256` is of its canonical JSON.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="+")
    number = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    manifest = models.JSONField()
    frame_count = models.PositiveIntegerField()
    clip_count = models.PositiveIntegerField()
    subject_count = models.PositiveIntegerField()
    created_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = DatasetSnapshotQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["project", "number"], name="snapshot_number_once"),
            models.CheckConstraint(
                condition=models.Q(frame_count__gte=1), name="snapshot_not_empty"
            ),
        ]

    def __str__(self) -> str:
        return f"Snapshot {self.number}"
