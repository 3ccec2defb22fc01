"""Keras on TensorFlow: the reference, and the fallback that reads a model file as it is."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from inference.engine.errors import ModelFileError
from inference.engine.modelfile import ModelSpec


class TensorFlowRuntime:
    """Keras on TensorFlow through one traced function; `model.predict` costs five times as much."""

    name = "tensorflow"

    def __init__(self, path: Path | str, spec: ModelSpec) -> None:
        os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
        if not Path(path).is_file():
            raise ModelFileError(f"There is no model file {path}.")
        # half a gigabyte that importing the engine must not cost
        import keras  # noqa: PLC0415
        import tensorflow as tf  # noqa: PLC0415

        try:
            model = keras.saving.load_model(path, compile=False)
        except Exception as damage:  # Keras raises whatever the damage makes it raise
            raise ModelFileError(
                f"{Path(path).name} cannot be loaded as a Keras model ({damage})."
            ) from damage
        size = spec.preprocessing
        self._call = tf.function(
            lambda batch: model(batch, training=False),
            input_signature=[tf.TensorSpec((None, size.height, size.width, 1), tf.float32)],
        )

    def probabilities(self, batch: NDArray[np.float32]) -> NDArray[np.float32]:
        output: Any = self._call(batch)
        return np.asarray(output.numpy(), np.float32)
