"""The Celery tasks of the platform: run a job, bring stranded ones back, show a sign of life."""

import logging
import os
import socket
from typing import Any
from uuid import UUID

from celery import current_app, shared_task
from django.conf import settings
from django.db import InterfaceError, OperationalError, connection
from django.utils import timezone

from fascicle.errors import FascicleError
from fascicle.jobs.context import JobContext, JobStopped
from fascicle.jobs.models import WorkerPulse
from fascicle.jobs.registry import clean_up, handler_of
from fascicle.jobs.services import job_claim, job_fail, job_finish, job_reap, job_release

logger = logging.getLogger(__name__)
PULSES_WAITING_MOST = 100
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
        if not job_finish(job_id=job.pk, attempt=job.attempt, result=result):
            logger.warning("job %s (%s) was lost to another attempt", job.pk, job.kind)
    except WorkerLeaving:
        job_release(job_id=job.pk, attempt=job.attempt, message="Waiting for another worker.")
    except JobStopped as stopped:
        if not stopped.is_lost:
            _end(context, job.kind, "Cancelled.", is_cancelled=True)
    except FascicleError as error:
        _end(context, job.kind, error.detail)
    except (OperationalError, InterfaceError):
        # Work is none the worse for a database that restarts. Where it is still away, the release
        # fails too, and the lease runs out instead.
        logger.warning("job %s (%s) lost the database", job.pk, job.kind, exc_info=True)
        connection.close()
        job_release(
            job_id=job.pk,
            attempt=job.attempt,
            message="The database was away; waiting to go on.",
            is_counted=True,
        )
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
    if ended:
        clean_up(kind, context, error)
    else:
        logger.warning("job %s (%s) was lost to another attempt", context.job_id, kind)


@shared_task(name="fascicle.jobs.tasks.reap")
def reap() -> None:
    """Beat calls this; see job_reap."""
    reaped = job_reap()
    if reaped.given_up or reaped.woken or reaped.tidied:
        logger.info(
            "reaped: %s given up, %s woken, %s tidied", reaped.given_up, reaped.woken, reaped.tidied
        )


@shared_task(name="fascicle.jobs.tasks.pulse")
def pulse(queue: str = "") -> None:
    """Without a queue: ask every queue for a sign of life. With one: write it."""
    if queue:
        WorkerPulse.objects.update_or_create(queue=queue, defaults={"at": timezone.now()})
        return
    for name in QUEUES:
        if _waiting(name) >= PULSES_WAITING_MOST:
            continue  # nobody answers there; more questions would only pile up
        pulse.apply_async(args=(name,), queue=name, expires=settings.JOB_LEASE_SECONDS)


def _waiting(queue: str) -> int:
    """How many messages lie in a queue."""
    with current_app.connection_for_read() as connection:
        channel: Any = connection.default_channel  # the types know no particular broker
        return int(channel.client.llen(queue))
