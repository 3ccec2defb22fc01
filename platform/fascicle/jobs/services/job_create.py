"""Put work into a queue."""

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone

from fascicle.jobs.models import Job

if TYPE_CHECKING:
    from uuid import UUID

    from fascicle.accounts.models import Project, User


def job_create(
    *,
    kind: str,
    queue: str,
    owner: "User | None",
    project: "Project | None",
    target_id: "UUID | None" = None,
    payload: dict[str, Any] | None = None,
    max_attempts: int = 3,
) -> Job:
    """Write the row in the caller's transaction and wake a worker when that commits.

    A message lost, or a broker that is away, does no harm: the reaper sends it again.
    """
    job = Job.objects.create(
        kind=kind,
        queue=queue,
        owner=owner,
        project=project,
        target_id=target_id,
        payload=payload or {},
        max_attempts=max_attempts,
        sent_at=timezone.now(),
    )
    job_wake_on_commit(job_id=job.pk, queue=queue)
    return job


def job_wake_on_commit(*, job_id: "UUID", queue: str) -> None:
    """Wake a worker when the row is there; a broker that is away is logged and fails nobody."""
    transaction.on_commit(lambda: job_wake(job_id=job_id, queue=queue), robust=True)


def job_wake(*, job_id: "UUID", queue: str) -> None:
    """Send the message that makes some worker look at the row."""
    from fascicle.jobs.tasks import run  # noqa: PLC0415  # tasks import the services

    run.apply_async(args=(str(job_id),), queue=queue)
