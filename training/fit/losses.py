"""Losses on softmax probabilities and integer label maps, in `keras.ops` only."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from keras import ops
from numpy.typing import NDArray

from training.recipes.recipe import Loss

# One pixel of agreement: an absent structure that is not predicted scores 1, not 0 / 0.
SMOOTHING = 1.0
# Just above the smallest normal float32. What is clipped has no gradient: with the usual 1e-7 a
# network that was wrong with a logit of 16 could never learn better.
_LEAST = 1e-37


def loss_function(
    loss: Loss, channels: int, empty_weight: float = 1.0, mean_weight: float = 1.0
) -> Callable[[Any, Any], Any]:
    """The recipe's loss: (labels (n, d * h, d * w), probabilities (n, h, w, c)) -> scalar.

    Labels finer than the probabilities are averaged into each structure's share of a pixel.
    empty_weight: how much an image without any structure counts beside one with some. mean_weight:
    of the images to be trained on, by which the loss is divided. Were it that of each batch, an
    empty image would count in full wherever a batch holds nothing else.
    """
    terms = _TERMS[loss]

    def weighted(labels: Any, probabilities: Any) -> Any:
        truth = shares(labels, channels, labels.shape[1] // probabilities.shape[1])
        each = sum(term(truth, probabilities) for term in terms)
        if empty_weight == 1.0:
            return ops.mean(each)
        is_there = ops.cast(ops.any(truth[..., 1:] > 0, axis=(1, 2, 3)), truth.dtype)
        weight = is_there + empty_weight * (1.0 - is_there)
        return ops.mean(each * weight) / mean_weight

    return weighted


def mean_weight(labels: NDArray[np.uint8], empty_weight: float) -> float:
    """The mean weight of images with labels (n, h, w), or readers' shares (n, h, w, c - 1)."""
    is_there = labels.reshape(len(labels), -1).any(axis=1)
    return float(np.where(is_there, 1.0, empty_weight).mean())


def shares(labels: Any, channels: int, detail: int = 1) -> Any:
    """Labels (n, d * h, d * w) -> each channel's share of the d * d label pixels, (n, h, w, c).

    Or the structures' shares of several readers, (n, d * h, d * w, c - 1) of 0 to 255, which leave
    the rest of each pixel to the background.
    """
    if len(labels.shape) == 4:
        structures = ops.cast(labels, "float32") / 255.0
        background = ops.maximum(1.0 - ops.sum(structures, axis=-1, keepdims=True), 0.0)
        truth = ops.concatenate([background, structures], axis=-1)
    else:
        truth = ops.one_hot(ops.cast(labels, "int32"), channels)
    return truth if detail == 1 else ops.average_pool(truth, detail, detail)


def against_background(probabilities: Any) -> Any:
    """Softmax (n, h, w, c) -> each structure told from background alone, (n, h, w, c - 1).

    p_k / (p_k + p_0) is the sigmoid of the difference of the two logits: a network with a softmax
    trained on it is a network with one sigmoid a structure, and the likeliest channel is the
    structure of the largest sigmoid above one half. So every runtime reads one kind of output.
    """
    background, structures = probabilities[..., :1], probabilities[..., 1:]
    return structures / ops.maximum(structures + background, _LEAST)


def soft_dice_loss(truth: Any, probabilities: Any) -> Any:
    """1 - soft Dice, averaged over the structures (background left out), for each image (n,).

    truth: shares (n, h, w, c). Dice after F. Milletari et al., V-Net, 3DV 2016, with plain sums.
    """
    return _dice_loss(truth[..., 1:], probabilities[..., 1:])


def _dice_loss(truth: Any, probabilities: Any) -> Any:
    shared = ops.sum(truth * probabilities, axis=(1, 2))
    total = ops.sum(truth, axis=(1, 2)) + ops.sum(probabilities, axis=(1, 2))
    return 1.0 - ops.mean((2.0 * shared + SMOOTHING) / (total + SMOOTHING), axis=-1)


def soft_dice_loss_alone(truth: Any, probabilities: Any) -> Any:
    """The same on each structure told from background alone."""
    return _dice_loss(truth[..., 1:], against_background(probabilities))


def cross_entropy_loss(truth: Any, probabilities: Any) -> Any:
    """Mean over the pixels of -sum of share * log p, (n,); truth: shares (n, h, w, c)."""
    surprise = truth * ops.log(ops.maximum(probabilities, _LEAST))
    return -ops.mean(ops.sum(surprise, axis=-1), axis=(1, 2))


def binary_cross_entropy_loss(truth: Any, probabilities: Any) -> Any:
    """Mean cross-entropy of each structure told from background alone, (n,)."""
    logs = ops.log(ops.maximum(probabilities, _LEAST))
    odds = logs[..., 1:] - logs[..., :1]  # the logits that `against_background` is the sigmoid of
    return ops.mean(ops.softplus(odds) - truth[..., 1:] * odds, axis=(1, 2, 3))


_TERMS: dict[Loss, tuple[Callable[[Any, Any], Any], ...]] = {
    "dice": (soft_dice_loss,),
    "dice+cross-entropy": (soft_dice_loss, cross_entropy_loss),
    "binary-cross-entropy": (binary_cross_entropy_loss,),
    "dice+binary-cross-entropy": (soft_dice_loss_alone, binary_cross_entropy_loss),
}
