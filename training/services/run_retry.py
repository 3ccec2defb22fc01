"""Try a failed run again, without losing what it has reached."""

from django.db import transaction

from fascicle.accounts.models import User
from fascicle.errors import Conflict, NotAllowed
from training.models import FoldState, RunState, TrainingRun
from training.permissions import may_train
from training.services.fold_record import finalise_queue
from training.services.run_locks import lock_run
from training.services.run_pause import fold_queue, run_into


@transaction.atomic
def run_retry(*, run: TrainingRun, actor: User | None) -> TrainingRun:
    """Queue the folds that are not done again. Folds that are done stay done; the others go on from
    their checkpoints while `work_folder` keeps them, and begin anew afterwards.

    Raises NotAllowed for anyone but admins, Conflict when the run has not failed.
    """
    if actor is not None and not may_train(actor, run.project_id):
        raise NotAllowed("Only admins of the project try runs again.")
    locked = lock_run(run.pk)
    if locked.run.state != RunState.FAILED:
        state = locked.run.get_state_display().lower()
        raise Conflict(
            f"Only a failed run can be tried again; this one is {state}.", code="not_failed"
        )
    # a job that is still being stopped has nothing to do with the fold any more
    unfinished = [fold for fold in locked.folds if fold.state != FoldState.DONE]
    for fold in unfinished:
        fold_queue(fold, locked.run)
    if not unfinished:  # the folds were fitted, registering the model failed
        finalise_queue(locked.run)
    locked.run.error, locked.run.finished_at = "", None
    locked.run.save(update_fields=["error", "finished_at"])
    return run_into(locked.run, RunState.RUNNING, actor, "training_run.retry")
