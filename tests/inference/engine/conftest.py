"""A small untrained model file: its answers mean nothing, but everything around them is real."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from inference.engine.modelfile import ModelClass, ModelSpec, write_spec
from inference.engine.preprocess import Preprocessing

CLASSES = (ModelClass(1, "nerve", "Nerve"), ModelClass(2, "vessel", "Vessel"))


@pytest.fixture(scope="session")
def spec() -> ModelSpec:
    return ModelSpec("tiny", CLASSES, Preprocessing(32, 32, "zscore"), seed=3)


@pytest.fixture(scope="session")
def model_file(tmp_path_factory: pytest.TempPathFactory, spec: ModelSpec) -> Path:
    import keras

    from training.networks.unet import build_unet

    keras.utils.set_random_seed(1)
    path = tmp_path_factory.mktemp("model") / "model.keras"
    build_unet(height=32, width=32, channels=3, filters=(4, 8)).save(path)
    write_spec(path, spec)
    return path


@pytest.fixture(scope="session")
def trained_file(tmp_path_factory: pytest.TempPathFactory, spec: ModelSpec) -> Path:
    """A small network with batch normalisation that has learnt to call dark pixels nerve.

    Fitted for a moment, so that its answers are as clear-cut as those of models in use.
    """
    import keras

    from inference.engine.golden import golden_frame
    from inference.engine.preprocess import prepare
    from training.networks.unet import build_unet

    keras.utils.set_random_seed(2)
    network = build_unet(height=32, width=32, channels=3, filters=(4, 8, 8), batch_norm=True)
    frames = np.concatenate([prepare(golden_frame(s), spec.preprocessing) for s in range(8)])
    truth = np.where(frames[..., 0] < -0.8, 1, np.where(frames[..., 0] > 1.5, 2, 0))
    network.compile(keras.optimizers.Adam(0.02), "sparse_categorical_crossentropy")
    network.fit(frames, truth, epochs=25, batch_size=8, verbose=0)
    path = tmp_path_factory.mktemp("trained") / "model.keras"
    network.save(path)
    write_spec(path, spec)
    return path


@pytest.fixture(autouse=True)
def quiet_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """What else runs here must not decide whether an order of runtimes is timed again."""
    monkeypatch.setattr("inference.engine.choose.is_busy", lambda: False)
