"""The U-Net of Smistad et al. for nerve blocks, and its form with transposed convolutions.

E. Smistad et al., "Highlighting nerves and blood vessels for ultrasound-guided axillary nerve block
procedures using neural networks", J. Med. Imaging 5(4), 2018: two 3x3 convolutions with ReLU a
level, 2x2 max pooling down, 2x2 repeat upsampling up, skip connections, softmax.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from keras import Model, layers

from training.networks.blocks import checked_input, enlarged, structures, two_convolutions


def build_unet(
    *,
    height: int,
    width: int,
    channels: int,
    filters: Sequence[int],
    batch_norm: bool = False,
    background_bias: float = 0.0,
    transposed: bool = False,
    frames: int = 1,
) -> Any:
    """Build a U-Net (n, height, width, frames) -> softmax (n, height, width, channels), float32.

    filters gives the convolutions' width per level from the top; (8, 16, 32, 64, 128, 256) with six
    channels has 1,966,366 parameters. batch_norm puts a BatchNormalization between convolution and
    ReLU. transposed enlarges by transposed convolutions, as O. Ronneberger et al. (MICCAI 2015).
    Raises BadInputError when the size cannot be halved once for each level below the first.
    """
    picture = checked_input(height, width, filters, "A U-Net", frames)
    level = picture
    skips: list[Any] = []
    for number, count in enumerate(filters):
        if number > 0:
            level = layers.MaxPooling2D(2, name=f"down{number}_pool")(level)
        level = two_convolutions(level, count, f"down{number}", batch_norm=batch_norm)
        skips.append(level)
    for number in reversed(range(len(filters) - 1)):
        level = enlarged(level, filters[number], f"up{number}", transposed=transposed)
        level = layers.Concatenate(name=f"up{number}_skip")([level, skips[number]])
        level = two_convolutions(level, filters[number], f"up{number}", batch_norm=batch_norm)
    return Model(picture, structures(level, channels, background_bias), name="unet")
