"""Bring stranded work back."""

from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from fascicle.jobs.models import Job, JobState
from fascicle.jobs.services.job_create import job_wake

RESEND_AFTER = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class Reaped:
    """How many jobs were touched."""

    given_up: int
    woken: int


def job_reap() -> Reaped:
    """Fail jobs out of attempts, end cancelled ones nobody holds, and wake workers for the rest.

    Covers a killed worker (its lease runs out) and a broker that lost its messages.
    """
    from fascicle.jobs.context import JobContext  # noqa: PLC0415
    from fascicle.jobs.registry import after_failure_of  # noqa: PLC0415

    now = timezone.now()
    given_up = 0
    stranded = Job.objects.claimable(now)
    for job in [
        *stranded.filter(attempt__gte=F("max_attempts")),
        *stranded.filter(is_cancel_requested=True),
    ]:
        state = JobState.CANCELLED if job.is_cancel_requested else JobState.FAILED
        error = (
            "Cancelled."
            if job.is_cancel_requested
            else f"The worker was lost {job.attempt} times; its log may say why. Start it again."
        )
        ended = stranded.filter(pk=job.pk, attempt=job.attempt).update(
            state=state, error=error, finished_at=now, lease_until=None
        )
        if ended:
            given_up += 1
            after = after_failure_of(job.kind)
            if after is not None:
                after(JobContext.of(job), error)
    woken = 0
    for job in stranded.filter(sent_at__lt=now - RESEND_AFTER):
        Job.objects.filter(pk=job.pk).update(sent_at=now)
        transaction.on_commit(partial(job_wake, job_id=job.pk, queue=job.queue))
        woken += 1
    return Reaped(given_up, woken)
