"""What the networks are put together from, and the output they all share."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from keras import Input, layers

from training.datasets.problem import BadInputError


def checked_input(
    height: int, width: int, filters: Sequence[int], what: str, frames: int = 1
) -> Any:
    """The input (n, height, width, frames); BadInputError where it cannot be halved a level."""
    step = 2 ** (len(filters) - 1)
    if height % step or width % step:
        raise BadInputError(
            f"{what} of {len(filters)} levels needs sides divisible by {step}, "
            f"not {width}x{height}."
        )
    return Input((height, width, frames), name="frame")


def convolution(level: Any, count: int, name: str, *, batch_norm: bool, dilation: int = 1) -> Any:
    """3x3 convolution, normalisation where wanted, ReLU."""
    level = layers.Conv2D(
        count,
        3,
        padding="same",
        dilation_rate=dilation,
        use_bias=not batch_norm,
        kernel_initializer="he_normal",
        name=f"{name}_conv",
    )(level)
    if batch_norm:
        # Keras' 0.99 needs hundreds of steps before the moving statistics mean anything
        level = layers.BatchNormalization(momentum=0.9, name=f"{name}_norm")(level)
    return layers.ReLU(name=f"{name}_relu")(level)


def two_convolutions(level: Any, count: int, name: str, *, batch_norm: bool) -> Any:
    """The U-Net's level: two 3x3 convolutions."""
    for position in ("a", "b"):
        level = convolution(level, count, f"{name}_{position}", batch_norm=batch_norm)
    return level


def enlarged(level: Any, count: int, name: str, *, transposed: bool = False) -> Any:
    """Twice the height and width: by repeating, or by a 2x2 transposed convolution to count."""
    if transposed:
        return layers.Conv2DTranspose(count, 2, strides=2, name=f"{name}_transposed")(level)
    return layers.UpSampling2D(2, interpolation="nearest", name=f"{name}_repeat")(level)


def structures(level: Any, channels: int, background_bias: float) -> Any:
    """Softmax over channels at every pixel, float32 whatever the arithmetic.

    background_bias is the background's logit before training: with 3 a network starts from
    "nearly all is background", which is so, and need not spend its first hundred steps learning it.
    """
    output = layers.Conv2D(channels, 1, activation="softmax", dtype="float32", name="structures")
    answered = output(level)
    output.bias.assign([background_bias] + [0.0] * (channels - 1))
    return answered
