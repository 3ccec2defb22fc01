"""A small untrained model file: its answers mean nothing, but everything around them is real."""

from __future__ import annotations

from pathlib import Path

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
