"""Runs that start from a version: which of its networks, and what its figures are then worth."""

from __future__ import annotations

import tempfile
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from annotation.models import Clip, Subject
from fascicle.audit.models import AuditRecord
from inference.models import ModelVersion
from inference.services import model_version_register
from inference.services.weights import weights_store
from tests.factories import Team, client_of
from tests.training.runs.phantom_project import accept, phantom_team
from training.models import TrainingRun
from training.services import snapshot_freeze
from training.services.fold_fit import _arguments
from training.services.manifest import manifest_frames
from training.services.seen_before import run_seen_before

pytestmark = pytest.mark.django_db


@pytest.fixture
def team() -> Team:
    made = phantom_team()
    accept(made, 1)
    accept(made, 2)
    return made


def registered(
    team: Team, recipe: str = "tiny", *, run: TrainingRun | None = None, networks: int = 1
) -> ModelVersion:
    """A version whose networks are files in the storage that say which fold left them."""
    members = []
    for fold in range(networks):
        with tempfile.NamedTemporaryFile(suffix=".keras") as file:
            file.write(f"{recipe}, {run}, fold {fold}".encode())
            file.flush()
            members.append(weights_store(Path(file.name)).as_member(fold))
    return model_version_register(
        project=team.project,
        actor=team.admin,
        name="An earlier model",
        recipe=recipe,
        members=members[::-1],  # their order is not the folds'
        structures=[{"channel": 1, "code": "block-region", "name": "Block region"}],
        metrics={},
        card={},
        reason="For a test.",
        training_run_id=run.pk if run else None,
    )


def start(team: Team, **more: Any) -> Any:
    snapshot = snapshot_freeze(project=team.project, actor=team.admin)
    wanted = {"recipe": "tiny", "fold_count": 2, "epoch_count": 1, **more}
    body = {"project": str(team.project.pk), "snapshot": str(snapshot.pk), **wanted}
    client = client_of(team.admin)
    return client.post("/api/training-runs/", body, content_type="application/json")


def started(team: Team, **more: Any) -> TrainingRun:
    answer = start(team, **more)
    assert answer.status_code == 201, answer.content
    return TrainingRun.objects.get(pk=answer.json()["id"])


def held_out(run: TrainingRun) -> list[set[str]]:
    """The subjects that each fold holds out."""
    groups = {frame.stem: frame.group for frame in manifest_frames(run.snapshot.manifest)}
    return [{groups[stem] for stem in fold["stems"]} for fold in run.split["folds"]]


def starting_file(run: TrainingRun, fold: int) -> str:
    said = _arguments(run, run.folds.get(index=fold), Path())
    return Path(said[said.index("--start-from") + 1]).read_text()


def test_a_run_starts_from_a_version_and_weighs_empty_frames(team: Team) -> None:
    version = registered(team)
    run = started(team, start_from=str(version.pk), empty_weight=0.25)
    assert (run.start_from, run.empty_weight) == (version, 0.25)
    assert "which subjects it was trained on is not known here" in run.note
    assert [starting_file(run, fold) for fold in (0, 1)] == ["tiny, None, fold 0"] * 2
    said = _arguments(run, run.folds.get(index=0), Path())
    assert said[said.index("--empty-weight") + 1] == "0.25"
    record = AuditRecord.objects.get(action="training_run.start")
    assert record.detail["start_from"] == str(version.pk)
    plain = started(team)
    assert "--start-from" not in _arguments(plain, plain.folds.all()[0], Path())


def test_each_fold_starts_from_the_network_that_has_not_seen_what_it_holds_out(team: Team) -> None:
    accept(team, 3)
    first = started(team, seed=1)
    version = registered(team, run=first, networks=2)
    accept(team, 4)
    accept(team, 5)
    second = started(team, start_from=str(version.pk), seed=2)
    for before, now in zip(held_out(first), held_out(second), strict=True):
        assert before < now
    assert [starting_file(second, fold) for fold in (0, 1)] == [
        "tiny, Run 1, fold 0",
        "tiny, Run 1, fold 1",
    ]
    before = run_seen_before(second)
    assert (before.is_fair, second.note) == (True, "")
    assert "Each fold starts from the network" in before.words
    third = started(team, start_from=str(registered(team, run=second, networks=2).pk))
    assert held_out(third) == held_out(second)
    assert run_seen_before(third).is_fair, "as far back as the starts go"


def test_with_another_number_of_folds_the_figures_are_too_good(team: Team) -> None:
    accept(team, 3)
    version = registered(team, run=started(team), networks=2)
    run = started(team, start_from=str(version.pk), fold_count=3)
    assert {starting_file(run, fold) for fold in range(3)} == {"tiny, Run 1, fold 1"}
    assert not run_seen_before(run).is_fair
    assert "the figures of what is held out are too good" in run.note


def test_a_version_with_one_network_has_seen_what_the_other_folds_hold_out(team: Team) -> None:
    version = registered(team, run=started(team))
    run = started(team, start_from=str(version.pk))
    assert "has seen 1 of these subjects" in run.note
    # and what started from such a run knows no less
    heir = started(team, start_from=str(registered(team, run=run, networks=2).pk))
    assert held_out(heir) == held_out(run)
    assert "has seen 1 of these subjects" in heir.note


def test_a_clip_whose_subject_was_corrected_is_still_known(team: Team) -> None:
    moved = accept(team, 3)
    first = started(team, seed=1)
    version = registered(team, run=first, networks=2)
    was = next(at for at, groups in enumerate(held_out(first)) if str(moved.subject) in groups)
    other = Subject.objects.create(project=team.project, pseudonym="S-corrected")
    Clip.objects.filter(pk=moved.pk).update(subject=other)
    accept(team, 4, frame_count=9)  # dealt first, to the fold that the clip was in
    run = started(team, start_from=str(version.pk), seed=1)
    assert "S-corrected" not in held_out(run)[was]
    assert "has seen 1 of these subjects" in run.note


def test_the_command_line_starts_from_a_version_with_its_number_of_folds(team: Team) -> None:
    accept(team, 3)
    version = registered(team, run=started(team, fold_count=3), networks=3)
    told = StringIO()
    wanted = ["--project", team.project.name, "--recipe", "tiny", "--empty-weight", "0.5"]
    call_command("train", *wanted, "--start-from", str(version.number), stdout=told)
    run = TrainingRun.objects.get(number=2)
    assert (run.start_from, run.fold_count, run.empty_weight) == (version, 3, 0.5)
    assert told.getvalue().startswith("Run 2 on snapshot 1")
    assert "too good" not in told.getvalue()
    told = StringIO()
    other = [*wanted, "--folds", "2", "--start-from", str(version.number)]
    call_command("train", *other, stdout=told)
    assert "the figures of what is held out are too good" in told.getvalue()
    with pytest.raises(CommandError, match="has no model version 7"):
        call_command("train", *wanted, "--start-from", "7")
    assert TrainingRun.objects.count() == 3


def test_a_start_that_cannot_be_is_refused_and_nothing_is_queued(team: Team) -> None:
    foreign = registered(phantom_team())
    other = registered(team, "fascicle")
    assert start(team, start_from=str(foreign.pk)).status_code == 404
    refused = start(team, start_from=str(other.pk))
    assert (refused.status_code, refused.json()["code"]) == (400, "other_network")
    assert start(team, empty_weight=101).status_code == 400
    assert start(team, empty_weight=-1).status_code == 400
    assert not TrainingRun.objects.exists()
