"""The list of runs: what it is asked for every other second, and how many queries that takes."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from fascicle.jobs.context import JobContext
from fascicle.jobs.services import job_claim
from tests.factories import Team, client_of
from tests.training.runs.phantom_project import fold_of, phantom_team, tiny_run
from training.services import run_start
from training.services.fold_record import epochs_write, fold_begin

pytestmark = pytest.mark.django_db


@pytest.fixture
def team() -> Team:
    return phantom_team()


def listed(team: Team) -> tuple[list[dict[str, Any]], int]:
    """The rows, and the number of queries."""
    client = client_of(team.expert)
    with CaptureQueriesContext(connection) as captured:
        answer = client.get(f"/api/training-runs/?project={team.project.pk}")
    assert answer.status_code == 200, answer.content
    return answer.json()["results"], len(captured)


def test_a_run_is_listed_with_one_curve_over_its_folds(team: Team) -> None:
    run = tiny_run(team, epochs=3, subjects=2)
    dices: list[list[dict[str, float | None]]] = [
        [{"nerve": 0.2, "bone": 0.4}, {"nerve": 0.6, "bone": None}],
        [{"nerve": 0.5, "bone": None}, {"nerve": None, "bone": None}],
    ]
    for index, epochs in enumerate(dices):
        job = job_claim(job_id=fold_of(run, index).job_id, lease_owner="worker")
        assert job is not None
        context = JobContext.of(job)
        fold = fold_begin(context)
        events = [
            {"epoch": number, "loss": 1.0, "val_loss": None, "val_dice": dice, "seconds": 1.0}
            for number, dice in enumerate(epochs, start=1)
        ]
        epochs_write(context, fold, events)
    [row], queries = listed(team)
    assert row["curve"] == [pytest.approx((0.3 + 0.5) / 2), pytest.approx(0.6)]
    assert row["folds"] == [
        {"index": index, "state": "running", "progress": 0.0} for index in (0, 1)
    ]
    own = client_of(team.expert).get(f"/api/training-runs/{run.pk}/").json()
    assert [len(fold["epochs"]) for fold in own["folds"]] == [2, 2]
    for _ in range(3):
        run_start(snapshot=run.snapshot, recipe="tiny", fold_count=2, epoch_count=1, actor=None)
    rows, more = listed(team)
    assert [each["curve"] for each in rows] == [[], [], [], row["curve"]]
    assert more == queries, "whatever the number of runs"
