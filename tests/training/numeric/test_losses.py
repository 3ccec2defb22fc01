"""Losses where a network is very sure: right to the last digit, and never without a gradient."""

from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf

from training.fit.losses import loss_function
from training.recipes.recipe import Loss

LOGITS = np.array([-80.0, -40.0, -17.0, -3.0, 0.0, 3.0, 17.0, 40.0, 80.0], np.float32)


def softmax(logits: np.ndarray) -> np.ndarray:
    """(n, 1, 1, 2), of a background whose logit is 0."""
    both = np.stack([np.zeros_like(logits), logits], axis=-1).astype(np.float64)
    odds = np.exp(both - both.max(axis=-1, keepdims=True))
    return (odds / odds.sum(axis=-1, keepdims=True)).astype(np.float32)[:, None, None]


@pytest.mark.parametrize("is_there", [0, 1])
def test_cross_entropy_is_that_of_the_logits_however_sure_the_network_is(is_there: int) -> None:
    labels = np.full((1, 1, 1), is_there, np.uint8)
    loss = loss_function("binary-cross-entropy", 2)
    found = [float(loss(labels, softmax(each[None]))) for each in LOGITS]
    right = np.logaddexp(0.0, LOGITS.astype(np.float64)) - is_there * LOGITS
    np.testing.assert_allclose(found, right, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("loss", ["binary-cross-entropy", "dice+cross-entropy"])
@pytest.mark.parametrize("logit", [-80.0, -17.0, 17.0, 80.0])
def test_whoever_is_surely_wrong_can_still_learn(loss: Loss, logit: float) -> None:
    labels = np.full((1, 1, 1), logit < 0, np.uint8)
    logits = tf.Variable([[[[0.0, logit]]]])
    with tf.GradientTape() as tape:
        answered = loss_function(loss, 2)(labels, tf.nn.softmax(logits))
    gradient = tape.gradient(answered, logits).numpy()[0, 0, 0]
    np.testing.assert_allclose(gradient, np.sign(logit) * np.array([-1.0, 1.0]), atol=1e-3)
