from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from inference.engine import read_spec
from training import recipes
from training.datasets.pairs import parse_classes, scan_pairs
from training.datasets.problem import BadInputError
from training.fit import FitError, FitPlan, FitStopped, fit_fold
from training.fit.feed import ahead
from training.fit.lock import folder_lock

CLASSES = parse_classes("1=nerve,2=vessel")
WEIGHTS = "checkpoint/state.npz"


@pytest.fixture
def plan(discs: Path, tmp_path: Path) -> FitPlan:
    pairs = scan_pairs(discs / "images", discs / "masks").pairs
    recipe = replace(recipes.get("tiny"), epochs=3, batch_size=4, filters=(4, 8))
    return FitPlan(recipe, CLASSES, pairs[:8], pairs[8:], tmp_path / "fold", fold=0, folds=2)


def never() -> bool:
    return False


def stop_at(batch: int) -> Callable[[], bool]:
    """Says stop when it is asked for the given time."""
    asked = iter(range(1, 10_000))
    return lambda: next(asked) >= batch


def weights(folder: Path) -> dict[str, np.ndarray[Any, Any]]:
    with np.load(folder / WEIGHTS) as state:
        return {name: state[name] for name in state.files if name != "progress"}


def curves(folder: Path) -> list[dict[str, Any]]:
    lines = (folder / "curves.jsonl").read_text().splitlines()
    return [{k: v for k, v in json.loads(line).items() if k != "seconds"} for line in lines]


def test_a_fold_interrupted_twice_ends_bit_for_bit_like_one_that_was_not(
    plan: FitPlan, tmp_path: Path
) -> None:
    straight = replace(plan, out=tmp_path / "straight")
    events: list[dict[str, Any]] = []
    done = fit_fold(straight, events.append)

    for batch in (2, 3):  # once within the first epoch, once at the end of the second
        with pytest.raises(FitStopped, match="goes on from here"):
            fit_fold(plan, should_stop=stop_at(batch))
    resumed: list[dict[str, Any]] = []
    again = fit_fold(plan, resumed.append)

    assert resumed[0]["resumed"]
    assert not events[0]["resumed"]
    for name, expected in weights(straight.out).items():
        np.testing.assert_array_equal(weights(plan.out)[name], expected, err_msg=name)
    assert curves(plan.out) == curves(straight.out)
    assert again.evaluation == done.evaluation


def test_a_fold_leaves_model_curves_predictions_and_metrics(plan: FitPlan) -> None:
    events: list[dict[str, Any]] = []
    result = fit_fold(plan, events.append)
    assert [each["event"] for each in events if each["event"] != "batch"] == [
        "start", "epoch", "epoch", "epoch", "done",
    ]  # fmt: skip
    assert set(curves(plan.out)[-1]["val_dice"]) == {"nerve", "vessel"}
    spec = read_spec(result.model)
    assert spec.codes == ("nerve", "vessel")
    assert spec.trained_on["images"] == 8
    assert spec.golden is not None
    stems = {pair.stem for pair in plan.held_out}
    assert {path.stem for path in (plan.out / "predictions").iterdir()} == stems
    metrics = json.loads((plan.out / "metrics.json").read_text())
    assert {image["stem"] for image in metrics["evaluation"]["images"]} == stems

    before = result.model.stat().st_mtime_ns
    repeated: list[dict[str, Any]] = []
    assert fit_fold(plan, repeated.append).evaluation == result.evaluation
    assert [each["event"] for each in repeated] == ["done"]
    assert result.model.stat().st_mtime_ns == before


def test_a_damaged_checkpoint_falls_back_to_the_one_before(plan: FitPlan, tmp_path: Path) -> None:
    straight = replace(plan, out=tmp_path / "straight")
    fit_fold(straight)
    with pytest.raises(FitStopped):
        fit_fold(plan, should_stop=stop_at(6))
    state = plan.out / WEIGHTS
    state.write_bytes(state.read_bytes()[: state.stat().st_size // 2])
    fit_fold(plan)
    for name, expected in weights(straight.out).items():
        np.testing.assert_array_equal(weights(plan.out)[name], expected, err_msg=name)


def test_a_folder_of_another_plan_is_refused(plan: FitPlan) -> None:
    with pytest.raises(FitStopped):
        fit_fold(plan, should_stop=stop_at(2))
    other = replace(plan, recipe=replace(plan.recipe, seed=9))
    with pytest.raises(BadInputError, match="choose another --out"):
        fit_fold(other)


def test_a_diverging_loss_ends_with_a_sentence(plan: FitPlan) -> None:
    wild = replace(plan.recipe, learning_rate=float("nan"), schedule="constant")
    with pytest.raises(FitError, match=r"loss became nan in epoch 1.*lower learning rate"):
        fit_fold(replace(plan, recipe=wild))


def test_a_structure_without_a_pixel_is_refused_before_training(plan: FitPlan) -> None:
    with_bone = replace(plan, class_map=parse_classes("1=nerve,2=vessel,3=bone"))
    with pytest.raises(BadInputError, match="of fold 0 shows bone"):
        fit_fold(with_bone)


def test_no_image_is_refused(plan: FitPlan) -> None:
    with pytest.raises(BadInputError, match="no image to train on"):
        fit_fold(replace(plan, training=()))


def test_a_folder_in_use_is_left_alone(tmp_path: Path) -> None:
    with (
        folder_lock(tmp_path),
        pytest.raises(FitError, match="Another process"),
        folder_lock(tmp_path, wait_seconds=0.0),
    ):
        pass


def test_the_tiny_recipe_learns_discs(discs: Path, tmp_path: Path) -> None:
    pairs = scan_pairs(discs / "images", discs / "masks").pairs
    recipe = replace(recipes.get("tiny"), epochs=15)
    plan = FitPlan(recipe, CLASSES, pairs[:8], pairs[8:], tmp_path / "fold")
    evaluation = fit_fold(plan).evaluation
    assert evaluation is not None
    assert (evaluation.iou or 0.0) > 0.5


def test_a_problem_in_the_feed_is_raised_at_the_network() -> None:
    def broken():
        yield 1
        raise ValueError("broken picture")

    items = ahead(broken)
    assert next(items) == 1
    with pytest.raises(ValueError, match="broken picture"):
        next(items)


def test_an_abandoned_feed_ends() -> None:
    items = ahead(lambda: iter(range(1000)), depth=2)
    assert next(items) == 0
    items.close()  # type: ignore[attr-defined]
    assert list(items) == []
