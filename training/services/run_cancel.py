"""Stop a run."""

from django.db import transaction
from django.utils import timezone

from fascicle.accounts.models import User
from fascicle.audit.services import record_append
from fascicle.errors import Conflict, NotAllowed
from training.models import RunState, TrainingRun
from training.permissions import may_train
from training.services.run_locks import lock_run
from training.services.run_settle import UNFINISHED_RUN, jobs_stop
from training.services.work_folder import run_folder_discard


@transaction.atomic
def run_cancel(*, run: TrainingRun, actor: User | None) -> TrainingRun:
    """Cancel all jobs of the run. Folds being fitted stop within seconds and write nothing more.

    Raises NotAllowed for anyone but admins, Conflict when the run has ended.
    """
    if actor is not None and not may_train(actor, run.project_id):
        raise NotAllowed("Only admins of the project cancel runs.")
    locked = lock_run(run.pk)
    if locked.run.state not in UNFINISHED_RUN:
        raise Conflict(
            f"This run has already ended ({locked.run.get_state_display().lower()}).",
            code="run_ended",
        )
    jobs_stop(locked, sentence="The run was cancelled.")
    locked.run.state = RunState.CANCELLED
    locked.run.error = "Cancelled."
    locked.run.finished_at = timezone.now()
    locked.run.save(update_fields=["state", "error", "finished_at"])
    record_append(
        actor=actor,
        action="training_run.cancel",
        target=locked.run,
        project_id=run.project_id,
        detail={"number": run.number},
    )
    transaction.on_commit(lambda: run_folder_discard(run.pk))
    return locked.run
