"""The log of a fold: for whoever may see the run, and of no clip that is still to be read."""

from __future__ import annotations

from typing import Any

import pytest

from fascicle.jobs.models import Job
from tests.annotation.review.blind import assign
from tests.factories import Team, client_of
from tests.training.runs.phantom_project import fold_of, phantom_team, tiny_run
from training.models import FoldState, TrainingRun
from training.services import run_retry
from training.services.manifest import manifest_frames

pytestmark = pytest.mark.django_db


@pytest.fixture
def team() -> Team:
    return phantom_team()


@pytest.fixture
def run(team: Team) -> TrainingRun:
    return tiny_run(team, epochs=3, subjects=2)


def log_of(run: TrainingRun, user: Any, index: int = 0) -> Any:
    return client_of(user).get(f"/api/training-runs/{run.pk}/folds/{index}/log/")


def write(run: TrainingRun, log: str) -> None:
    Job.objects.filter(pk=fold_of(run, 0).job_id).update(log_tail=log)


def test_experts_read_it_and_stop_nothing_by_it(team: Team, run: TrainingRun) -> None:
    lines = "Starts: 4 images, 2 held out, float32 on 2 cores\nEpoch 1 of 3: loss 0.5000, 1.0 s"
    write(run, lines)
    for reader in (team.expert, team.admin):
        assert log_of(run, reader).json() == {"state": "queued", "log": lines}
    job_id = fold_of(run, 0).job_id
    expert = client_of(team.expert)
    assert expert.get(f"/api/jobs/{job_id}/").status_code == 404
    assert expert.post(f"/api/jobs/{job_id}/cancel/").status_code == 404
    assert not Job.objects.get(pk=job_id).is_cancel_requested
    assert expert.post(f"/api/training-runs/{run.pk}/folds/0/log/").status_code == 405
    assert log_of(run, team.trainee).status_code == 404
    assert log_of(run, team.stranger).status_code == 404
    assert log_of(run, team.expert, index=7).status_code == 404


def test_it_names_no_clip_to_one_who_is_still_to_read_it(team: Team, run: TrainingRun) -> None:
    frame = manifest_frames(run.snapshot.manifest)[0]
    assign_clip(team, run)
    cut = frame.stem[5:]
    write(
        run,
        f"{cut}.png was left out.\n"
        f'  File "/home/anna/fascicle/training/fit/loop.py", line 72, in train\n'
        f"training: /srv/state/training/{run.pk}/data/masks/{frame.stem}.png is no mask.",
    )
    told = log_of(run, team.expert).json()["log"]
    assert told == (
        "(a frame).png was left out.\n"
        '  File "loop.py", line 72, in train\n'
        "training: (a frame).png is no mask."
    )
    assert frame.stem in log_of(run, team.admin).json()["log"], "an admin looks for the file"


def test_an_error_names_the_frame_to_an_admin_and_not_to_an_expert(
    team: Team, run: TrainingRun
) -> None:
    stem = manifest_frames(run.snapshot.manifest)[0].stem
    run.folds.filter(index=0).update(error=f"{stem}.png is no mask.")
    TrainingRun.objects.filter(pk=run.pk).update(error=f"Fold 1: {stem}.png is no mask.")
    pages = f"/api/training-runs/{run.pk}/", "/api/training-runs/"
    for who, name in ((team.admin, stem), (team.expert, "(a frame)")):
        shown, listed = (client_of(who).get(page).json() for page in pages)
        assert shown["folds"][0]["error"] == f"{name}.png is no mask."
        errors = {shown["error"], listed["results"][0]["error"]}
        assert errors == {f"Fold 1: {name}.png is no mask."}


def assign_clip(team: Team, run: TrainingRun) -> None:
    from annotation.models import Clip

    clip_id = manifest_frames(run.snapshot.manifest)[0].clip_id
    assign(Clip.objects.get(pk=clip_id), team.expert, reading=2)


def test_it_is_that_of_the_fold_as_it_is_fitted_now(team: Team, run: TrainingRun) -> None:
    write(run, "The disk is full.")
    TrainingRun.objects.filter(pk=run.pk).update(state="failed")
    run.folds.update(state=FoldState.FAILED)
    run_retry(run=run, actor=team.admin)
    assert log_of(run, team.expert).json() == {"state": "queued", "log": ""}
