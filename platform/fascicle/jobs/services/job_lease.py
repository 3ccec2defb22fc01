"""Claiming a job and every write that a running attempt may make.

Each statement is one conditional UPDATE that names the attempt, so no lock is held while working.
"""

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from fascicle.jobs.models import Job, JobState

if TYPE_CHECKING:
    from uuid import UUID

LOG_TAIL_CHARACTERS = 8000


def _lease_end() -> Any:
    return timezone.now() + timedelta(seconds=settings.JOB_LEASE_SECONDS)


def job_claim(*, job_id: "UUID", lease_owner: str) -> Job | None:
    """Take the job if it is waiting or its lease has run out; None when another has it."""
    now = timezone.now()
    # One transaction, so that the attempt read back is the one just made, however long this stalls.
    with transaction.atomic():
        claimed = (
            Job.objects.claimable(now)
            .filter(pk=job_id, is_cancel_requested=False, attempt__lt=F("max_attempts"))
            .update(
                state=JobState.RUNNING,
                attempt=F("attempt") + 1,
                lease_owner=lease_owner[:120],
                lease_until=_lease_end(),
                heartbeat_at=now,
                started_at=now,
                error="",
            )
        )
        return Job.objects.select_related("owner", "project").get(pk=job_id) if claimed else None


def job_heartbeat(
    *,
    job_id: "UUID",
    attempt: int,
    progress: float | None = None,
    message: str | None = None,
    log: str | None = None,
) -> bool | None:
    """Prolong the lease and write progress.

    Returns None when the attempt no longer holds the job, else whether it was asked to stop.
    """
    changes: dict[str, Any] = {"lease_until": _lease_end(), "heartbeat_at": timezone.now()}
    if progress is not None:
        changes["progress"] = progress
    if message is not None:
        changes["message"] = message
    if log is not None:
        changes["log_tail"] = log[-LOG_TAIL_CHARACTERS:]
    held = Job.objects.filter(pk=job_id, attempt=attempt, state=JobState.RUNNING)
    if not held.update(**changes):
        return None
    return bool(held.values_list("is_cancel_requested", flat=True).first())


def job_finish(*, job_id: "UUID", attempt: int, result: dict[str, Any]) -> bool:
    """Mark the work done; False when the attempt had lost the job."""
    return _end(job_id, attempt, state=JobState.DONE, progress=1.0, result=result, message="")


def job_fail(*, job_id: "UUID", attempt: int, error: str, is_cancelled: bool = False) -> bool:
    """Mark the work failed or cancelled for good; False when the attempt had lost the job."""
    state = JobState.CANCELLED if is_cancelled else JobState.FAILED
    return _end(job_id, attempt, state=state, error=error)


def job_release(*, job_id: "UUID", attempt: int, message: str, is_counted: bool = False) -> bool:
    """Give the job back to the queue: the attempt was cut short by us, not by the work.

    is_counted: whether the attempt counts against the limit nevertheless.
    """
    held = Job.objects.filter(pk=job_id, attempt=attempt, state=JobState.RUNNING)
    return bool(
        held.update(
            state=JobState.QUEUED,
            lease_until=None,
            message=message[:200],
            sent_at=None,  # the reaper wakes another worker at its next round
            max_attempts=F("max_attempts") + (0 if is_counted else 1),
        )
    )


def _end(job_id: "UUID", attempt: int, **changes: Any) -> bool:
    held = Job.objects.filter(pk=job_id, attempt=attempt, state=JobState.RUNNING)
    return bool(held.update(finished_at=timezone.now(), lease_until=None, **changes))
