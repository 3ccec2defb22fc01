"""Bring a run and its folds in line with how their jobs ended."""

from uuid import UUID

from django.db import transaction
from django.utils import timezone

from fascicle.jobs.models import Job, JobState
from training.models import Fold, FoldState, RunState, TrainingRun
from training.services.run_locks import LockedRun, lock_run

UNFINISHED_FOLD = (FoldState.QUEUED, FoldState.RUNNING)
UNFINISHED_RUN = (RunState.QUEUED, RunState.RUNNING)
ENDABLE_RUN = (*UNFINISHED_RUN, RunState.PAUSED)


@transaction.atomic
def run_settle(*, run_id: UUID) -> TrainingRun:
    """Idempotent; called after every end of a job of the run.

    A fold whose job failed or was cancelled ends the same way. One such fold ends the run, since
    figures over all folds are the point of it, and the other folds are told to stop.
    """
    locked = lock_run(run_id)
    for fold in locked.folds:
        _settle_fold(fold, locked.job_of(fold))
    _settle_run(locked)
    return locked.run


def jobs_stop(locked: LockedRun, *, sentence: str) -> None:
    """Cancel the run's jobs: waiting ones at once, running ones by the flag their worker reads."""
    now = timezone.now()
    for job in locked.jobs:
        if job.is_finished or job.is_cancel_requested:
            continue
        job.is_cancel_requested = True
        if job.state == JobState.QUEUED:
            job.state, job.finished_at, job.error = JobState.CANCELLED, now, sentence
        job.save(update_fields=["is_cancel_requested", "state", "finished_at", "error"])
    for fold in locked.folds:
        _settle_fold(fold, locked.job_of(fold))


def _settle_fold(fold: Fold, job: Job) -> None:
    if fold.state not in UNFINISHED_FOLD:
        return
    if job.state == JobState.FAILED:
        fold.state, fold.error = FoldState.FAILED, job.error
    elif job.state == JobState.CANCELLED:
        fold.state, fold.error = FoldState.CANCELLED, job.error
    else:
        return
    fold.save(update_fields=["state", "error"])


def _settle_run(locked: LockedRun) -> None:
    run = locked.run
    if run.state not in UNFINISHED_RUN:
        return
    finalise = next((job for job in locked.jobs if job.pk == run.finalise_job_id), None)
    failed = [fold for fold in locked.folds if fold.state == FoldState.FAILED]
    cancelled = [fold for fold in locked.folds if fold.state == FoldState.CANCELLED]
    if failed:
        run.state = RunState.FAILED
        run.error = f"Fold {failed[0].index + 1}: {failed[0].error}"
    elif finalise is not None and finalise.state == JobState.FAILED:
        run.state = RunState.FAILED
        run.error = f"The folds are fitted, but registering the model failed: {finalise.error}"
    elif cancelled or (finalise is not None and finalise.state == JobState.CANCELLED):
        run.state, run.error = RunState.CANCELLED, "Cancelled."
    else:
        return
    run.finished_at = timezone.now()
    run.save(update_fields=["state", "error", "finished_at"])
    jobs_stop(locked, sentence="Another fold of the run has ended it.")
