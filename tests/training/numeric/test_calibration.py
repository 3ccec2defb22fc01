"""One temperature makes a network as sure as it is right."""

from __future__ import annotations

import json
import tracemalloc
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from training import recipes
from training.fit import FitPlan, fit_fold, outcome
from training.fit.calibration import (
    Answer,
    bake_temperature,
    fitted_temperature,
    sampled_pixels,
    temperatures_apart,
)
from training.networks import build_network


def overconfident(frames: int, detail: int = 1) -> Answer:
    """Answers (n, 16, 16, 3) that are three times as sure as they are right, and the labels."""
    rng = np.random.default_rng(4)
    logits = rng.normal(0.0, 1.0, (frames, 16, 16, 3)).astype(np.float32)
    odds = np.exp(logits)
    true_odds = (odds / odds.sum(axis=-1, keepdims=True)).repeat(detail, 1).repeat(detail, 2)
    drawn = rng.random((frames, 16 * detail, 16 * detail, 1))
    labels = (drawn > true_odds.cumsum(axis=-1)).sum(axis=-1).astype(np.uint8)
    sure = np.exp(3.0 * logits)
    return sure / sure.sum(axis=-1, keepdims=True), labels


def in_batches(answers: Answer, size: int) -> Iterator[Answer]:
    probabilities, labels = answers
    for start in range(0, len(labels), size):
        yield probabilities[start : start + size], labels[start : start + size]


def temperature_of(probabilities: NDArray[np.float32], labels: NDArray[np.uint8]) -> float:
    pixels = sampled_pixels([(probabilities, labels)], probabilities[..., 0].size, seed=0)
    return fitted_temperature(*pixels)


def test_a_temperature_undoes_overconfidence_and_moves_no_label() -> None:
    rng = np.random.default_rng(5)
    assert temperature_of(*overconfident(3)) == pytest.approx(3.0, rel=0.15)

    network = build_network(replace(recipes.get("tiny"), height=32, width=32, filters=(2, 4)), 3)
    frames = rng.normal(size=(1, 32, 32, 1)).astype(np.float32)
    before = np.asarray(network(frames))
    bake_temperature(network, 3.0)
    after = np.asarray(network(frames))
    np.testing.assert_array_equal(after.argmax(axis=-1), before.argmax(axis=-1))
    assert after.max(axis=-1).mean() < before.max(axis=-1).mean()


def test_finer_labels_give_the_same_temperature() -> None:
    rng = np.random.default_rng(8)
    odds = np.exp(rng.normal(0.0, 2.0, (2, 8, 8, 3)).astype(np.float32))
    answers = odds / odds.sum(axis=-1, keepdims=True)
    labels = rng.integers(0, 3, (2, 8, 8)).astype(np.uint8)
    finer = labels.repeat(2, axis=1).repeat(2, axis=2)
    assert temperature_of(answers, finer) == pytest.approx(temperature_of(answers, labels))


def test_pixels_that_are_few_are_all_taken_in_order() -> None:
    probabilities, labels = answers = overconfident(7, detail=2)
    taken, true = sampled_pixels(in_batches(answers, 3), 7 * 256, seed=0, most=7 * 256)
    np.testing.assert_array_equal(taken, probabilities.reshape(-1, 3))
    for place, (row, column) in enumerate(((0, 0), (0, 1), (1, 0), (1, 1))):
        np.testing.assert_array_equal(true[:, place], labels[:, row::2, column::2].ravel())


def test_many_pixels_are_thinned_evenly_and_give_the_same_temperature() -> None:
    frames = 40
    answers = overconfident(frames)
    numbers = np.arange(frames, dtype=np.uint8).repeat(256).reshape(frames, 16, 16)
    _, of_frame = sampled_pixels(
        in_batches((answers[0], numbers), 6), frames * 256, seed=3, most=frames * 64
    )
    np.testing.assert_array_equal(np.bincount(of_frame.ravel(), minlength=frames), 64)

    taken = sampled_pixels(in_batches(answers, 6), frames * 256, seed=3, most=frames * 64)
    again = sampled_pixels(in_batches(answers, 11), frames * 256, seed=3, most=frames * 64)
    other = sampled_pixels(in_batches(answers, 6), frames * 256, seed=4, most=frames * 64)
    np.testing.assert_array_equal(taken[0], again[0])
    np.testing.assert_array_equal(taken[1], again[1])
    assert (taken[0] != other[0]).any()
    assert fitted_temperature(*taken) == pytest.approx(temperature_of(*answers), rel=0.1)


def test_memory_does_not_grow_with_the_frames() -> None:
    def answers(batches: int) -> Iterator[Answer]:
        for _ in range(batches):
            yield np.full((4, 64, 64, 3), 1 / 3, np.float32), np.zeros((4, 64, 64), np.uint8)

    peaks = []
    for batches in (10, 100):
        tracemalloc.start()
        sampled_pixels(answers(batches), 4 * 64 * 64 * batches, seed=0, most=20_000)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 1.5 * peaks[0]


def test_a_fold_of_many_pixels_is_calibrated_on_some_of_them(
    plan: FitPlan, monkeypatch: pytest.MonkeyPatch
) -> None:
    fitted: list[tuple[int, ...]] = []

    def noted(*pixels: Any) -> float:
        fitted.extend(each.shape for each in pixels)
        return fitted_temperature(*pixels)

    monkeypatch.setattr(outcome, "fitted_temperature", noted)
    monkeypatch.setattr("training.fit.calibration.PIXELS_MOST", 1000)
    calibrated = replace(plan.recipe, is_calibrated=True, epochs=1)
    fit_fold(replace(plan, recipe=calibrated))
    assert fitted == [(1000, 3), (1000, 1)]


def two_kinds_of_frames() -> tuple[Answer, list[str]]:
    """Six frames of three groups: a is right as it stands, b and c are three times too sure."""
    sure, labels = overconfident(6)
    groups = ["a", "b", "a", "c", "a", "b"]
    fair = sure.astype(np.float64) ** (1 / 3)
    fair /= fair.sum(axis=-1, keepdims=True)
    is_fair = np.array([group == "a" for group in groups])[:, None, None, None]
    return (np.where(is_fair, fair, sure).astype(np.float32), labels), groups


@pytest.mark.parametrize("most", [6 * 256, 6 * 128])
def test_frames_are_measured_at_the_temperature_of_the_other_groups(most: int) -> None:
    answers, groups = two_kinds_of_frames()
    pixels = sampled_pixels([answers], 6 * 256, seed=2, most=most)
    found = temperatures_apart(*pixels, [256] * 6, groups, seed=2, most=most)
    assert found is not None
    of = {
        group: {found[place] for place, each in enumerate(groups) if each == group}
        for group in "abc"
    }
    [of_a], [of_b] = of["a"], of["b"]
    assert of["c"] == {of_b}
    assert (of_a, of_b) == pytest.approx((3.0, 1.0), rel=0.2)


def test_one_group_alone_has_no_temperature_of_others() -> None:
    answers = overconfident(2)
    pixels = sampled_pixels([answers], 2 * 256, seed=0)
    assert temperatures_apart(*pixels, [256] * 2, ["a", "a"], seed=0) is None
    assert temperatures_apart(*pixels, [256] * 2, ["a", "b"], seed=0) is not None


def test_a_fold_measures_calibration_at_the_temperature_of_the_other_half(plan: FitPlan) -> None:
    recipe = replace(plan.recipe, is_calibrated=True, epochs=1)
    fit_fold(replace(plan, recipe=recipe))
    rows = json.loads((plan.out / "diagnosis.json").read_text("utf-8"))
    assert [row["is_apart"] for row in rows] == [True] * len(plan.held_out)
    alone = replace(plan, recipe=recipe, out=plan.out / "alone", held_out=plan.held_out[:1])
    fit_fold(alone)
    [row] = json.loads((alone.out / "diagnosis.json").read_text("utf-8"))
    assert row["is_apart"] is False


def test_softening_brings_the_files_probabilities_to_the_other_temperature() -> None:
    softening = outcome.Softening(2.0, {"a": 3.0})
    assert softening.soften_by("a") == pytest.approx(1.5)
    assert softening.soften_by("b") is None
    assert outcome.Softening().soften_by("a") is None


def test_padding_has_no_say_in_the_temperature(
    plan: FitPlan, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted: list[int] = []

    def noted(*pixels: Any) -> float:
        counted.append(len(pixels[1]))
        return fitted_temperature(*pixels)

    monkeypatch.setattr(outcome, "fitted_temperature", noted)
    calibrated = replace(plan.recipe, is_calibrated=True, epochs=1)
    fit_fold(replace(plan, recipe=calibrated))
    sizes = [Image.open(pair.image).size for pair in plan.held_out]
    placed = [calibrated.preprocessing.placement(height, width) for width, height in sizes]
    assert counted == [sum(each.height * each.width for each in placed)]
    assert counted[0] < len(placed) * 64 * 64
