"""The averaged weights of an unfinished fit, which are better than the last where the rate is high.

A cosine schedule that ran to its end has settled by itself, and averaging gains nothing there; one
that was interrupted has not.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

Batch = tuple[NDArray[np.float32], NDArray[np.uint8]]


def take_average(model: Any, optimiser: Any, batches: Iterable[Batch]) -> bool:
    """Put the moving average over the weights; False, and nothing done, where none was kept.

    The statistics of normalisation belong to the weights they were gathered with, so they are
    gathered anew over the batches (after P. Izmailov et al., Averaging weights leads to wider
    optima, UAI 2018).
    """
    from keras.layers import BatchNormalization  # noqa: PLC0415 - brings its backend along

    if not optimiser.use_ema:
        return False
    # in the order of the weights it was built for
    averages = optimiser._model_variables_moving_average  # noqa: SLF001 - Keras names no other way
    for weight, average in zip(model.trainable_variables, averages, strict=True):
        weight.assign(average)
    norms = [layer for layer in model.layers if isinstance(layer, BatchNormalization)]
    if not norms:
        return True
    momenta = [layer.momentum for layer in norms]
    for seen, (batch, _) in enumerate(batches):
        for layer in norms:
            layer.momentum = seen / (seen + 1.0)  # so that all batches count alike
        model(batch, training=True)
    for layer, momentum in zip(norms, momenta, strict=True):
        layer.momentum = momentum
    return True
