"""Bring stranded work back."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import F, Q
from django.utils import timezone

from fascicle.jobs.models import Job, JobState
from fascicle.jobs.services.job_create import job_wake_on_commit

RESEND_AFTER = timedelta(seconds=30)
# a job that waits long in a busy queue is asked about less and less often, or messages pile up
RESEND_AT_LEAST_EVERY = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class Reaped:
    """How many jobs were touched."""

    given_up: int
    woken: int
    tidied: int


def job_reap() -> Reaped:
    """Fail jobs out of attempts, end cancelled ones nobody holds, and wake workers for the rest.

    Covers a killed worker (its lease runs out), a broker that lost its messages, and one who ended
    a job but was killed before cleaning up after it.
    """
    now = timezone.now()
    stranded = Job.objects.claimable(now)
    over = stranded.filter(Q(attempt__gte=F("max_attempts")) | Q(is_cancel_requested=True))
    given_up = sum(_give_up(job, now) for job in over)
    due = [job for job in stranded if _is_due(job, now)]
    for job in due:
        Job.objects.filter(pk=job.pk).update(sent_at=now)
        job_wake_on_commit(job_id=job.pk, queue=job.queue)
    untidied = list(Job.objects.untidied(now))
    for job in untidied:
        _clean_up(job, job.error)
    return Reaped(given_up, len(due), len(untidied))


def _clean_up(job: Job, error: str) -> None:
    from fascicle.jobs.context import JobContext  # noqa: PLC0415  # it imports the services
    from fascicle.jobs.registry import clean_up  # noqa: PLC0415

    clean_up(job.kind, JobContext.of(job), error)


def _give_up(job: Job, now: datetime) -> bool:
    state, error = (
        (JobState.CANCELLED, "Cancelled.")
        if job.is_cancel_requested
        else (
            JobState.FAILED,
            f"The worker was lost {job.attempt} times; its log may say why. Start it again.",
        )
    )
    same = Job.objects.claimable(now).filter(pk=job.pk, attempt=job.attempt)
    ended = same.update(state=state, error=error, finished_at=now, lease_until=None)
    if ended:
        _clean_up(job, error)
    return bool(ended)


def _is_due(job: Job, now: datetime) -> bool:
    """Whether no message about the job can be trusted to be under way."""
    if job.sent_at is None:
        return True
    if job.lease_until is not None and job.sent_at < job.lease_until:
        return True  # the message that the lost worker had taken
    waited = job.sent_at - job.created_at if job.state == JobState.QUEUED else timedelta(0)
    return now - job.sent_at > min(max(RESEND_AFTER, waited), RESEND_AT_LEAST_EVERY)
