"""Stop a run for a while, and go on with it from where it was."""

from django.db import transaction

from fascicle.accounts.models import User
from fascicle.audit.services import record_append
from fascicle.errors import Conflict, NotAllowed
from fascicle.jobs.services import job_create
from training.models import Fold, FoldState, RunState, TrainingRun
from training.permissions import may_train
from training.services.fold_record import finalise_queue
from training.services.run_locks import lock_run
from training.services.run_settle import UNFINISHED_FOLD, UNFINISHED_RUN, jobs_stop
from training.services.run_start import FOLD_KIND


@transaction.atomic
def run_pause(*, run: TrainingRun, actor: User | None) -> TrainingRun:
    """Free the workers. Folds being fitted write a checkpoint and stop within ten seconds.

    The jobs end; `run_resume` makes new ones. Raises NotAllowed for anyone but admins, Conflict
    when the run is not under way or its folds are already being put together.
    """
    if actor is not None and not may_train(actor, run.project_id):
        raise NotAllowed("Only admins of the project pause runs.")
    locked = lock_run(run.pk)
    if locked.run.state not in UNFINISHED_RUN:
        state = locked.run.get_state_display().lower()
        raise Conflict(f"Only a run under way can be paused; this one is {state}.", code="not_open")
    if locked.run.finalise_job_id is not None:
        raise Conflict(
            "All folds are fitted; what is left takes less time than a pause.", code="nearly_done"
        )
    for fold in locked.folds:
        if fold.state in UNFINISHED_FOLD:
            fold.state = FoldState.PAUSED
            fold.save(update_fields=["state"])
    jobs_stop(locked, sentence="The run was paused.")
    return run_into(locked.run, RunState.PAUSED, actor, "training_run.pause")


@transaction.atomic
def run_resume(*, run: TrainingRun, actor: User | None) -> TrainingRun:
    """Queue the folds that are not done again; each goes on from its checkpoint.

    On another machine than the one that keeps the checkpoint a fold begins anew. Raises NotAllowed
    for anyone but admins, Conflict when the run is not paused.
    """
    if actor is not None and not may_train(actor, run.project_id):
        raise NotAllowed("Only admins of the project resume runs.")
    locked = lock_run(run.pk)
    if locked.run.state != RunState.PAUSED:
        state = locked.run.get_state_display().lower()
        raise Conflict(f"Only a paused run can be resumed; this one is {state}.", code="not_paused")
    paused = [fold for fold in locked.folds if fold.state == FoldState.PAUSED]
    for fold in paused:
        fold_queue(fold, locked.run)
    if not paused:  # the last folds ended while they were asked to stop
        finalise_queue(locked.run)
    return run_into(locked.run, RunState.RUNNING, actor, "training_run.resume")


def fold_queue(fold: Fold, run: TrainingRun) -> None:
    """Give a fold a new job in place of one that has ended; the caller holds the run."""
    former = fold.job
    fold.job = job_create(
        kind=FOLD_KIND,
        queue="train",
        owner=run.created_by,
        project=run.project,
        target_id=run.pk,
        payload={"fold": fold.index},
    )
    # the bar goes on from where it was
    fold.job.progress = former.progress
    fold.job.save(update_fields=["progress"])
    fold.state, fold.error = FoldState.QUEUED, ""
    fold.save(update_fields=["job", "state", "error"])


def run_into(run: TrainingRun, state: RunState, actor: User | None, action: str) -> TrainingRun:
    """Bring a run that the caller holds into this state, on the record."""
    run.state = state
    run.save(update_fields=["state"])
    record_append(
        actor=actor,
        action=action,
        target=run,
        project_id=run.project_id,
        detail={"number": run.number},
    )
    return run
