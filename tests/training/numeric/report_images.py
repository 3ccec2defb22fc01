"""Scores and predictions of drawn discs, quick to make and easy to reason about."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from inference.engine.engine import Segmentation
from inference.engine.preprocess import Preprocessing
from training.evaluate.scores import ImageScore, score_image

SIDE = 64
CODES = ("vessel", "median")
SAME_SIZE = Preprocessing(SIDE, SIDE, "unit", "pad")


def disc(row: float, column: float, radius: float, label: int = 1) -> NDArray[np.uint8]:
    """A label map with one disc."""
    rows, columns = np.ogrid[:SIDE, :SIDE]
    inside = (rows - row) ** 2 + (columns - column) ** 2 < radius**2
    return (inside * label).astype(np.uint8)


def truth_of(shift: int = 0) -> NDArray[np.uint8]:
    """A vessel above, a median nerve below."""
    return np.maximum(disc(20, 24 + shift, 9), disc(46, 36 + shift, 9, 2))


def scored(stem: str, group: str, *, shift: int) -> ImageScore:
    """The same truth every time, predicted `shift` pixels beside it."""
    return score_image(stem, truth_of(), truth_of(shift), CODES, group=group)


def seen(predicted: NDArray[np.uint8], sureness: float) -> Segmentation:
    """What a model says that gives its label everywhere the same probability."""
    channels = len(CODES) + 1
    rest = (1 - sureness) / (channels - 1)
    probabilities = np.full((1, SIDE, SIDE, channels), rest, np.float32)
    for channel in range(channels):
        probabilities[0, predicted == channel, channel] = sureness
    return Segmentation(predicted[None], np.zeros((1, 2), np.float32), (), probabilities)
