"""Residual U-Net with dense atrous convolutions and multi-kernel pooling at the bottom.

Z. Zhang et al., "Road extraction by deep residual U-Net", IEEE GRSL 15(5), 2018, for the residual
levels; Z. Gu et al., "CE-Net", IEEE TMI 38(10), 2019, for the bottom.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from keras import Model, layers

from training.networks.blocks import checked_input, convolution, enlarged, structures

# dilations of CE-Net's four branches: receptive fields of 3, 7, 9 and 19 pixels
_BRANCHES = ((1,), (3,), (1, 3), (1, 3, 5))
_POOLS = (2, 3, 5, 6)


def build_resunet(
    *,
    height: int,
    width: int,
    channels: int,
    filters: Sequence[int],
    batch_norm: bool = True,
    background_bias: float = 0.0,
) -> Any:
    """Build (n, height, width, 1) -> softmax (n, height, width, channels), float32."""
    picture = checked_input(height, width, filters, "A residual U-Net")
    level = picture
    skips: list[Any] = []
    for number, count in enumerate(filters):
        if number > 0:
            level = layers.MaxPooling2D(2, name=f"down{number}_pool")(level)
        level = _residual(level, count, f"down{number}", batch_norm=batch_norm)
        skips.append(level)
    level = _dense_atrous(level, filters[-1], batch_norm=batch_norm)
    step = 2 ** (len(filters) - 1)
    level = _multi_kernel_pooling(level, height // step, width // step)
    for number in reversed(range(len(filters) - 1)):
        level = enlarged(level, filters[number], f"up{number}")
        level = layers.Concatenate(name=f"up{number}_skip")([level, skips[number]])
        level = _residual(level, filters[number], f"up{number}", batch_norm=batch_norm)
    return Model(picture, structures(level, channels, background_bias), name="resunet")


def _residual(level: Any, count: int, name: str, *, batch_norm: bool) -> Any:
    straight = layers.Conv2D(count, 1, name=f"{name}_straight")(level)
    level = convolution(level, count, f"{name}_a", batch_norm=batch_norm)
    level = convolution(level, count, f"{name}_b", batch_norm=batch_norm)
    return layers.Add(name=f"{name}_add")([straight, level])


def _dense_atrous(level: Any, count: int, *, batch_norm: bool) -> Any:
    """Four branches of growing dilation, each ending in a 1x1 convolution, added to the input."""
    narrow = max(1, count // 4)
    added = [level]
    for number, dilations in enumerate(_BRANCHES):
        branch = level
        for position, dilation in enumerate(dilations):
            branch = convolution(
                branch,
                narrow,
                f"atrous{number}_{position}",
                batch_norm=batch_norm,
                dilation=dilation,
            )
        added.append(layers.Conv2D(count, 1, name=f"atrous{number}_out")(branch))
    return layers.Add(name="atrous_add")(added)


def _multi_kernel_pooling(level: Any, height: int, width: int) -> Any:
    """The bottom pooled over 2, 3, 5 and 6 pixels, one channel each, beside itself."""
    beside = [level]
    for size in _POOLS:
        pooled = layers.MaxPooling2D(size, padding="same", name=f"pool{size}")(level)
        single = layers.Conv2D(1, 1, name=f"pool{size}_single")(pooled)
        back = layers.Resizing(height, width, interpolation="bilinear", name=f"pool{size}_back")
        beside.append(back(single))
    return layers.Concatenate(name="pools")(beside)
