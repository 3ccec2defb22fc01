"""What is examined in a project."""

from django.db import models

from annotation.models.procedure import Procedure
from fascicle.accounts.models import Project


class Protocol(models.Model):
    """A project's one procedure; fixed once clips are in, as channels depend on it."""

    project = models.OneToOneField(
        Project, on_delete=models.CASCADE, primary_key=True, related_name="protocol"
    )
    procedure = models.ForeignKey(Procedure, on_delete=models.PROTECT, related_name="protocols")

    def __str__(self) -> str:
        return f"{self.project}: {self.procedure}"
