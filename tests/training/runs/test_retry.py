"""A run that failed is tried again: what is done stays done, the rest goes on from checkpoints."""

from __future__ import annotations

import errno
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import Settings

from fascicle.errors import Conflict, NotAllowed
from fascicle.jobs.models import Job, JobState
from fascicle.jobs.tasks import run as run_job
from inference.models import ModelVersion
from tests.factories import Team, client_of
from tests.training.runs.phantom_project import accept, phantom_team
from training.fit.lock import folder_lock
from training.models import Fold, FoldState, RunState, TrainingRun
from training.services import fold_fit, run_finalise, run_retry, run_start, snapshot_freeze
from training.services.fit_process import Event, FitProcess
from training.services.work_folder import FAILED_ARE_KEPT, run_folder, run_folders_sweep
from training.tasks import sweep

pytestmark = pytest.mark.django_db


class FullDisk(FitProcess):
    """A fit under a supervisor whose disk is full once the first epoch is over."""

    def wait_events(self, seconds: float) -> list[Event] | None:
        events = super().wait_events(seconds)
        if any(event["event"] == "epoch" for event in events or ()):
            raise OSError(errno.ENOSPC, "No space left on device")
        return events


@pytest.fixture
def team(settings: Settings) -> Team:
    # the heartbeat's own connection cannot see rows of the test's transaction
    settings.JOB_HEARTBEAT_SECONDS = 600
    return phantom_team()


@pytest.fixture
def run(team: Team) -> TrainingRun:
    for seed in range(4):
        accept(team, seed)
    snapshot = snapshot_freeze(project=team.project, actor=team.admin)
    return run_start(
        snapshot=snapshot, recipe="tiny", fold_count=2, epoch_count=3, actor=team.admin, seed=5
    )


def fold_of(run: TrainingRun, index: int) -> Fold:
    return run.folds.select_related("job").get(index=index)


def test_the_fold_that_is_done_is_kept_and_the_other_goes_on_from_its_checkpoint(
    team: Team, run: TrainingRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_job(str(fold_of(run, 0).job_id))
    done = fold_of(run, 0)
    assert done.state == FoldState.DONE, done.error
    with monkeypatch.context() as full:
        full.setattr(fold_fit, "FitProcess", FullDisk)
        run_job(str(fold_of(run, 1).job_id))
    run.refresh_from_db()
    failed = fold_of(run, 1)
    assert (run.state, failed.state) == (RunState.FAILED, FoldState.FAILED)
    assert "A disk of the worker is full" in run.error
    assert run.error.endswith("try again.")
    folder = run_folder(run.pk)
    assert not (folder / "data").exists(), "it takes room and is written again"
    assert (folder / "out" / "fold-1" / "checkpoint" / "state.npz").is_file()

    with pytest.raises(NotAllowed):
        run_retry(run=run, actor=team.expert)
    answer = client_of(team.admin).post(f"/api/training-runs/{run.pk}/retry/")
    assert answer.status_code == 200, answer.content
    told = answer.json()
    assert (told["state"], told["error"], told["finished_at"]) == ("running", "", None)
    assert [each["state"] for each in told["folds"]] == ["done", "queued"]
    again = client_of(team.admin).post(f"/api/training-runs/{run.pk}/retry/")
    assert (again.status_code, again.json()["code"]) == (409, "not_failed")

    second = fold_of(run, 1)
    assert second.job_id != failed.job_id
    run_job(str(second.job_id))
    assert "Goes on after epoch" in Job.objects.get(pk=second.job_id).log_tail
    run.refresh_from_db()
    run_job(str(run.finalise_job_id))
    run.refresh_from_db()
    assert (run.state, run.error) == (RunState.DONE, "")
    [version] = ModelVersion.objects.filter(project=team.project)
    assert [each["sha256"] for each in version.members] == [
        done.weights_sha256,
        fold_of(run, 1).weights_sha256,
    ]
    assert not folder.exists()


def test_a_fold_whose_folder_is_still_in_use_waits_and_is_tried_again(run: TrainingRun) -> None:
    folder = run_folder(run.pk) / "out" / "fold-0"
    folder.mkdir(parents=True)
    # as does the fit of a killed worker that is writing its results
    with folder_lock(folder):
        run_job(str(fold_of(run, 0).job_id))
    fold = fold_of(run, 0)
    assert (fold.state, fold.error, fold.job.state) == (FoldState.QUEUED, "", JobState.QUEUED)
    assert "Another process is training in" in fold.job.log_tail
    assert fold.job.max_attempts - fold.job.attempt == 3, "waiting must not cost an attempt"
    run.refresh_from_db()
    assert (run.state, run.error) == (RunState.RUNNING, "")
    run_job(str(fold.job_id))
    assert fold_of(run, 0).state == FoldState.DONE


def test_where_only_registering_failed_only_that_is_done_again(
    team: Team, run: TrainingRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    for index in range(2):
        run_job(str(fold_of(run, index).job_id))
    run.refresh_from_db()

    def full(*_: Any, **__: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as refusing:
        refusing.setattr(run_finalise, "model_version_register", full)
        run_job(str(run.finalise_job_id))
    run.refresh_from_db()
    assert run.state == RunState.FAILED
    assert "registering the model failed" in run.error
    former = run.finalise_job_id
    run_retry(run=run, actor=team.admin)
    run.refresh_from_db()
    assert run.finalise_job_id != former
    assert {fold.state for fold in run.folds.all()} == {FoldState.DONE}
    run_job(str(run.finalise_job_id))
    run.refresh_from_db()
    assert run.state == RunState.DONE
    with pytest.raises(Conflict, match="this one is done"):
        run_retry(run=run, actor=team.admin)


def test_checkpoints_of_a_failed_run_are_kept_a_week(
    run: TrainingRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fold_fit, "FitProcess", FullDisk)
    run_job(str(fold_of(run, 0).job_id))
    folder = run_folder(run.pk)
    run_folders_sweep()  # whatever else was left here
    gone = run_folder(uuid.uuid4())
    other = folder.with_name("export-of-something")
    for each in (gone, other):
        each.mkdir()
    assert run_folders_sweep() == 1
    assert [each.is_dir() for each in (folder, gone, other)] == [True, False, True]
    TrainingRun.objects.update(finished_at=timezone.now() - FAILED_ARE_KEPT + timedelta(hours=1))
    sweep()
    assert folder.is_dir()
    TrainingRun.objects.update(finished_at=timezone.now() - FAILED_ARE_KEPT)
    sweep()
    assert not folder.exists()
    assert other.is_dir()
