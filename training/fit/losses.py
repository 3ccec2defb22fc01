"""Losses on softmax probabilities and integer label maps, in `keras.ops` only."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from keras import ops

from training.recipes.recipe import Loss

# One pixel of agreement: an absent structure that is not predicted scores 1, not 0 / 0.
SMOOTHING = 1.0
_TINY_PROBABILITY = 1e-7


def loss_function(loss: Loss, channels: int) -> Callable[[Any, Any], Any]:
    """The recipe's loss: (labels (n, h, w), probabilities (n, h, w, c)) -> scalar."""

    def dice(labels: Any, probabilities: Any) -> Any:
        return soft_dice_loss(ops.one_hot(ops.cast(labels, "int32"), channels), probabilities)

    def dice_and_cross_entropy(labels: Any, probabilities: Any) -> Any:
        truth = ops.one_hot(ops.cast(labels, "int32"), channels)
        return soft_dice_loss(truth, probabilities) + cross_entropy_loss(truth, probabilities)

    return dice if loss == "dice" else dice_and_cross_entropy


def soft_dice_loss(truth: Any, probabilities: Any) -> Any:
    """1 - soft Dice, averaged over the structures (background left out) and the images.

    truth: one-hot (n, h, w, c). Dice after F. Milletari et al., V-Net, 3DV 2016, with plain sums.
    """
    truth, probabilities = truth[..., 1:], probabilities[..., 1:]
    shared = ops.sum(truth * probabilities, axis=(1, 2))
    total = ops.sum(truth, axis=(1, 2)) + ops.sum(probabilities, axis=(1, 2))
    return 1.0 - ops.mean((2.0 * shared + SMOOTHING) / (total + SMOOTHING))


def cross_entropy_loss(truth: Any, probabilities: Any) -> Any:
    """Mean over all pixels of -log p(true class); truth one-hot (n, h, w, c)."""
    right = ops.sum(truth * probabilities, axis=-1)
    return -ops.mean(ops.log(ops.maximum(right, _TINY_PROBABILITY)))
