from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf

from inference.engine import read_spec
from training import recipes
from training.augment import Flip, GaussianShadow
from training.datasets.pairs import parse_classes, scan_pairs
from training.datasets.problem import BadInputError
from training.fit import FitError, FitPlan, FitStopped, fit_fold
from training.fit.arithmetic import arithmetic
from training.fit.feed import load_placed, training_batches
from training.fit.lock import folder_lock
from training.fit.loop import build_optimiser
from training.fit.losses import loss_function
from training.fit.outcome import read_result
from training.fit.transfer import start_from
from training.networks import build_network
from training.recipes.recipe import Precision

CLASSES = parse_classes("1=nerve,2=vessel")
WEIGHTS = "checkpoint/state.npz"


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


def events_of(folder: Path) -> dict[str, list[tuple[int, float]]]:
    """Tag -> (step, value) of all TensorBoard events in a folder, in the order of writing."""
    found: dict[str, list[tuple[int, float]]] = {}
    for path in sorted((folder / "tensorboard").iterdir()):
        for record in tf.data.TFRecordDataset(str(path)):
            event = tf.compat.v1.Event.FromString(record.numpy())
            for value in event.summary.value:
                assert value.metadata.plugin_data.plugin_name == "scalars"
                figure = float(tf.make_ndarray(value.tensor))
                found.setdefault(value.tag, []).append((event.step, figure))
    return found


def test_a_fold_interrupted_twice_ends_bit_for_bit_like_one_that_was_not(
    plan: FitPlan, tmp_path: Path
) -> None:
    plan = replace(plan, recipe=replace(plan.recipe, ema=0.9))
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
    # momentum, squares and moving average of every trained weight, and the count of steps
    model = keras.models.load_model(done.model, compile=False)
    kept = [name for name in weights(plan.out) if name.startswith("optimiser")]
    assert len(kept) == 3 * len(model.trainable_variables) + 1
    assert curves(plan.out) == curves(straight.out)
    board = events_of(plan.out)
    assert set(board) == {"loss/training", "loss/held-out", "dice/nerve", "dice/vessel", "seconds"}
    losses = [(each["epoch"], np.float32(each["loss"])) for each in curves(plan.out)]
    assert board["loss/training"] == losses
    del board["seconds"]
    assert board == {k: v for k, v in events_of(straight.out).items() if k != "seconds"}
    assert again.evaluation == done.evaluation


def test_an_interrupted_fold_gives_its_averaged_model_and_goes_on_unchanged(
    plan: FitPlan, tmp_path: Path
) -> None:
    plan = replace(plan, recipe=replace(plan.recipe, ema=0.5))
    with pytest.raises(FitStopped):
        fit_fold(plan, should_stop=stop_at(4))  # one step into the second of three epochs
    said: list[str] = []
    result = fit_fold(plan, lambda event: said.append(event["event"]), never, as_it_is=True)
    assert said == ["start", "done"], "no step more was trained"
    assert result.evaluation is not None
    assert len(result.evaluation.images) == 4
    told = read_spec(result.model).trained_on
    assert (told["epochs"], told["weights"]) == (1.5, "moving average")
    state = weights(plan.out)
    model = keras.models.load_model(result.model, compile=False)
    optimiser = build_optimiser(plan.recipe, 2)
    optimiser.build(model.trainable_variables)
    names = [variable.path for variable in optimiser.variables]
    first = next(number for number, name in enumerate(names) if "average" in name)
    kernel = model.get_layer("down0_a_conv").kernel
    np.testing.assert_array_equal(np.asarray(kernel), state[f"optimiser{first}"])
    assert not np.array_equal(np.asarray(kernel), state["model0"]), "the last weights are others"
    norm = model.get_layer("down0_a_norm")
    assert not np.array_equal(np.asarray(norm.moving_mean), state["model4"]), (
        "gathered for these weights"
    )

    fit_fold(plan)
    straight = replace(plan, out=tmp_path / "straight")
    fit_fold(straight)
    for name, array in weights(straight.out).items():
        np.testing.assert_array_equal(weights(plan.out)[name], array, err_msg=name)


def test_a_fold_that_has_not_begun_has_no_model_to_give(plan: FitPlan) -> None:
    with pytest.raises(BadInputError, match="holds no trained step to make a model of"):
        fit_fold(plan, as_it_is=True)
    assert not (plan.out / "model.keras").exists()


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


def test_other_augmentations_of_the_same_figures_are_another_plan(plan: FitPlan) -> None:
    mirrored = replace(plan, recipe=replace(plan.recipe, augmentations=(Flip(0.5),)))
    shadowed = replace(plan, recipe=replace(plan.recipe, augmentations=(GaussianShadow(0.5),)))
    with pytest.raises(FitStopped):
        fit_fold(mirrored, should_stop=stop_at(2))
    with pytest.raises(BadInputError, match=r"another recipe; choose another --out"):
        fit_fold(shadowed)
    fit_fold(mirrored)
    assert read_result(mirrored) is not None
    assert read_result(shadowed) is None


def test_a_checkpoint_from_before_the_kinds_of_augmentations_counted_is_gone_on_with(
    plan: FitPlan,
) -> None:
    with pytest.raises(FitStopped):
        fit_fold(plan, should_stop=stop_at(4))
    former = former_fingerprint(plan)
    assert former in plan.fingerprints() - {plan.fingerprint()}
    with np.load(plan.out / WEIGHTS) as archive:
        state = dict(archive)
    told = json.loads(str(state["progress"]))
    state["progress"] = np.array(json.dumps({**told, "fingerprint": former}))
    np.savez(plan.out / WEIGHTS, **state)
    events: list[dict[str, Any]] = []
    fit_fold(plan, events.append)
    assert events[0]["resumed"]
    metrics = plan.out / "metrics.json"
    described = json.loads(metrics.read_text())
    assert described["fingerprint"] == plan.fingerprint()
    metrics.write_text(json.dumps({**described, "fingerprint": former}))
    assert read_result(plan) is not None


def former_fingerprint(plan: FitPlan) -> str:
    recipe = asdict(plan.recipe)
    del recipe["epochs"]
    described = {
        "recipe": recipe,
        "classes": [[each.value, each.code] for each in plan.class_map.classes],
        "training": [pair.stem for pair in plan.training],
        "held_out": [pair.stem for pair in plan.held_out],
    }
    return hashlib.sha256(json.dumps(described, sort_keys=True).encode()).hexdigest()


@pytest.mark.parametrize("epochs", [1, 2, 3, 40])
def test_the_rate_comes_down_however_short_the_run(epochs: int) -> None:
    steps = 10
    recipe = replace(recipes.get("fascicle"), epochs=epochs)
    rate = build_optimiser(recipe, steps)._learning_rate
    rates = [float(rate(step)) for step in range(epochs * steps)]
    warm_up = min(2 * steps, round(epochs * steps / 4))
    assert max(rates) == pytest.approx(recipe.learning_rate, rel=0.05)
    assert abs(int(np.argmax(rates)) - warm_up) <= 1
    assert rates[-1] < 0.1 * recipe.learning_rate


def test_a_diverging_loss_ends_with_a_sentence(plan: FitPlan) -> None:
    wild = replace(plan.recipe, learning_rate=float("nan"), schedule="constant")
    with pytest.raises(FitError, match=r"loss became nan in epoch 1.*lower learning rate"):
        fit_fold(replace(plan, recipe=wild))
    assert not (plan.out / "checkpoint").exists()
    assert not (plan.out / "model.keras").exists()
    assert not (plan.out / "metrics.json").exists()


def test_a_structure_without_a_pixel_is_refused_before_training(plan: FitPlan) -> None:
    with_bone = replace(plan, class_map=parse_classes("1=nerve,2=vessel,3=bone"))
    with pytest.raises(BadInputError, match="of fold 0 shows bone"):
        fit_fold(with_bone)


def test_no_image_is_refused(plan: FitPlan) -> None:
    with pytest.raises(BadInputError, match="no image to train on"):
        fit_fold(replace(plan, training=()))


@pytest.mark.parametrize("name", recipes.names())
def test_every_recipe_takes_two_steps(name: str, discs: Path) -> None:
    pairs = scan_pairs(discs / "images", discs / "masks").pairs[:4]
    small = replace(recipes.get(name), height=32, width=32, filters=(2, 4), batch_size=2)
    model = build_network(small, CLASSES.channels)
    loss = loss_function(small.loss, CLASSES.channels)
    # compiling costs ten times the two steps
    model.compile(optimizer=build_optimiser(small, 2), loss=loss, run_eagerly=True)
    before = [np.asarray(each) for each in model.trainable_variables]
    for batch, labels in training_batches(load_placed(pairs, CLASSES, small), small, 0):
        assert np.isfinite(float(model.train_on_batch(batch, labels)))
    moved = [
        (np.asarray(now) != then).any()
        for now, then in zip(model.trainable_variables, before, strict=True)
    ]
    assert any(moved)


@pytest.mark.parametrize("name", ["fascicle", "resunet"])
def test_a_model_file_carries_what_its_recipe_decided(
    name: str, discs: Path, tmp_path: Path
) -> None:
    pairs = scan_pairs(discs / "images", discs / "masks").pairs
    small = replace(recipes.get(name), height=32, width=32, filters=(4, 8), epochs=1, batch_size=4)
    result = fit_fold(FitPlan(small, CLASSES, pairs[:4], pairs[4:6], tmp_path / "fold"))
    spec = read_spec(result.model)
    assert spec.recipe == name
    assert spec.preprocessing == small.preprocessing
    assert spec.trained_with_flips == small.is_trained_with_flips
    assert result.evaluation is not None


def test_a_model_passes_its_weights_on_and_structures_keep_their_channels(
    plan: FitPlan, tmp_path: Path
) -> None:
    taught = fit_fold(plan)
    swapped = parse_classes("1=vessel,2=bone")
    model = build_network(plan.recipe, swapped.channels)
    taken = start_from(model, taught.model, swapped)
    layers = len([each for each in model.layers if each.weights]) - 1
    assert taken == (layers, layers)
    source = keras.models.load_model(taught.model, compile=False)
    ours, theirs = (each.get_layer("structures").get_weights()[0] for each in (model, source))
    np.testing.assert_array_equal(ours[..., 1], theirs[..., 2])  # vessel
    assert (ours[..., 2] != theirs[..., 1]).any()  # bone is new
    other = build_network(replace(plan.recipe, filters=(3, 5, 7), network="resunet"), 3)
    with pytest.raises(BadInputError, match="start from a model of the same network"):
        start_from(other, taught.model, CLASSES)


@pytest.mark.parametrize(
    ("precision", "is_native", "expected"),
    [
        ("float32", True, "float32"),
        ("bfloat16-where-native", True, "mixed_bfloat16"),
        ("bfloat16-where-native", False, "float32"),
    ],
)
def test_products_are_short_only_where_asked_for_and_native(
    monkeypatch: pytest.MonkeyPatch, precision: Precision, *, is_native: bool, expected: str
) -> None:
    monkeypatch.setattr("training.fit.arithmetic.has_native_bfloat16", lambda: is_native)
    recipe = replace(recipes.get("tiny"), precision=precision, filters=(2, 4))
    former = keras.config.dtype_policy().name
    with arithmetic(recipe) as name:
        network = build_network(recipe, 2)
    assert name == expected
    assert keras.config.dtype_policy().name == former
    layer = network.get_layer("down0_a_conv")
    assert layer.dtype_policy.name == expected
    assert {str(each.dtype) for each in network.weights} == {"float32"}
    assert network.output.dtype == "float32"


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
