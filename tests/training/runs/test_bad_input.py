"""What a run says when its disk, its memory or its figures fail, and that nothing is promoted."""

from __future__ import annotations

import errno
import re
import resource
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.core.management import CommandError, call_command
from PIL import Image
from pytest_django import Settings

from annotation.models import Structure
from fascicle.jobs.models import JobState
from fascicle.jobs.tasks import run as run_job
from inference.models import Alias, ModelVersion
from tests.factories import Team, client_of
from tests.training.runs.phantom_project import accept, phantom_team
from training.models import DatasetSnapshot, FoldState, RunState, TrainingRun
from training.services import fold_fit, run_start, snapshot_freeze
from training.services.work_folder import run_folder

pytestmark = pytest.mark.django_db

HALVED = "Memory ran out: the fold starts over with 2 images a batch."
DIVERGED = "The loss became nan in epoch 1, step 3: training has diverged."


@pytest.fixture
def run(settings: Settings) -> TrainingRun:
    # the heartbeat's own connection cannot see rows of the test's transaction
    settings.JOB_HEARTBEAT_SECONDS = 600
    team = phantom_team()
    for seed in range(2):
        accept(team, seed)
    return started(team)


def started(team: Team) -> TrainingRun:
    snapshot = snapshot_freeze(project=team.project, actor=team.admin)
    return run_start(
        snapshot=snapshot, recipe="tiny", fold_count=2, epoch_count=1, actor=team.admin, seed=5
    )


class DivergingFit:
    """A fit on a machine of little memory whose loss becomes no number."""

    def __init__(self, arguments: list[str], *, folder: Path, log: Path) -> None:
        del arguments, folder, log
        self._told = [[{"event": "memory", "fold": 0, "batch_size": 2, "message": HALVED}]]
        self.exit_status = 1

    def wait_events(self, seconds: float) -> list[dict[str, Any]] | None:
        del seconds
        return self._told.pop() if self._told else None

    def errors(self) -> str:
        return f"training: {DIVERGED}"

    def sentence(self) -> str:
        return DIVERGED

    def __enter__(self) -> DivergingFit:
        return self

    def __exit__(self, *_: object) -> None:
        return None


def nothing_is_promoted(run: TrainingRun) -> None:
    assert not ModelVersion.objects.filter(project=run.project).exists()
    assert not Alias.objects.filter(project=run.project).exists()
    run.refresh_from_db()
    assert run.state == RunState.FAILED
    second = run.folds.select_related("job").get(index=1)
    assert (second.state, second.job.state) == (FoldState.CANCELLED, JobState.CANCELLED)


def test_a_full_disk_is_said_on_the_run(run: TrainingRun, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: Any, **__: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(fold_fit, "snapshot_materialise", full)
    run_job(str(run.folds.get(index=0).job_id))
    nothing_is_promoted(run)
    assert run.error.startswith("Fold 1: A disk of the worker is full")
    assert "Make room" in run.error


def test_a_halved_batch_and_a_loss_that_is_no_number_are_said_on_the_fold(
    run: TrainingRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fold_fit, "FitProcess", DivergingFit)
    run_job(str(run.folds.get(index=0).job_id))
    nothing_is_promoted(run)
    assert run.error == f"Fold 1: {DIVERGED}"
    reader = client_of(run.created_by or pytest.fail("nobody started it"))
    fold = reader.get(f"/api/training-runs/{run.pk}/").json()["folds"][0]
    assert (fold["note"], fold["error"]) == (HALVED, DIVERGED)


def test_a_checkpoint_that_the_disk_refuses_is_said_on_the_run(
    run: TrainingRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Python would cut off the bytecode of what it loads meanwhile, and every later process choke
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    former = resource.getrlimit(resource.RLIMIT_FSIZE)
    # a fit of its own process, whose checkpoint is larger; what else is written is smaller
    resource.setrlimit(resource.RLIMIT_FSIZE, (150_000, former[1]))
    try:
        run_job(str(run.folds.get(index=0).job_id))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, former)
    nothing_is_promoted(run)
    assert run.error == (
        "Fold 1: The checkpoint after epoch 1 could not be written (File too large). Make room on "
        "that disk and try again: it goes on from the last checkpoint."
    )
    assert not (run_folder(run.pk) / "data").exists()


@pytest.mark.parametrize(
    ("subjects", "told", "why"),
    [
        (0, (), "No delineation is accepted yet. Delineate a clip, submit it"),
        (1, (), "All accepted frames are of one subject. Accept a clip of at least one more"),
        (2, ("--folds", "3"), "3 folds need as many subjects; the snapshot has 2. Choose fewer"),
        (2, ("--epochs", "0"), "Choose between 1 and 2000 epochs."),
        (2, ("--project", "nowhere"), "There is no project 'nowhere'"),
    ],
)
def test_the_command_line_says_what_cannot_be_trained_and_keeps_no_snapshot_of_it(
    subjects: int, told: tuple[str, ...], why: str
) -> None:
    team = phantom_team()
    for seed in range(subjects):
        accept(team, seed)
    given = ("--project", team.project.name, "--recipe", "tiny", "--folds", "2", *told)
    with pytest.raises(CommandError, match=re.escape(why)):
        call_command("train", *given)
    assert not TrainingRun.objects.exists()
    assert not DatasetSnapshot.objects.exists()


def test_accepted_frames_that_show_nothing_are_told_from_none_at_all(tmp_path: Path) -> None:
    for folder in ("images", "masks"):
        (tmp_path / folder).mkdir()
    for number in range(2):
        grey = np.random.default_rng(number).integers(0, 255, (40, 50), dtype=np.uint8)
        Image.fromarray(grey).save(tmp_path / "images" / f"{number}.png")
        Image.fromarray(np.zeros_like(grey)).save(tmp_path / "masks" / f"{number}.png")
    team = phantom_team()
    call_command("import_pairs", str(tmp_path), "--project", str(team.project.pk))
    answer = client_of(team.admin).post(
        "/api/snapshots/", {"project": str(team.project.pk)}, content_type="application/json"
    )
    assert (answer.status_code, answer.json()["code"]) == (400, "nothing_shown")
    assert answer.json()["detail"].startswith("None of the 2 frames to learn from shows a")


def test_a_structure_that_no_frame_shows_is_named_on_the_run() -> None:
    team = phantom_team()
    Structure.objects.create(
        procedure=team.procedure,
        code="tendon",
        name="Tendon",
        kind="other",
        colour="#009E73",
        channel=9,
    )
    for seed in range(2):
        accept(team, seed)
    assert started(team).note.startswith("Not learnt, as no accepted frame shows it: Tendon.")
