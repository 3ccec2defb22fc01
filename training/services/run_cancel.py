"""Stop a run."""

from django.db import transaction
from django.utils import timezone

from fascicle.accounts.models import User
from fascicle.audit.services import record_append
from fascicle.errors import Conflict, NotAllowed
from training.models import FoldState, RunState, TrainingRun
from training.permissions import may_train
from training.services.run_locks import lock_run
from training.services.run_settle import ENDABLE_RUN, jobs_stop
from training.services.work_folder import run_folder_discard

SENTENCE = "The run was cancelled."


@transaction.atomic
def run_cancel(*, run: TrainingRun, actor: User | None) -> TrainingRun:
    """Cancel all jobs of the run. Folds being fitted are killed within seconds; a paused run ends.

    Raises NotAllowed for anyone but admins, Conflict when the run has ended.
    """
    if actor is not None and not may_train(actor, run.project_id):
        raise NotAllowed("Only admins of the project cancel runs.")
    locked = lock_run(run.pk)
    if locked.run.state not in ENDABLE_RUN:
        raise Conflict(
            f"This run has already ended ({locked.run.get_state_display().lower()}).",
            code="run_ended",
        )
    jobs_stop(locked, sentence=SENTENCE)
    for fold in locked.folds:
        if fold.state == FoldState.PAUSED:  # its job has ended before
            fold.state, fold.error = FoldState.CANCELLED, SENTENCE
            fold.save(update_fields=["state", "error"])
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
