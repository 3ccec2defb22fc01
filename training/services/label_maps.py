"""Label PNGs of the storage as the labels of a model."""

import io
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image


def read_labels(png: bytes) -> NDArray[np.uint8]:
    """A palette PNG's indices, uint8 (H, W)."""
    with Image.open(io.BytesIO(png)) as picture:
        return np.array(picture, np.uint8)


def as_model_labels(truth: NDArray[np.uint8], channels: Sequence[int]) -> NDArray[np.uint8]:
    """Masks name a procedure's channels, models count those that they learnt from 1.

    truth: uint8 (H, W) of channels; channels: those learnt, in the model's order. Others are
    background.
    """
    table = np.zeros(256, np.uint8)
    for label, channel in enumerate(channels, start=1):
        table[channel] = label
    return table[truth]
