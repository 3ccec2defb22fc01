"""The order in which a run's rows are locked: its jobs, then the run, then its folds."""

from contextlib import suppress
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

from fascicle.errors import Conflict
from fascicle.jobs.models import Job
from training.models import Fold, TrainingRun

TRIES = 5  # a further one is due only where the run was resumed or tried again meanwhile


class _OtherJobs(Exception):  # noqa: N818  # a reason to start over, not an error
    """The run was given other jobs while those it had were waited for."""


@dataclass(frozen=True, slots=True)
class LockedRun:
    """A run whose rows no one else can change until the transaction ends."""

    run: TrainingRun
    folds: tuple[Fold, ...]
    jobs: tuple[Job, ...]

    def job_of(self, fold: Fold) -> Job:
        return next(job for job in self.jobs if job.pk == fold.job_id)


def lock_run(run_id: UUID) -> LockedRun:
    """Lock everything of a run, inside the caller's transaction.

    Jobs are locked before the run that names them, so whoever held it may have given it others
    meanwhile. Those may not be locked under the run: all is let go, and it starts over.

    Raises Conflict where that happens time and again.
    """
    for _ in range(TRIES):
        # undoing a savepoint lets go of the locks taken since
        with suppress(_OtherJobs), transaction.atomic():
            return _lock_named(run_id)
    raise Conflict("Others are changing this run. Try again in a moment.", code="run_busy")


def _lock_named(run_id: UUID) -> LockedRun:
    """While all fold jobs are held none of them can end, so the job that finalises is known before
    the run itself is locked.
    """
    job_ids = _fold_jobs(run_id)
    jobs = list(Job.objects.select_for_update().filter(pk__in=job_ids).order_by("pk"))
    finalise_id = TrainingRun.objects.values_list("finalise_job_id", flat=True).get(pk=run_id)
    jobs += list(Job.objects.select_for_update().filter(pk=finalise_id))
    run = TrainingRun.objects.select_for_update().get(pk=run_id)
    folds = tuple(Fold.objects.select_for_update().filter(run_id=run_id).order_by("index"))
    if {fold.job_id for fold in folds} != job_ids or run.finalise_job_id != finalise_id:
        raise _OtherJobs
    return LockedRun(run, folds, tuple(jobs))


def _fold_jobs(run_id: UUID) -> set[UUID]:
    return set(Fold.objects.filter(run_id=run_id).values_list("job_id", flat=True))
