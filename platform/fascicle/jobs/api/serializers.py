"""JSON of jobs."""

from rest_framework import serializers

from fascicle.accounts.models import User
from fascicle.jobs.models import Job


class JobOwnerSerializer(serializers.ModelSerializer[User]):
    """Who started it."""

    name = serializers.CharField(source="__str__")

    class Meta:
        model = User
        fields = ["id", "name"]


class JobSerializer(serializers.ModelSerializer[Job]):
    """Long work as its row has it."""

    owner = JobOwnerSerializer(allow_null=True)

    class Meta:
        model = Job
        fields = [
            "id", "kind", "queue", "project", "target_id", "state", "progress", "message", "error",
            "log_tail", "attempt", "result", "is_cancel_requested", "created_at", "started_at",
            "finished_at", "owner",
        ]  # fmt: skip
