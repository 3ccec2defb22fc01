"""What a run's page is told when its workers are gone."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from fascicle.jobs.context import JobContext
from fascicle.jobs.models import Job, WorkerPulse
from fascicle.jobs.services import job_claim, job_finish
from tests.factories import Team, client_of
from tests.training.runs.phantom_project import fold_of, phantom_team, tiny_run
from training.models import TrainingRun
from training.services import run_cancel, run_pause
from training.services.fold_record import fold_begin

pytestmark = pytest.mark.django_db

LONG = timedelta(minutes=5)


@pytest.fixture
def team() -> Team:
    return phantom_team()


@pytest.fixture
def run(team: Team) -> TrainingRun:
    return tiny_run(team, epochs=3, subjects=2)


def told(team: Team, run: TrainingRun) -> tuple[list[bool], bool]:
    """Which folds are stranded, and whether a worker is missing, as an expert reads it."""
    answer: dict[str, Any] = client_of(team.expert).get(f"/api/training-runs/{run.pk}/").json()
    return [fold["is_stranded"] for fold in answer["folds"]], answer["is_worker_missing"]


def take_up(run: TrainingRun, index: int) -> JobContext:
    job = job_claim(job_id=fold_of(run, index).job_id, lease_owner="worker")
    assert job is not None
    context = JobContext.of(job)
    fold_begin(context)
    return context


def die(context: JobContext) -> None:
    """As a worker that was killed five minutes ago."""
    now = timezone.now()
    Job.objects.filter(pk=context.job_id).update(
        lease_until=now - LONG + timedelta(seconds=60), heartbeat_at=now - LONG
    )


def test_folds_that_wait_where_nobody_trains_say_so(team: Team, run: TrainingRun) -> None:
    assert told(team, run) == ([False, False], True)
    WorkerPulse.objects.create(queue="default", at=timezone.now())
    assert told(team, run) == ([False, False], True), "that worker does not train"
    WorkerPulse.objects.create(queue="train", at=timezone.now())
    assert told(team, run) == ([False, False], False)


def test_a_worker_that_is_too_busy_to_answer_is_not_missing(team: Team, run: TrainingRun) -> None:
    WorkerPulse.objects.create(queue="train", at=timezone.now() - timedelta(hours=3))
    context = take_up(run, 0)
    assert told(team, run) == ([False, False], False)
    job_finish(job_id=context.job_id, attempt=context.attempt, result={})
    assert told(team, run) == ([False, False], False), "it is between two folds"


def test_a_fold_whose_worker_is_gone_is_stranded_until_another_takes_it_up(
    team: Team, run: TrainingRun
) -> None:
    first = take_up(run, 0)
    second = take_up(run, 1)
    die(first)
    assert told(team, run) == ([True, False], False), "another worker trains"
    die(second)
    assert told(team, run) == ([True, True], True)
    take_up(run, 0)
    assert told(team, run) == ([False, True], False)


def test_nobody_is_missed_where_nothing_waits(team: Team, run: TrainingRun) -> None:
    die(take_up(run, 0))
    run_pause(run=run, actor=team.admin)
    assert told(team, run) == ([False, False], False)
    run_cancel(run=run, actor=team.admin)
    assert told(team, run) == ([False, False], False)
