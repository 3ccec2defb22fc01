"""An examination and the structures looked for in it."""

import uuid
from typing import TYPE_CHECKING

from django.core.validators import RegexValidator
from django.db import models

if TYPE_CHECKING:
    from fascicle.accounts.models import User


class StructureKind(models.TextChoices):
    """What sort of tissue a structure is."""

    NERVE = "nerve", "Nerve"
    VESSEL = "vessel", "Vessel"
    BONE = "bone", "Bone"
    OTHER = "other", "Other"


class ProcedureQuerySet(models.QuerySet["Procedure"]):
    """Procedures are vocabulary: everyone who may log in reads them."""

    def visible_to(self, user: "User") -> "ProcedureQuerySet":
        """All, for an active person."""
        return self if user.is_active else self.none()


class Procedure(models.Model):
    """Axillary block, femoral block, ...: an ordered list of structures with stable codes."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    code = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=80)
    description = models.TextField(blank=True)

    objects = ProcedureQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name


class Structure(models.Model):
    """One thing to delineate. `channel` is its label in masks and networks; 0 is background."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    procedure = models.ForeignKey(Procedure, on_delete=models.CASCADE, related_name="structures")
    code = models.SlugField(max_length=40)
    name = models.CharField(max_length=80)
    kind = models.CharField(max_length=16, choices=StructureKind.choices)
    colour = models.CharField(max_length=7, validators=[RegexValidator(r"^#[0-9A-F]{6}$")])
    channel = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["channel"]
        constraints = [
            models.UniqueConstraint(fields=["procedure", "code"], name="structure_code_once"),
            models.UniqueConstraint(fields=["procedure", "channel"], name="structure_channel_once"),
            models.CheckConstraint(
                condition=models.Q(channel__gte=1, channel__lte=255), name="structure_channel_byte"
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=StructureKind.values), name="structure_kind_known"
            ),
        ]

    def __str__(self) -> str:
        return self.name
