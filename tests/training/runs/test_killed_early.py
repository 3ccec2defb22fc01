"""A fold whose process is killed again and again, as by a kernel that runs out of memory."""

from __future__ import annotations

import json
import signal
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from fascicle.errors import InvalidInput
from fascicle.jobs.context import JobContext
from fascicle.jobs.models import Job
from fascicle.jobs.services import job_claim
from tests.training.runs.phantom_project import fold_of, phantom_team, tiny_run
from training import recipes
from training.fit.halving import remembered_batch_size
from training.models import TrainingRun
from training.services import fold_fit as module
from training.services.fold_fit import fold_fit
from training.services.work_folder import run_folder

pytestmark = pytest.mark.django_db(transaction=True)

ASKED = recipes.get("tiny").batch_size


class Fit:
    """Stands in for a process that memory holds for batches of so many images."""

    fits = 0
    has_checkpoint = False
    batches: list[int]

    def __init__(self, arguments: Sequence[str], *, folder: Path, log: Path) -> None:
        del folder, log
        out = Path(arguments[arguments.index("--out") + 1]) / "fold-0"
        out.mkdir(parents=True, exist_ok=True)
        batch = remembered_batch_size(out, ASKED)
        self.batches.append(batch)
        if self.has_checkpoint:
            (out / "checkpoint").mkdir(exist_ok=True)
        self.exit_status = 1 if batch <= self.fits else -signal.SIGKILL

    def wait_events(self, seconds: float) -> None:
        del seconds

    def errors(self) -> str:
        return ""

    def sentence(self) -> str:
        return "It came as far as this."

    def __enter__(self) -> Fit:
        return self

    def __exit__(self, *_: object) -> None:
        return


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> TrainingRun:
    Fit.batches = []
    monkeypatch.setattr(Fit, "fits", 0)
    monkeypatch.setattr(Fit, "has_checkpoint", False)
    monkeypatch.setattr(module, "FitProcess", Fit)
    return tiny_run(phantom_team(), epochs=1)


def begun(run: TrainingRun) -> JobContext:
    claimed = job_claim(job_id=fold_of(run, 0).job_id, lease_owner="a worker")
    assert claimed is not None
    return JobContext.of(claimed)


def test_batches_are_halved_until_memory_holds_them(
    run: TrainingRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Fit, "fits", 1)
    with pytest.raises(InvalidInput, match="as far as this"):
        fold_fit(begun(run))
    halves = [ASKED]
    while halves[-1] > 1:
        halves.append(halves[-1] // 2)
    assert Fit.batches == [ASKED, *halves], "a first kill may have been anything"
    fold = fold_of(run, 0)
    assert fold.note.startswith("Killed twice before its first checkpoint")
    assert fold.note.endswith("with batches of 1.")
    assert fold.note in Job.objects.get(pk=fold.job_id).log_tail
    kept = json.loads((run_folder(run.pk) / "out/fold-0/batch-size.json").read_text())
    assert kept == {"asked": ASKED, "used": 1}


def test_batches_of_one_image_that_are_killed_end_the_fold(run: TrainingRun) -> None:
    with pytest.raises(InvalidInput, match="was killed 3 times, perhaps for lack of memory"):
        fold_fit(begun(run))
    assert Fit.batches[-2:] == [1, 1]


def test_a_fold_that_has_a_checkpoint_keeps_its_batches(
    run: TrainingRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Fit, "has_checkpoint", True)
    with pytest.raises(InvalidInput, match="was killed 3 times"):
        fold_fit(begun(run))
    assert Fit.batches == [ASKED] * 3
    assert fold_of(run, 0).note == ""


def test_soft_labels_are_asked_for_only_where_there_are_some(
    run: TrainingRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Any] = []
    monkeypatch.setattr(Fit, "fits", ASKED)
    init = Fit.__init__

    def noted(self: Fit, arguments: Sequence[str], **rest: Any) -> None:
        asked.append(list(arguments))
        init(self, arguments, **rest)

    monkeypatch.setattr(Fit, "__init__", noted)
    with pytest.raises(InvalidInput):
        fold_fit(begun(run))
    assert "--soft" not in asked[0]
