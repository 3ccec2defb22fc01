"""Model files small enough to make in a test."""

from __future__ import annotations

import zipfile
from pathlib import Path

from inference.engine import ModelClass, ModelSpec, Preprocessing
from inference.engine.modelfile import write_spec
from inference.services.model_file_check import NETWORK, WEIGHTS

AXILLARY = ("vessel", "bone", "musculocutaneous", "median", "ulnar")


def spec_of(codes: tuple[str, ...]) -> ModelSpec:
    """What a model of 32x32 pixels would say of itself."""
    classes = tuple(ModelClass(n, code, code.title()) for n, code in enumerate(codes, start=1))
    return ModelSpec("tiny", classes, Preprocessing(32, 32, "zscore", "pad"), {"images": 7}, 3)


def hollow_file(path: Path, codes: tuple[str, ...] = AXILLARY) -> Path:
    """A model file that says what it is but holds no network: enough for the registry."""
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(NETWORK, "{}")
        archive.writestr(WEIGHTS, path.name)
    write_spec(path, spec_of(codes))
    return path


def bright_file(path: Path, codes: tuple[str, ...] = AXILLARY, *, offset: float = -4.0) -> Path:
    """A network that calls bright pixels the first structure, and everything else background; a
    lower `offset` takes brighter ones alone.
    """
    import keras
    import numpy as np

    spec = spec_of(codes)
    layer = keras.layers.Conv2D(spec.channels, 1, activation="softmax")
    model = keras.Sequential([keras.Input((32, 32, 1)), layer])
    kernel, bias = np.zeros((1, 1, 1, spec.channels)), np.full(spec.channels, -9.0)
    kernel[0, 0, 0, 1], bias[0], bias[1] = 8.0, 0.0, offset
    layer.set_weights([kernel, bias])
    model.save(path)
    write_spec(path, spec)
    return path
