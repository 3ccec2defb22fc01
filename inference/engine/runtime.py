"""What runs the network: one small protocol, TensorFlow behind it, and the golden-frame self-test.

TensorFlow is imported by the first model that is loaded, never by importing this module.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from inference.engine.errors import ModelFileError, RuntimeRefusedError
from inference.engine.modelfile import ModelSpec, read_spec
from inference.engine.preprocess import Preprocessing, prepare

GOLDEN_SEED = 20180710
# Mean probabilities over a whole frame; bfloat16 runtimes stay well within this.
GOLDEN_TOLERANCE = 0.02


class Runtime(Protocol):
    """A loaded network. name says which runtime it is, for pages and reports."""

    @property
    def name(self) -> str: ...

    def probabilities(self, batch: NDArray[np.float32]) -> NDArray[np.float32]:
        """Network input float32 (n, h, w, 1) -> class probabilities float32 (n, h, w, c)."""
        ...


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


class KerasRuntime:
    """A model still in memory, for the self-measurement when its file is written."""

    name = "keras"

    def __init__(self, model: Any) -> None:
        self._model = model

    def probabilities(self, batch: NDArray[np.float32]) -> NDArray[np.float32]:
        return np.asarray(self._model.predict_on_batch(batch), np.float32)


def golden_frame() -> NDArray[np.uint8]:
    """A fixed speckled frame with two dark discs and a bright line, uint8 (240, 320)."""
    generator = np.random.Generator(np.random.PCG64(GOLDEN_SEED))
    rows, columns = np.mgrid[0:240, 0:320]
    tissue = 90.0 + 40.0 * np.sin(rows / 17.0)
    for row, column, radius in ((100, 90, 30), (150, 230, 22)):
        tissue[(rows - row) ** 2 + (columns - column) ** 2 < radius**2] = 12.0
    tissue[198:202] = 240.0
    speckle = generator.rayleigh(0.8, tissue.shape)
    return np.asarray(np.clip(tissue * speckle, 0, 255), np.uint8)


def golden_means(runtime: Runtime, preprocessing: Preprocessing) -> tuple[float, ...]:
    """Mean probability per channel on the golden frame.

    Raises RuntimeRefusedError where the answer is no probability at all.
    """
    output = runtime.probabilities(prepare(golden_frame(), preprocessing))
    expected = (1, preprocessing.height, preprocessing.width)
    if output.ndim != 4 or output.shape[:3] != expected:
        raise RuntimeRefusedError(
            f"The {runtime.name} runtime returned shape {output.shape} for an input of {expected}."
        )
    if not np.isfinite(output).all():
        raise RuntimeRefusedError(
            f"The {runtime.name} runtime returned numbers that are not finite."
        )
    if np.abs(output.sum(axis=-1) - 1.0).max() > 0.01:
        raise RuntimeRefusedError(
            f"The {runtime.name} runtime returned probabilities that do not sum to one."
        )
    return tuple(float(mean) for mean in output.mean(axis=(0, 1, 2), dtype=np.float64))


def self_test(runtime: Runtime, spec: ModelSpec) -> None:
    """Refuse, by name, a runtime whose answer to the golden frame is not this model's."""
    means = golden_means(runtime, spec.preprocessing)
    if len(means) != spec.channels:
        raise RuntimeRefusedError(
            f"The network has {len(means)} outputs, but its file names {spec.channels} "
            "(background included)."
        )
    if spec.golden is None:
        return
    worst = max(abs(mean - known) for mean, known in zip(means, spec.golden, strict=True))
    if worst > GOLDEN_TOLERANCE:
        raise RuntimeRefusedError(
            f"The {runtime.name} runtime answers the golden frame differently from the model as "
            f"it was written (by {worst:.3f}): it is not used."
        )


def load_runtime(path: Path | str, spec: ModelSpec | None = None) -> Runtime:
    """Load a model with the runtime that serves it and prove it on the golden frame."""
    spec = read_spec(path) if spec is None else spec
    runtime = TensorFlowRuntime(path, spec)
    self_test(runtime, spec)
    return runtime
