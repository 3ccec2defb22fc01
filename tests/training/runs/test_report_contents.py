"""What a run's report is made of, gathered from the database and the storage."""

from __future__ import annotations

import json

import numpy as np
import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from annotation.models import Clip
from inference.models import ModelVersion
from tests.factories import Team
from tests.training.runs.phantom_project import fold_of, phantom_team, tiny_run
from training.evaluate.diagnosis import ImageDiagnosis, Reliability
from training.evaluate.folds import summarise_folds
from training.evaluate.report import evaluate_images
from training.evaluate.scores import score_image
from training.models import TrainingRun
from training.services.code_version import code_version
from training.services.fold_scores import run_evaluations
from training.services.report_contents import run_contents
from training.services.run_conditions import run_conditions

pytestmark = pytest.mark.django_db

CODE = "block-region"


@pytest.fixture
def team() -> Team:
    return phantom_team()


@pytest.fixture
def run(team: Team) -> TrainingRun:
    """Its folds scored without being fitted, each held-out frame a column off."""
    run = tiny_run(team, epochs=1, subjects=2)
    truth, found = np.zeros((2, 96, 96), np.uint8)
    truth[30:60, 30:60] = found[30:60, 31:61] = 1
    for index, fold in enumerate(run.split["folds"]):
        scores = [score_image(stem, truth, found, [CODE], group="s") for stem in fold["stems"]]
        stored = json.dumps(evaluate_images(scores, [CODE]).to_json()).encode()
        key = default_storage.save(f"training/{run.pk}/{index}.json", ContentFile(stored))
        run.folds.filter(index=index).update(evaluation_key=key)
    run.metrics = summarise_folds(run_evaluations(run), [CODE])
    run.save(update_fields=["metrics"])
    return run


def facts(run: TrainingRun) -> dict[str, str]:
    return dict(run_contents(run).facts)


def test_a_clip_that_got_its_scale_after_the_run_has_mm_in_a_report_made_anew(
    run: TrainingRun,
) -> None:
    assert run_contents(run).metrics["pooled"]["structures"][CODE]["hd95_mm"] is None
    [clip, _] = Clip.objects.filter(project=run.project).order_by("pk")
    Clip.objects.filter(pk=clip.pk).update(microns_per_pixel=200.0)
    found = run_contents(run).metrics["pooled"]["structures"][CODE]
    assert found["hd95_mm"] == pytest.approx(0.2)
    assert found["distances_in_mm"] * 2 == found["distances_defined"]
    assert run.metrics["pooled"]["structures"][CODE]["hd95_mm"] is None


def test_a_report_tells_with_which_code_weights_and_batches_it_was_trained(
    team: Team, run: TrainingRun
) -> None:
    told = facts(run)
    assert told["Code version"] == run.code_version == code_version()
    assert "+src." in run.code_version
    assert told["Starts from"] == "nothing: weights were drawn"
    assert (told["Weight of empty frames"], told["Batch"]) == ("1", "4 frames")
    assert "Not as planned" not in told
    assert told["Calibration"].startswith("none")

    version = ModelVersion.objects.create(
        project=team.project,
        number=3,
        name="Tiny, run 1",
        recipe="tiny",
        members=[{"fold": None, "storage_key": "k", "sha256": "0" * 64, "byte_size": 1}],
        structures=[],
    )
    said = "Memory ran out: the fold starts over with 2 images a batch."
    run.folds.filter(pk=fold_of(run, 1).pk).update(note=said)
    run.start_from, run.empty_weight, run.code_version = version, 0.25, "0.0.9"
    run.recipe = "fascicle"
    run.save()
    told = facts(run)
    assert told["Code version"] == f"0.0.9; report by {code_version()}"
    assert told["Starts from"] == "Tiny, run 1 (version 3)"
    assert told["Weight of empty frames"] == "0.25"
    assert told["Not as planned"] == f"Fold 2: {said}"
    assert "measured on the same frames" in told["Calibration"]
    for index in range(2):
        row = ImageDiagnosis("f", {}, ((9, 0), (0, 1)), {CODE: Reliability(*[(1,) * 10] * 3)}, True)
        stored = ContentFile(json.dumps([row.to_json()]).encode())
        key = default_storage.save(f"training/{run.pk}/diagnosis-{index}.json", stored)
        run.folds.filter(index=index).update(diagnosis_key=key)
    assert "fitted on the other half" in facts(run)["Calibration"]
    conditions = run_conditions(run)
    assert (conditions.starts_from, conditions.fold_notes) == (str(version), (f"Fold 2: {said}",))
