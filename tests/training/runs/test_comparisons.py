"""Two runs on the same frames over HTTP, from scores as folds leave them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone

from annotation.models import Clip
from fascicle.jobs.services import job_create
from inference.models import AliasName, ModelVersion
from inference.promotion_gate import LEAST_SUBJECTS, promotion_gate
from inference.services import model_promote, model_version_register
from tests.annotation.review.blind import assign
from tests.factories import Team, client_of
from tests.training.numeric.report_images import disc
from tests.training.runs.phantom_project import accept, phantom_team
from training.evaluate.compare import LEAST_GROUPS
from training.evaluate.scores import score_image
from training.models import Fold, RunReport, TrainingRun
from training.services import run_start, snapshot_freeze
from training.services.manifest import manifest_frames
from training.services.report_contents import _facts

pytestmark = pytest.mark.django_db

CODE = "block-region"
MEMBER = {"storage_key": "none", "sha256": "0" * 64, "byte_size": 1}


@pytest.fixture
def team() -> Team:
    made = phantom_team()
    for seed in range(3):
        accept(made, seed)
    return made


def measured(
    team: Team, *, shift: int, start_from: ModelVersion | None = None, networks: int = 1
) -> ModelVersion:
    """A run that left scores as if it predicted a disc so many pixels beside the truth."""
    snapshot = snapshot_freeze(project=team.project, actor=team.admin)
    run = run_start(
        snapshot=snapshot, recipe="tiny", fold_count=2, epoch_count=1, actor=team.admin, seed=3,
        start_from=start_from,
    )  # fmt: skip
    frames = {frame.stem: frame for frame in manifest_frames(snapshot.manifest)}
    for fold in run.folds.all():
        images = [
            score_image(
                stem,
                disc(30, 30, 12),
                disc(30, 30 + shift + number % 3, 12),
                [CODE],
                group=frames[stem].group,
            ).to_json()
            for number, stem in enumerate(run.split["folds"][fold.index]["stems"])
        ]
        text = json.dumps({"images": images}).encode()
        key = default_storage.save(f"training/{run.pk}/{fold.index}.json", ContentFile(text))
        Fold.objects.filter(pk=fold.pk).update(evaluation_key=key)
    return register(team, run, networks=networks)


def register(team: Team, run: TrainingRun | None, *, networks: int = 1) -> ModelVersion:
    return model_version_register(
        project=team.project,
        actor=team.admin,
        name="A model",
        recipe="tiny",
        members=[{**MEMBER, "fold": fold} for fold in range(networks)],
        structures=[{"channel": 1, "code": CODE, "name": "Block region"}],
        metrics={},
        card={},
        reason="For a test.",
        training_run_id=run.pk if run else None,
    )


def compared(team: Team, first: ModelVersion, second: ModelVersion) -> Any:
    address = f"/api/model-comparisons/?first={first.pk}&second={second.pk}"
    answer = client_of(team.expert).get(address)
    assert answer.status_code == 200, answer.content
    return answer.json()


def test_two_runs_are_compared_on_the_frames_that_both_held_out(team: Team) -> None:
    better, worse = measured(team, shift=0), measured(team, shift=3)
    told = compared(team, better, worse)
    assert told["comparison"]["frames"] == 9
    assert (told["comparison"]["subjects"], told["comparison"]["unit"]) == (3, "image")
    region, together = told["comparison"]["structures"]
    assert (region["code"], together["code"]) == (CODE, "all")
    assert region["difference"] == pytest.approx(region["second"] - region["first"])
    assert region["interval"][1] < 0
    assert region["wilcoxon_p_holm"] < 0.01
    assert region["detection"]["difference"] == 0.0
    assert together["detection"] is None
    assert len(told["worsened"]) == 8, "the eight that changed most of nine"
    changes = [row["second"] - row["first"] for row in told["worsened"]]
    assert changes == sorted(changes)
    assert "frame" in told["worsened"][0]["title"]
    assert told["improved"] == []


def test_the_gate_takes_the_same_frames(team: Team) -> None:
    better, worse = measured(team, shift=0), measured(team, shift=3)
    model_promote(version=better, name=AliasName.LIVE, reason="First.", actor=team.admin)
    verdict = promotion_gate(worse, AliasName.LIVE)
    assert not verdict.is_passed
    dice, f1 = verdict.structures
    assert (dice.measure, dice.basis, dice.frames, dice.is_worse) == ("dice", "paired", 9, True)
    # every disc is found by both, only less exactly
    assert (f1.measure, f1.basis, f1.frames, f1.is_worse) == ("f1", "paired", 9, False)
    assert promotion_gate(better, AliasName.PREANNOTATE).is_passed


def test_few_subjects_do_not_hide_that_the_versions_own_figures_are_far_worse(team: Team) -> None:
    first, second = measured(team, shift=0), measured(team, shift=0)
    for version, dice in ((first, 0.889), (second, 0.294)):
        figures = {CODE: {"dice": dice, "intervals": {"dice": [dice - 0.04, dice + 0.04]}}}
        ModelVersion.objects.filter(pk=version.pk).update(metrics={"structures": figures})
        version.refresh_from_db()
    model_promote(version=first, name=AliasName.LIVE, reason="First.", actor=team.admin)
    verdict = promotion_gate(second, AliasName.LIVE)
    assert not verdict.is_passed
    dice = verdict.structures[0]
    assert (dice.basis, dice.frames, dice.is_worse) == ("both", 9, True)
    assert "on the 9 frames of 3 subjects" in dice.sentence


def test_the_gate_counts_as_many_subjects_as_the_tests_do() -> None:
    assert LEAST_SUBJECTS == LEAST_GROUPS


def test_frames_that_the_starting_weights_have_seen_are_compared_with_nothing(team: Team) -> None:
    first = measured(team, shift=3)
    second = measured(team, shift=0, start_from=first)
    for pair in ((first, second), (second, first)):
        told = compared(team, *pair)
        assert told["comparison"] is None
        assert "Run 2 cannot be compared" in told["reason"]
        assert "has seen 1 of these subjects" in told["reason"]
    model_promote(version=first, name=AliasName.LIVE, reason="First.", actor=team.admin)
    assert {each.basis for each in promotion_gate(second, AliasName.LIVE).structures} == {"none"}
    run = TrainingRun.objects.get(pk=second.training_run_id)
    assert "has seen 1 of these subjects" in dict(_facts(run, None))["How it was measured"]
    # what the model that it starts from has itself started from counts too
    from_elsewhere = measured(team, shift=1, start_from=register(team, None))
    third = measured(team, shift=1, start_from=from_elsewhere)
    assert "is not known here" in compared(team, first, third)["reason"]


def test_a_run_whose_folds_go_on_from_those_that_had_not_seen_their_subjects_is_compared(
    team: Team,
) -> None:
    first = measured(team, shift=3, networks=2)
    second = measured(team, shift=0, start_from=first)
    told = compared(team, first, second)
    assert (told["comparison"]["frames"], told["reason"]) == (9, "")
    model_promote(version=first, name=AliasName.LIVE, reason="First.", actor=team.admin)
    assert {each.basis for each in promotion_gate(second, AliasName.LIVE).structures} == {"paired"}


def test_without_frames_in_common_it_says_why(team: Team) -> None:
    known, foreign = measured(team, shift=0), register(team, None)
    told = compared(team, known, foreign)
    assert told["comparison"] is None
    assert told["reason"].startswith("Version 2 was not trained on this server")
    run = TrainingRun.objects.get(pk=known.training_run_id)
    other = measured(team, shift=1)
    Fold.objects.filter(run_id=other.training_run_id).update(
        evaluation_key=default_storage.save("training/none.json", ContentFile(b'{"images": []}'))
    )
    assert run.folds.count() == 2
    told = compared(team, known, other)
    assert "No frame was held out by both" in told["reason"]


def test_versions_of_others_and_half_a_question_are_refused(team: Team) -> None:
    mine, foreign = register(team, None), register(phantom_team(), None)
    ask = client_of(team.expert).get
    both = f"/api/model-comparisons/?first={mine.pk}&second={foreign.pk}"
    assert ask(both).status_code == 404
    half = ask(f"/api/model-comparisons/?first={mine.pk}")
    assert (half.status_code, half.json()["detail"]) == (
        400,
        "Name two versions: second is missing.",
    )
    same = f"/api/model-comparisons/?first={mine.pk}&second={mine.pk}"
    assert client_of(team.trainee).get(same).status_code == 403


def test_frames_of_a_clip_that_one_is_to_read_blinded_are_left_out(team: Team) -> None:
    better, worse = measured(team, shift=0), measured(team, shift=3)
    hidden = Clip.objects.get(pk=compared(team, better, worse)["worsened"][0]["clip"])
    assign(hidden, team.expert, reading=2, check_kind="reread")
    told = compared(team, better, worse)
    assert str(hidden.pk) not in {row["clip"] for row in told["worsened"]}
    assert len(told["worsened"]) == 6
    assert told["comparison"]["frames"] == 9


def test_a_reports_gallery_tells_a_blinded_reader_of_no_frame(team: Team) -> None:
    run = TrainingRun.objects.get(pk=measured(team, shift=0).training_run_id)
    frame = manifest_frames(run.snapshot.manifest)[0]
    job = job_create(kind="run_report", queue="default", owner=None, project=team.project)
    row = {"title": "F", "clip": str(frame.clip_id), "frame_index": 0, "fold": 0, "iou": None}
    gallery = [{**row, "dices": {}, "storage_key": "none"}]
    RunReport.objects.create(run=run, job=job, gallery=gallery, made_at=timezone.now())
    path = f"/api/training-runs/{run.pk}/report/"
    assert len(client_of(team.expert).get(path).json()["gallery"]) == 1
    clip = Clip.objects.get(pk=frame.clip_id)
    assign(clip, team.expert, reading=2, check_kind="reread")
    assert client_of(team.expert).get(path).json()["gallery"] == []
    assert len(client_of(team.colleague).get(path).json()["gallery"]) == 1
