"""What attempts of folds write of them: one at a time, and each run is put together once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest

from fascicle.errors import InvalidInput
from fascicle.jobs.context import JobContext, JobStopped
from fascicle.jobs.models import Job, JobState
from fascicle.jobs.services import job_claim
from tests.factories import Team
from tests.training.runs.phantom_project import fold_of, no_outcome, phantom_team, tiny_run
from training.models import Fold, FoldState, TrainingRun
from training.services import run_cancel
from training.services.fold_fit import _Supervision, fold_fit
from training.services.fold_record import epochs_write, fold_begin, fold_done
from training.services.run_settle import run_settle

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def team() -> Team:
    return phantom_team()


def test_an_attempt_that_lost_its_job_writes_nothing_more(team: Team) -> None:
    run = tiny_run(team, epochs=1, subjects=2)
    job_id = fold_of(run, 0).job_id
    zombie_job = job_claim(job_id=job_id, lease_owner="zombie")
    assert zombie_job is not None
    zombie = JobContext.of(zombie_job)
    fold = fold_begin(zombie)
    Job.objects.filter(pk=job_id).update(lease_until="2000-01-01T00:00:00Z")
    successor_job = job_claim(job_id=job_id, lease_owner="successor")
    assert successor_job is not None
    successor = JobContext.of(successor_job)
    point = {"epoch": 1, "loss": 9.0, "val_loss": None, "val_dice": {}, "seconds": 1.0}
    epochs_write(successor, fold, [{**point, "loss": 0.5}])
    with pytest.raises(JobStopped) as stopped:
        epochs_write(zombie, fold, [point])
    assert stopped.value.is_lost
    with pytest.raises(JobStopped):
        fold_done(zombie, fold, no_outcome(), [point])
    fold.refresh_from_db()
    assert fold.state == FoldState.RUNNING
    assert fold.weights_sha256 == ""
    assert [epoch.loss for epoch in fold.epochs.all()] == [0.5]


def test_a_fold_that_begins_anew_shows_no_epochs_of_the_start_before(team: Team) -> None:
    run = tiny_run(team, epochs=9, subjects=2)
    job = job_claim(job_id=fold_of(run, 0).job_id, lease_owner="worker")
    assert job is not None
    context = JobContext.of(job)
    fold = fold_begin(context)

    def epochs(*numbers: int, loss: float) -> list[dict[str, Any]]:
        rest = {"val_loss": None, "val_dice": {}, "seconds": 1.0, "epochs": 9}
        return [{"event": "epoch", "epoch": each, "loss": loss, **rest} for each in numbers]

    def began(from_epoch: int) -> dict[str, Any]:
        said = {"images": 4, "held_out": 2, "precision": "float32", "device": "2 cores"}
        about = {"from_epoch": from_epoch, "resumed": from_epoch > 0, "layers_taken": None}
        return {"event": "start", "epochs": 9, **about, **said}

    _Supervision(context, fold, "fold 0")._take([began(0), *epochs(1, 2, 3, 4, loss=0.9)])
    again = _Supervision(context, fold, "fold 0")
    again._take([began(2), *epochs(3, loss=0.7)])
    assert list(fold.epochs.order_by("number").values_list("number", "loss")) == [
        (1, 0.9), (2, 0.9), (3, 0.7),
    ]  # fmt: skip
    again._tell(is_due=True)
    job.refresh_from_db()
    assert job.progress > 0.3
    # a batch that was halved begins anew within one reading of what the process says
    again._take([*epochs(4, loss=0.6), began(0), *epochs(1, loss=0.5)])
    assert list(fold.epochs.values_list("number", "loss")) == [(1, 0.5)]
    again._take([began(0)])
    again._tell(is_due=True)
    job.refresh_from_db()
    assert job.progress == pytest.approx(0.02), "nothing is left of what the bar had shown"


def test_the_bar_of_a_fold_that_goes_on_does_not_fall(
    team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = tiny_run(team, epochs=4, subjects=2)
    job = job_claim(job_id=fold_of(run, 0).job_id, lease_owner="worker")
    assert job is not None
    context = JobContext.of(job)
    rest = {"val_loss": None, "val_dice": {}, "seconds": 1.0, "loss": 0.5}
    epochs_write(context, fold_begin(context), [{"epoch": each, **rest} for each in (1, 2, 3)])
    shown: list[float] = []

    def prepared(*_: object, report: Callable[[int, int], None]) -> None:
        for written in range(3):
            job.refresh_from_db()
            shown.append(job.progress)
            report(written, 2)
        raise InvalidInput("That is enough.")

    monkeypatch.setattr("training.services.fold_fit.snapshot_materialise", prepared)
    with pytest.raises(InvalidInput):
        fold_fit(context)
    assert shown == [pytest.approx(0.02 + 0.98 * 0.98 * 3 / 4)] * 3


def test_the_last_of_two_folds_that_end_at_once_queues_one_finalising_job(team: Team) -> None:
    run = tiny_run(team, epochs=1, subjects=2)
    contexts = []
    for index in range(2):
        job = job_claim(job_id=fold_of(run, index).job_id, lease_owner=f"worker {index}")
        assert job is not None
        contexts.append((JobContext.of(job), fold_of(run, index)))
    begin = threading.Barrier(2)

    def end(context: JobContext, fold: Fold) -> None:
        from django.db import connection

        fold_begin(context)
        begin.wait()
        fold_done(context, fold, no_outcome(), [])
        connection.close()

    threads = [threading.Thread(target=end, args=pair) for pair in contexts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Job.objects.filter(kind="run_finalise", target_id=run.pk).count() == 1
    run.refresh_from_db()
    assert run.finalise_job is not None


def test_settling_a_run_twice_changes_nothing_more(team: Team) -> None:
    run = tiny_run(team, epochs=1, subjects=2)
    run_cancel(run=run, actor=team.admin)
    before = TrainingRun.objects.values().get(pk=run.pk)
    run_settle(run_id=run.pk)
    assert TrainingRun.objects.values().get(pk=run.pk) == before
    assert {fold.state for fold in run.folds.all()} == {FoldState.CANCELLED}
    assert {job.state for job in Job.objects.filter(target_id=run.pk)} == {JobState.CANCELLED}
