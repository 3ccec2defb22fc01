"""The fused normalisation learns what Keras' own learns."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
import pytest

from training.fit.fused_norm import fuse_norms

SHAPE = (4, 12, 20, 3)


def network() -> Any:
    keras.utils.set_random_seed(3)
    picture = keras.Input(SHAPE[1:])
    level = keras.layers.Conv2D(6, 3, padding="same", use_bias=False)(picture)
    level = keras.layers.BatchNormalization(momentum=0.8, name="norm")(level)
    level = keras.layers.ReLU()(level)
    return keras.Model(picture, keras.layers.Conv2D(2, 1)(level))


def trained(model: Any, steps: int) -> Any:
    model.compile(optimizer=keras.optimizers.SGD(0.05), loss="mse", jit_compile=False)
    random = np.random.default_rng(1)
    for _ in range(steps):
        batch = random.normal(3.0, 2.0, SHAPE).astype(np.float32)
        model.train_on_batch(batch, np.tanh(batch[..., :2]))
    return model


def test_weights_and_moving_statistics_go_the_same_way() -> None:
    plain, fused = trained(network(), 12), network()
    assert fuse_norms(fused) == 1
    trained(fused, 12)
    started = network().get_weights()
    for before, mine, theirs in zip(started, fused.get_weights(), plain.get_weights(), strict=True):
        assert np.abs(theirs - before).max() > 1e-3  # something was learnt
        np.testing.assert_allclose(mine, theirs, rtol=2e-3, atol=2e-4)


def test_the_saved_network_is_keras_own_and_answers_alike(tmp_path: Any) -> None:
    fused = network()
    fuse_norms(fused)
    trained(fused, 5)
    fused.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras")
    frame = np.random.default_rng(2).normal(3.0, 2.0, SHAPE).astype(np.float32)
    np.testing.assert_allclose(
        loaded.predict_on_batch(frame), fused.predict_on_batch(frame), rtol=1e-4, atol=1e-5
    )
    assert type(loaded.get_layer("norm")) is keras.layers.BatchNormalization


def test_a_frozen_layer_keeps_its_statistics() -> None:
    model = network()
    model.get_layer("norm").trainable = False
    fuse_norms(model)
    before = [np.array(each) for each in model.get_layer("norm").get_weights()]
    trained(model, 3)
    for old, new in zip(before, model.get_layer("norm").get_weights(), strict=True):
        np.testing.assert_array_equal(old, new)


@pytest.mark.parametrize("axis", [1, 2])
def test_normalisation_over_another_axis_is_left_to_keras(axis: int) -> None:
    picture = keras.Input(SHAPE[1:])
    model = keras.Model(picture, keras.layers.BatchNormalization(axis=axis)(picture))
    assert fuse_norms(model) == 0
