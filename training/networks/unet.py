"""The U-Net of Smistad et al. for nerve blocks.

E. Smistad et al., "Highlighting nerves and blood vessels for ultrasound-guided axillary nerve block
procedures using neural networks", J. Med. Imaging 5(4), 2018: two 3x3 convolutions with ReLU a
level, 2x2 max pooling down, 2x2 repeat upsampling up, skip connections, softmax.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from keras import Input, Model, layers

from training.datasets.problem import BadInputError


def build_unet(
    *,
    height: int,
    width: int,
    channels: int,
    filters: Sequence[int],
    batch_norm: bool = False,
    background_bias: float = 0.0,
) -> Any:
    """Build a U-Net (n, height, width, 1) -> softmax (n, height, width, channels), float32.

    filters gives the convolutions' width per level from the top; (8, 16, 32, 64, 128, 256) with six
    channels has 1,966,366 parameters. batch_norm puts a BatchNormalization between convolution and
    ReLU. background_bias is the background's logit before training: with 3 a network starts from
    "nearly all is background", which is so, and need not spend its first hundred steps learning it.
    Raises BadInputError when the size cannot be halved once for each level below the first.
    """
    step = 2 ** (len(filters) - 1)
    if height % step or width % step:
        raise BadInputError(
            f"A U-Net of {len(filters)} levels needs sides divisible by {step}, "
            f"not {width}x{height}."
        )
    picture = Input((height, width, 1), name="frame")
    level = picture
    skips: list[Any] = []
    for number, count in enumerate(filters):
        if number > 0:
            level = layers.MaxPooling2D(2, name=f"down{number}_pool")(level)
        level = _two_convolutions(level, count, f"down{number}", batch_norm=batch_norm)
        skips.append(level)
    for number in reversed(range(len(filters) - 1)):
        level = layers.UpSampling2D(2, interpolation="nearest", name=f"up{number}_repeat")(level)
        level = layers.Concatenate(name=f"up{number}_skip")([level, skips[number]])
        level = _two_convolutions(level, filters[number], f"up{number}", batch_norm=batch_norm)
    output = layers.Conv2D(channels, 1, activation="softmax", dtype="float32", name="structures")
    network = Model(picture, output(level), name="unet")
    output.bias.assign([background_bias] + [0.0] * (channels - 1))
    return network


def _two_convolutions(level: Any, count: int, name: str, *, batch_norm: bool) -> Any:
    for position in ("a", "b"):
        level = layers.Conv2D(
            count,
            3,
            padding="same",
            use_bias=not batch_norm,
            kernel_initializer="he_normal",
            name=f"{name}_conv_{position}",
        )(level)
        if batch_norm:
            # Keras' 0.99 needs hundreds of steps before the moving statistics mean anything
            level = layers.BatchNormalization(momentum=0.9, name=f"{name}_norm_{position}")(level)
        level = layers.ReLU(name=f"{name}_relu_{position}")(level)
    return level
