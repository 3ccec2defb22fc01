"""One step of training, compiled."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from training.fit.fused_norm import fuse_norms

Step = Callable[[NDArray[np.float32], NDArray[np.uint8]], float]


def training_step(model: Any, loss: Callable[[Any, Any], Any], optimiser: Any) -> Step:
    """A function that learns a batch and its labels, and returns the batch's loss.

    With TensorFlow the step is compiled here: `train_on_batch` wraps every batch in an iterator and
    keeps running means, while the cores wait; batch normalisation is fused. Other backends compile
    it in their own way, so there Keras does it.
    """
    import keras  # noqa: PLC0415 - brings its backend along

    if keras.backend.backend() == "tensorflow":
        return _tensorflow_step(model, loss, optimiser)
    model.compile(optimizer=optimiser, loss=loss, jit_compile=False)

    def step(batch: NDArray[np.float32], labels: NDArray[np.uint8]) -> float:
        # Keras keeps a running mean over calls; the loss of this batch is wanted
        model.reset_metrics()
        return float(model.train_on_batch(batch, labels))

    return step


def _tensorflow_step(model: Any, loss: Callable[[Any, Any], Any], optimiser: Any) -> Step:
    import tensorflow as tf  # noqa: PLC0415

    fuse_norms(model)

    @tf.function(jit_compile=False)  # type: ignore[untyped-decorator]
    def learn(batch: Any, labels: Any) -> Any:
        with tf.GradientTape() as tape:
            found = loss(labels, model(batch, training=True))
        gradients = tape.gradient(found, model.trainable_variables)
        optimiser.apply(gradients, model.trainable_variables)
        return found

    return lambda batch, labels: float(learn(batch, labels))
