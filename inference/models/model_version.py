"""Weights with their metrics and card."""

import uuid
from typing import TYPE_CHECKING

from django.db import models
from django.utils import timezone

from fascicle.accounts.models import Project, User

if TYPE_CHECKING:
    from uuid import UUID


class ModelVersionQuerySet(models.QuerySet["ModelVersion"]):
    """Who may see which model."""

    def visible_to(self, user: User) -> "ModelVersionQuerySet":
        """Models of one's own projects."""
        return self.filter(project__in=Project.objects.visible_to(user))

    def in_project(self, project_id: "UUID") -> "ModelVersionQuerySet":
        """Models of one project."""
        return self.filter(project_id=project_id)


class ModelVersion(models.Model):
    """Never changes once made. `members` are the folds' model files; together they are an ensemble.

    `members` is a list of `{fold, storage_key, sha256, byte_size}`; `structures` a list of
    `{channel, code, name}` in the order of the network's outputs; `metrics` the evaluation over all
    folds; the run and snapshot are named by id, as this app knows nothing of training.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="+")
    number = models.PositiveIntegerField()
    name = models.CharField(max_length=120)
    recipe = models.CharField(max_length=40)
    members = models.JSONField()
    structures = models.JSONField()
    metrics = models.JSONField(default=dict)
    card = models.JSONField(default=dict)
    training_run_id = models.UUIDField(null=True, blank=True, unique=True)
    snapshot_sha256 = models.CharField(max_length=64, blank=True)
    created_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = ModelVersionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["project", "number"], name="model_version_number_once")
        ]

    def __str__(self) -> str:
        return f"{self.name} (version {self.number})"
