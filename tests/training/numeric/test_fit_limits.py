"""A fold that meets the end of memory or disk: said, and gone on with."""

from __future__ import annotations

import errno
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tensorflow as tf

from training.fit import FitError, FitPlan, FitStopped, fit_fold, loop
from training.fit.step import Step, training_step


def out_of_memory(*_: Any, **__: Any) -> Any:
    raise MemoryError


@pytest.mark.parametrize(
    "refusal",
    [MemoryError(), tf.errors.ResourceExhaustedError(None, None, "OOM when allocating tensor")],
    ids=["host", "gpu"],
)
def test_a_batch_that_memory_does_not_hold_is_halved_and_said(
    plan: FitPlan, monkeypatch: pytest.MonkeyPatch, refusal: Exception
) -> None:
    def small_memory(*built: Any) -> Step:
        straight = training_step(*built)

        def step(batch: Any, labels: Any) -> float:
            if len(batch) > 2:
                raise refusal
            return straight(batch, labels)

        return step

    monkeypatch.setattr(loop, "training_step", small_memory)
    events: list[dict[str, Any]] = []
    result = fit_fold(plan, events.append)
    said = [each["message"] for each in events if each["event"] == "memory"]
    assert said == ["Memory ran out: the fold starts over with 2 images a batch."]
    assert result.epochs == 3
    assert [each["batch_size"] for each in events if each["event"] == "start"] == [4, 2]
    assert fit_fold(plan).evaluation == result.evaluation


@pytest.mark.parametrize(
    ("where", "what"),
    [
        ("write_model", "Making the model of fold 0"),
        ("write_result", "Measuring the held-out images of fold 0"),
    ],
)
def test_memory_that_runs_out_once_all_is_trained_costs_no_epoch(
    plan: FitPlan, monkeypatch: pytest.MonkeyPatch, where: str, what: str
) -> None:
    monkeypatch.setattr(loop, where, out_of_memory)
    with pytest.raises(FitError, match=f"{what} ran out of memory.*kept in the checkpoint"):
        fit_fold(plan)
    monkeypatch.undo()
    events: list[dict[str, Any]] = []
    assert fit_fold(plan, events.append).evaluation is not None
    assert [each["event"] for each in events] == ["start", "done"], "nothing is trained again"
    assert events[0]["batch_size"] == plan.recipe.batch_size


@pytest.mark.parametrize("where", ["load_placed", "take_average", "write_model"])
def test_memory_that_runs_out_for_the_model_of_a_checkpoint_leaves_it(
    plan: FitPlan, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    epochs: list[dict[str, Any]] = []

    def hear(event: dict[str, Any]) -> None:
        epochs.extend([event] if event["event"] == "epoch" else [])

    with pytest.raises(FitStopped):
        fit_fold(plan, hear, lambda: bool(epochs))
    kept = (plan.out / "checkpoint" / "state.npz").read_bytes()
    monkeypatch.setattr(loop, where, out_of_memory)
    with pytest.raises(FitError, match=r"of fold 0 ran out of memory.*kept in the checkpoint"):
        fit_fold(plan, as_it_is=True)
    assert (plan.out / "checkpoint" / "state.npz").read_bytes() == kept
    assert not (plan.out / "batch-size.json").exists()


def test_a_held_out_loss_that_is_no_number_leaves_the_epoch_before_it(
    plan: FitPlan, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps_to_an_end = 4  # of two epochs of two

    def diverging(model: Any, *built: Any) -> Step:
        straight, taken = training_step(model, *built), []

        def step(batch: Any, labels: Any) -> float:
            loss = straight(batch, labels)
            taken.append(loss)
            if len(taken) == steps_to_an_end:
                # the loss is that of before the update, so it does not show what this one did
                model.set_weights([np.full_like(each, np.nan) for each in model.get_weights()])
            return loss

        return step

    monkeypatch.setattr(loop, "training_step", diverging)
    events: list[dict[str, Any]] = []
    with pytest.raises(FitError, match=r"held-out loss became nan after epoch 2.*learning rate"):
        fit_fold(plan, events.append)
    assert [each["epoch"] for each in events if each["event"] == "epoch"] == [1]
    monkeypatch.undo()
    events.clear()
    fit_fold(plan, events.append)
    assert events[0]["from_epoch"] == 1
    assert [each["epoch"] for each in events if each["event"] == "epoch"] == [2, 3]


def test_a_full_disk_is_said_and_leaves_the_checkpoint_before_it(
    plan: FitPlan, monkeypatch: pytest.MonkeyPatch
) -> None:
    savez, written = np.savez, []

    def full(file: Any, **arrays: Any) -> None:
        if written:
            file.write(b"half of it")
            raise OSError(errno.ENOSPC, "No space left on device")
        written.append(file)
        savez(file, **arrays)

    monkeypatch.setattr(np, "savez", full)
    with pytest.raises(
        FitError, match=r"after epoch 2 of fold 0 could not be.*No space left.*Make room"
    ):
        fit_fold(plan)
    assert not (plan.out / "model.keras").exists()
    assert [path.name for path in (plan.out / "checkpoint").iterdir()] == ["state.npz"]
    monkeypatch.undo()
    events: list[dict[str, Any]] = []
    fit_fold(plan, events.append)
    assert events[0]["from_epoch"] == 1


def test_a_disk_that_is_full_when_the_model_is_written_is_said_and_leaves_no_half_of_it(
    plan: FitPlan, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_text = Path.write_text

    def full(path: Path, text: str, encoding: str = "utf-8") -> int:
        if path.name.startswith(".metrics.json."):
            write_text(path, text[:10], encoding)
            raise OSError(errno.ENOSPC, "No space left on device")
        return write_text(path, text, encoding)

    monkeypatch.setattr(Path, "write_text", full)
    with pytest.raises(FitError, match=r"model of fold 0 and its predictions could.*Make room"):
        fit_fold(plan)
    assert not list(plan.out.glob("*metrics*"))
    assert not list(plan.out.glob(".*draft*"))
    monkeypatch.undo()
    events: list[dict[str, Any]] = []
    assert fit_fold(plan, events.append).evaluation is not None
    assert [each["event"] for each in events] == ["start", "done"], "nothing is trained again"


@pytest.mark.parametrize("moment", ["made", "written", "closed"])
def test_a_disk_that_refuses_the_events_of_tensorboard_is_no_lack_of_memory(
    plan: FitPlan, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    refusal = tf.errors.ResourceExhaustedError(None, None, "No space left on device")
    create = tf.summary.create_file_writer

    def full(*_: Any, **__: Any) -> Any:
        raise refusal

    def writer(folder: str) -> Any:
        if moment == "made":
            raise refusal
        made = create(folder)
        name = {"written": "as_default", "closed": "close"}[moment]
        monkeypatch.setattr(made, name, full)
        return made

    monkeypatch.setattr(tf.summary, "create_file_writer", writer)
    short = replace(plan, recipe=replace(plan.recipe, epochs=1))
    if moment == "closed":  # everything is flushed by then
        assert fit_fold(short).evaluation is not None
        return
    with pytest.raises(FitError, match=r"The curves.* of fold 0 could not be.*Make room"):
        fit_fold(short)


def test_two_processes_may_write_the_same_file(tmp_path: Path, repository: Path) -> None:
    write = (
        "import pathlib, sys; from training.whole_file import write_whole\n"
        "for each in range(500): write_whole(pathlib.Path(sys.argv[1]), 'whole ' * 100)"
    )
    target = tmp_path / "folds.json"
    command = [sys.executable, "-c", write, str(target)]
    both = [subprocess.Popen(command, cwd=repository) for _ in range(2)]
    assert [each.wait(timeout=60) for each in both] == [0, 0]
    assert target.read_text() == "whole " * 100
    assert list(tmp_path.iterdir()) == [target]
