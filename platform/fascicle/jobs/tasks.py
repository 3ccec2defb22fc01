"""The Celery tasks of the platform: run a job, bring stranded ones back, show a sign of life."""

import logging
import os
import socket
from uuid import UUID

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from fascicle.errors import FascicleError
from fascicle.jobs.context import JobContext, JobStopped
from fascicle.jobs.models import WorkerPulse
from fascicle.jobs.registry import after_failure_of, handler_of
from fascicle.jobs.services import job_claim, job_fail, job_finish, job_reap, job_release

logger = logging.getLogger(__name__)
QUEUES = ("default", "ingest", "predict", "export", "train")


class WorkerLeaving(Exception):  # noqa: N818  # a request, not an error
    """Raised by work that supervises others when its worker is told to shut down."""


@shared_task(name="fascicle.jobs.tasks.run")
def run(job_id: str) -> None:
    """Claim the job and do it; a second message for the same job finds nothing to claim."""
    job = job_claim(job_id=UUID(job_id), lease_owner=f"{socket.gethostname()}:{os.getpid()}")
    if job is None:
        return
    context = JobContext.of(job)
    try:
        with context:
            result = handler_of(job.kind)(context)
        job_finish(job_id=job.pk, attempt=job.attempt, result=result)
    except WorkerLeaving:
        job_release(job_id=job.pk, attempt=job.attempt, message="Waiting for another worker.")
    except JobStopped as stopped:
        if not stopped.is_lost:
            _end(context, job.kind, "Cancelled.", is_cancelled=True)
    except FascicleError as error:
        _end(context, job.kind, error.detail)
    except Exception:
        logger.exception("job %s (%s) failed", job.pk, job.kind)
        _end(
            context,
            job.kind,
            f"Something unexpected went wrong; the worker's log names job {job.pk}.",
        )


def _end(context: JobContext, kind: str, error: str, *, is_cancelled: bool = False) -> None:
    ended = job_fail(
        job_id=context.job_id, attempt=context.attempt, error=error, is_cancelled=is_cancelled
    )
    after = after_failure_of(kind)
    if ended and after is not None:
        after(context, error)


@shared_task(name="fascicle.jobs.tasks.reap")
def reap() -> None:
    """Beat calls this; see job_reap."""
    reaped = job_reap()
    if reaped.given_up or reaped.woken:
        logger.info("reaped: %s given up, %s woken", reaped.given_up, reaped.woken)


@shared_task(name="fascicle.jobs.tasks.pulse")
def pulse(queue: str = "") -> None:
    """Without a queue: ask every queue for a sign of life. With one: write it."""
    if queue:
        WorkerPulse.objects.update_or_create(queue=queue, defaults={"at": timezone.now()})
        return
    for name in QUEUES:
        pulse.apply_async(args=(name,), queue=name, expires=settings.JOB_LEASE_SECONDS)
