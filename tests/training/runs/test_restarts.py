"""Redis and PostgreSQL restart while a real Celery worker fits a fold."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.db import connection

from fascicle.jobs.models import Job
from fascicle.jobs.services import job_reap
from tests.services_plugin import TestServices
from tests.training.runs.phantom_project import accept, phantom_team
from tests.training.runs.train_worker import until, worker
from training.models import Epoch, Fold, FoldState, RunState, TrainingRun
from training.services import run_start, snapshot_freeze

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(400)]

EPOCHS = 100
AWAY_SECONDS = 3.0  # longer than a report and several heartbeats


@pytest.fixture
def run(services: TestServices) -> TrainingRun:
    del services
    team = phantom_team()
    for seed in range(2):
        accept(team, seed)
    snapshot = snapshot_freeze(project=team.project, actor=team.admin)
    return run_start(
        snapshot=snapshot, recipe="tiny", fold_count=2, epoch_count=EPOCHS, actor=team.admin, seed=5
    )


@pytest.mark.parametrize("service", ["redis", "postgres"])
def test_folds_go_on_where_they_were_while_a_service_restarts(
    service: str, run: TrainingRun, services: TestServices, repository: Path, tmp_path: Path
) -> None:
    log = tmp_path / "worker.log"
    with worker(repository, log):
        until(lambda: Epoch.objects.filter(fold__run=run).count() > 2, f"epochs, see {log}")
        running = Fold.objects.get(run=run, state=FoldState.RUNNING)
        connection.close()
        services.restart(service, away_seconds=AWAY_SECONDS)
        running.refresh_from_db()
        assert running.state == FoldState.RUNNING, "it ended before the service was back"

        until(lambda: ended(running), f"the fold's end, see {log}")
        # a forgotten message is sent again by the reaper, and the same worker hears it
        Job.objects.filter(target_id=run.pk).update(sent_at="2000-01-01T00:00:00Z")
        job_reap()
        other = Fold.objects.get(run=run, index=1 - running.index)
        until(lambda: ended(other), f"the other fold's end, see {log}")
    for fold in run.folds.select_related("job"):
        assert fold.state == FoldState.DONE, fold.error
        numbers = [epoch.number for epoch in fold.epochs.order_by("number")]
        assert numbers == list(range(1, EPOCHS + 1))
        assert fold.job.attempt == 1, "it was begun a second time"
        assert "killed" not in fold.job.log_tail
    run.refresh_from_db()
    assert (run.state, run.error) == (RunState.RUNNING, "")
    assert run.finalise_job is not None


def ended(fold: Fold) -> bool:
    fold.refresh_from_db()
    return fold.state not in {FoldState.QUEUED, FoldState.RUNNING}
