"""Temperature of a network's output, from images that it was not trained on."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar

LOWEST, HIGHEST = 0.25, 4.0
_TINY_PROBABILITY = 1e-7


def fitted_temperature(probabilities: NDArray[np.float32], labels: NDArray[np.uint8]) -> float:
    """The temperature of least cross-entropy, between 0.25 and 4; above 1 softens.

    probabilities: (n, h, w, c) of a softmax; labels: (n, d * h, d * w). After C. Guo et al., On
    calibration of modern neural networks, ICML 2017. Which channel is the likeliest stays as it is.
    """
    logits = np.log(np.maximum(probabilities, _TINY_PROBABILITY)).reshape(
        -1, probabilities.shape[-1]
    )
    count, height, width, _ = probabilities.shape
    detail = labels.shape[1] // height
    blocks = labels.reshape(count, height, detail, width, detail).transpose(0, 1, 3, 2, 4)
    true = blocks.reshape(len(logits), detail * detail).astype(np.intp)
    rows = np.arange(len(true))[:, None]

    def cross_entropy(temperature: float) -> float:
        scaled = logits / np.float32(temperature)
        top = scaled.max(axis=1)
        total = top + np.log(np.exp(scaled - top[:, None]).sum(axis=1))
        return float((total[:, None] - scaled[rows, true]).mean(dtype=np.float64))

    found = minimize_scalar(
        cross_entropy, bounds=(LOWEST, HIGHEST), method="bounded", options={"xatol": 0.01}
    )
    return float(found.x)


def bake_temperature(network: Any, temperature: float) -> None:
    """Divide the logits of the output layer by the temperature, for good: no runtime need know."""
    layer = network.get_layer("structures")
    layer.set_weights([np.asarray(each) / np.float32(temperature) for each in layer.get_weights()])
