"""Ask for a run's report, or for a new one."""

from django.db import transaction

from fascicle.accounts.models import User
from fascicle.errors import Conflict, NotAllowed
from fascicle.jobs.models import Job
from fascicle.jobs.services import job_create
from training.models import RunReport, RunState, TrainingRun
from training.permissions import may_read_runs

REPORT_KIND = "run_report"


@transaction.atomic
def report_start(*, run: TrainingRun, actor: User) -> Job:
    """Queue the making of the report; the job that is under way already when there is one.

    Raises NotAllowed for trainees, Conflict while the run is not done.
    """
    if not may_read_runs(actor, run.project_id):
        raise NotAllowed("Only experts and admins of the project read reports.")
    locked = TrainingRun.objects.select_for_update(of=("self",)).get(pk=run.pk)
    if locked.state != RunState.DONE:
        raise Conflict("The report can be made once the run is done.", code="run_not_done")
    return report_queue(locked, owner=actor)


def report_queue(run: TrainingRun, *, owner: User | None) -> Job:
    """The same without questions, inside the caller's transaction that holds the run."""
    report = RunReport.objects.select_related("job").filter(run=run).first()
    if report is not None and not report.job.is_finished:
        return report.job
    job = job_create(
        kind=REPORT_KIND, queue="default", owner=owner, project=run.project, target_id=run.pk
    )
    RunReport.objects.update_or_create(run=run, defaults={"job": job})
    return job
