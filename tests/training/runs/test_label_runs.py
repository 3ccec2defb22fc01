"""Runs of one reader's labels, and of the share of all readers, from the front door to a model."""

from __future__ import annotations

from typing import Any

import pytest

from annotation.models import AnnotationSet, Clip, SetState
from annotation.selectors import label_maps
from fascicle.jobs.tasks import run as run_job
from inference.models import ModelVersion
from tests.annotation.agreement.readings import box, drawn, read
from tests.factories import Team, client_of
from tests.training.runs.phantom_project import accept, phantom_team
from training.models import Epoch, RunState, TrainingRun

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(600)]


@pytest.fixture
def team() -> Team:
    """Two subjects. The admin delineates elsewhere than the expert, and both are accepted."""
    made = phantom_team()
    for seed in (1, 2):
        clip = accept(made, seed)
        read(clip, made.admin, drawn(made.structures[0], {0: box(8), 2: box(8)}))
    AnnotationSet.objects.update(state=SetState.ACCEPTED)
    return made


def trained(team: Team, **labels: Any) -> TrainingRun:
    """A snapshot, a run of the tiny recipe on it, and the work of all its jobs."""
    client = client_of(team.admin)
    project = str(team.project.pk)
    frozen = client.post(
        "/api/snapshots/", {"project": project, **labels}, content_type="application/json"
    )
    assert frozen.status_code == 201, frozen.content
    assert frozen.json()["labels"] == labels.get("labels", "accepted")
    begun = client.post(
        "/api/training-runs/",
        {
            "project": project, "snapshot": frozen.json()["id"], "recipe": "tiny",
            "fold_count": 2, "epoch_count": 1, "seed": 5,
        },
        content_type="application/json",
    )  # fmt: skip
    assert begun.status_code == 201, begun.content
    run = TrainingRun.objects.get(pk=begun.json()["id"])
    for fold in run.folds.order_by("index"):
        run_job(str(fold.job_id))
    run.refresh_from_db()
    assert run.finalise_job_id is not None, [fold.error for fold in run.folds.all()]
    run_job(str(run.finalise_job_id))
    run.refresh_from_db()
    assert run.state == RunState.DONE, run.error
    return run


def losses(run: TrainingRun) -> list[float]:
    rows = Epoch.objects.filter(fold__run=run).order_by("fold__index", "number")
    return [row.loss for row in rows]


def test_the_share_of_all_readers_trains_a_model_and_is_measured_by_what_was_accepted(
    team: Team,
) -> None:
    plain, soft = trained(team), trained(team, labels="soft")
    assert plain.split == soft.split
    assert losses(plain) != pytest.approx(losses(soft), abs=1e-3)
    # the truth of what is held out does not depend on what was learnt
    voices = {one for frame in soft.snapshot.manifest["frames"] for one in frame}
    assert "voices" in voices
    for run in (plain, soft):
        version = ModelVersion.objects.get(training_run_id=run.pk)
        assert version.snapshot_sha256 == run.snapshot.sha256
        assert version.metrics["structures"]["block-region"]["dice"] is not None
    run_job(str(soft.report.job_id))
    report = client_of(team.expert).get(f"/api/training-runs/{soft.pk}/report/").json()
    assert report["state"] == "done", report["error"]
    said = dict(report["contents"]["facts"])["Labels"]
    assert said == "at each pixel the share of accepted readings"


def test_one_readers_labels_train_a_model_and_measure_it(team: Team) -> None:
    run = trained(team, labels="reader", reader=str(team.admin.pk))
    authors = {frame["author"] for frame in run.snapshot.manifest["frames"]}
    assert authors == {str(team.admin.pk)}
    clip = Clip.objects.filter(project=team.project).order_by("number")[0]
    theirs = AnnotationSet.objects.get(clip=clip, author=team.admin)
    drawn_pixels = int((next(label_maps(theirs.pk, [0]))[1] > 0).sum())
    assert drawn_pixels == 400  # the box, not the phantom's own region
    version = ModelVersion.objects.get(training_run_id=run.pk)
    assert [each["code"] for each in version.structures] == ["block-region"]
    assert version.snapshot_sha256 == run.snapshot.sha256
