"""A model version in the formats of other runtimes."""

import uuid
from typing import TYPE_CHECKING

from django.db import models
from django.utils import timezone

from fascicle.accounts.models import Membership, Project, Role, User
from fascicle.jobs.models import Job
from inference.models import ModelVersion

if TYPE_CHECKING:
    from collections.abc import Iterable


class ModelExportQuerySet(models.QuerySet["ModelExport"]):
    """Who may see which export."""

    def visible_to(self, user: User) -> "ModelExportQuerySet":
        """Exports of the projects one administers or annotates in."""
        roles: Iterable[Role] = [Role.ADMIN, Role.EXPERT]
        projects = Membership.objects.of(user, roles=roles).values("project_id")
        return self.filter(project_id__in=projects)


class ModelExport(models.Model):
    """One network of a version as a zip of files, with the report of what each costs in accuracy.

    `member` is its place in `ModelVersion.members`: phones and boards run one network, not the
    average of all folds. `report` is `parity.json` of `training.export`. One export a network: a
    later one takes the place of an earlier.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="+")
    model_version = models.ForeignKey(ModelVersion, on_delete=models.CASCADE, related_name="+")
    member = models.PositiveSmallIntegerField()
    formats = models.JSONField()  # names of training.export.FORMATS
    job = models.OneToOneField(Job, on_delete=models.PROTECT, related_name="+")
    report = models.JSONField(default=dict)
    storage_key = models.CharField(max_length=200, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    byte_size = models.PositiveBigIntegerField(default=0)
    created_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = ModelExportQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["model_version", "member"], name="model_export_once_a_network"
            )
        ]

    def __str__(self) -> str:
        return f"network {self.member + 1} of {self.model_version_id}"
