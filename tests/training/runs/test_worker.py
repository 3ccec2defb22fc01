"""A real Celery worker: killed without warning, and told to leave."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import psutil
import pytest

from fascicle.jobs.models import Job, JobState
from fascicle.jobs.services import job_reap
from tests.factories import Team
from tests.services_plugin import TestServices
from tests.training.runs.phantom_project import accept, phantom_team
from tests.training.runs.train_worker import fits, until, worker
from training.models import Epoch, Fold, FoldState
from training.services import run_cancel, run_start, snapshot_freeze
from training.services.work_folder import run_folder

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def team() -> Team:
    return phantom_team()


def test_a_fold_outlives_its_worker(
    team: Team, services: TestServices, repository: Path, tmp_path: Path
) -> None:
    del services
    for seed in range(2):
        accept(team, seed)
    snapshot = snapshot_freeze(project=team.project, actor=team.admin)
    run = run_start(
        snapshot=snapshot, recipe="tiny", fold_count=2, epoch_count=2000, actor=team.admin, seed=5
    )
    # another machine has the second fold
    second = Job.objects.filter(pk=Fold.objects.get(run=run, index=1).job_id)
    second.update(state=JobState.RUNNING, attempt=1, lease_until="2100-01-01T00:00:00Z")
    log = tmp_path / "worker.log"

    with worker(repository, log) as process:
        until(lambda: Epoch.objects.filter(fold__run=run).exists(), f"an epoch, see {log}")
        running = Fold.objects.get(run=run, state=FoldState.RUNNING)
        [fit] = fits(run.pk)
        for each in [process.pid, *(child.pid for child in psutil.Process(process.pid).children())]:
            os.kill(each, signal.SIGKILL)
        until(lambda: not fits(run.pk), "the fit to follow its worker", seconds=30)
        assert not psutil.pid_exists(fit.pid) or fit.status() == psutil.STATUS_ZOMBIE
    job = Job.objects.get(pk=running.job_id)
    assert job.state == JobState.RUNNING, "nobody could say that the worker is gone"
    done = Epoch.objects.filter(fold=running).count()

    long_ago = "2000-01-01T00:00:00Z"
    Job.objects.filter(pk=job.pk).update(lease_until=long_ago, sent_at=long_ago)
    job_reap()
    with worker(repository, log) as process:
        until(lambda: Epoch.objects.filter(fold=running).count() > done, f"more epochs, see {log}")
        job.refresh_from_db()
        assert job.attempt == 2
        until(lambda: "Goes on after epoch" in Job.objects.get(pk=job.pk).log_tail, "the log")
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0
        assert not fits(run.pk)
    job.refresh_from_db()
    running.refresh_from_db()
    assert (job.state, running.state) == (JobState.QUEUED, FoldState.QUEUED)
    assert job.message == "Waiting for another worker."
    assert job.max_attempts == 4, "an attempt that was cut short must not count"
    assert (run_folder(run.pk) / "out" / f"fold-{running.index}" / "checkpoint").is_dir()
    run_cancel(run=run, actor=team.admin)
