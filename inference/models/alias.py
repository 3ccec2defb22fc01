"""Which model serves which purpose, and how that came about."""

import uuid
from typing import TYPE_CHECKING

from django.db import models
from django.utils import timezone

from fascicle.accounts.models import Project, User
from inference.models.model_version import ModelVersion

if TYPE_CHECKING:
    from uuid import UUID


class AliasName(models.TextChoices):
    """The purposes a model can serve."""

    LIVE = "live", "Live"
    PREANNOTATE = "preannotate", "Pre-annotation"
    CANDIDATE = "candidate", "Candidate"


class AliasQuerySet(models.QuerySet["Alias"]):
    """Who may see which alias."""

    def visible_to(self, user: User) -> "AliasQuerySet":
        """Aliases of one's own projects."""
        return self.filter(project__in=Project.objects.visible_to(user))


class Alias(models.Model):
    """A name pointing at a model version. One of each name a project."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=16, choices=AliasName.choices)
    model_version = models.ForeignKey(
        ModelVersion, on_delete=models.PROTECT, related_name="aliases"
    )

    objects = AliasQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["project", "name"], name="alias_once"),
            models.CheckConstraint(
                condition=models.Q(name__in=AliasName.values), name="alias_name_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} -> {self.model_version_id}"


class PromotionQuerySet(models.QuerySet["Promotion"]):
    """Reads of the history."""

    def visible_to(self, user: User) -> "PromotionQuerySet":
        """Promotions in one's own projects."""
        return self.filter(project__in=Project.objects.visible_to(user))

    def of_alias(self, *, project_id: "UUID", name: str) -> "PromotionQuerySet":
        """Newest first."""
        return self.filter(project_id=project_id, name=name).order_by("-created_at")


class Promotion(models.Model):
    """An act with a reason, append-only. A rollback is a promotion of the previous model."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=16, choices=AliasName.choices)
    model_version = models.ForeignKey(ModelVersion, on_delete=models.PROTECT, related_name="+")
    previous = models.ForeignKey(
        ModelVersion, on_delete=models.PROTECT, null=True, related_name="+"
    )
    is_rollback = models.BooleanField(default=False)
    reason = models.TextField()
    gate = models.JSONField(default=dict)  # inference.promotion_gate.GateVerdict, as it stood
    is_override = models.BooleanField(default=False)  # promoted although the gate said no
    actor = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = PromotionQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(condition=~models.Q(reason=""), name="promotion_has_reason")
        ]

    def __str__(self) -> str:
        return f"{self.name} <- {self.model_version_id}"
