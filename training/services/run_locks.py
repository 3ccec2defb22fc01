"""The order in which a run's rows are locked: its jobs, then the run, then its folds."""

from dataclasses import dataclass
from uuid import UUID

from fascicle.jobs.models import Job
from training.models import Fold, TrainingRun


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

    While all fold jobs are held none of them can end, so the job that finalises is known before
    the run itself is locked.
    """
    folds = Fold.objects.filter(run_id=run_id)
    job_ids = list(folds.values_list("job_id", flat=True))
    jobs = list(Job.objects.select_for_update().filter(pk__in=job_ids).order_by("pk"))
    finalise = TrainingRun.objects.filter(pk=run_id).values_list("finalise_job_id", flat=True)
    jobs += list(Job.objects.select_for_update().filter(pk__in=[pk for pk in finalise if pk]))
    run = TrainingRun.objects.select_for_update().get(pk=run_id)
    return LockedRun(run, tuple(folds.select_for_update().order_by("index")), tuple(jobs))
