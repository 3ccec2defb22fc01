"""A sign of life of a worker."""

from django.db import models


class WorkerPulse(models.Model):
    """When a worker on a queue last answered; `/api/health/` reads it."""

    queue = models.CharField(max_length=32, unique=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.queue} at {self.at}"
