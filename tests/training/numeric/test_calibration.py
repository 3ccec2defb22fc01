"""One temperature makes a network as sure as it is right."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from training import recipes
from training.fit.calibration import bake_temperature, fitted_temperature
from training.networks import build_network


def test_a_temperature_undoes_overconfidence_and_moves_no_label() -> None:
    rng = np.random.default_rng(4)
    logits = rng.normal(0.0, 1.0, (3, 16, 16, 3)).astype(np.float32)
    odds = np.exp(logits)
    true_odds = odds / odds.sum(axis=-1, keepdims=True)
    drawn = rng.random((3, 16, 16, 1))
    labels = (drawn > true_odds.cumsum(axis=-1)).sum(axis=-1).astype(np.uint8)
    sure = np.exp(3.0 * logits)
    sure /= sure.sum(axis=-1, keepdims=True)
    assert fitted_temperature(sure, labels) == pytest.approx(3.0, rel=0.15)

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
    assert fitted_temperature(answers, finer) == pytest.approx(fitted_temperature(answers, labels))
