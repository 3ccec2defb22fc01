"""The networks that the papers compare with: U-Net++, Attention U-Net, plain encoder-decoder."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from keras import Model, layers

from training.networks.blocks import checked_input, enlarged, structures, two_convolutions


def build_unetpp(
    *,
    height: int,
    width: int,
    channels: int,
    filters: Sequence[int],
    batch_norm: bool = True,
    background_bias: float = 0.0,
) -> Any:
    """U-Net++ without deep supervision: nested, dense skips.

    Z. Zhou et al., "UNet++", DLMIA 2018. (n, height, width, 1) -> softmax (..., channels), float32.
    """
    picture = checked_input(height, width, filters, "A U-Net++")
    levels = len(filters)
    # nodes[i][j]: level i after j enlargements have come in from below
    nodes: list[list[Any]] = [[] for _ in filters]
    for down, count in enumerate(filters):
        level = (
            picture if down == 0 else layers.MaxPooling2D(2, name=f"pool{down}")(nodes[down - 1][0])
        )
        nodes[down].append(two_convolutions(level, count, f"x{down}_0", batch_norm=batch_norm))
    for across in range(1, levels):
        for down in range(levels - across):
            name = f"x{down}_{across}"
            below = enlarged(nodes[down + 1][across - 1], filters[down], name)
            level = layers.Concatenate(name=f"{name}_skips")([*nodes[down], below])
            nodes[down].append(two_convolutions(level, filters[down], name, batch_norm=batch_norm))
    return Model(picture, structures(nodes[0][-1], channels, background_bias), name="unetpp")


def build_attention_unet(
    *,
    height: int,
    width: int,
    channels: int,
    filters: Sequence[int],
    batch_norm: bool = True,
    background_bias: float = 0.0,
) -> Any:
    """U-Net whose skips are gated by what the level below saw.

    O. Oktay et al., "Attention U-Net", MIDL 2018; the gate works at the skip's own resolution.
    """
    picture = checked_input(height, width, filters, "An Attention U-Net")
    level = picture
    skips: list[Any] = []
    for number, count in enumerate(filters):
        if number > 0:
            level = layers.MaxPooling2D(2, name=f"down{number}_pool")(level)
        level = two_convolutions(level, count, f"down{number}", batch_norm=batch_norm)
        skips.append(level)
    for number in reversed(range(len(filters) - 1)):
        count = filters[number]
        level = enlarged(level, count, f"up{number}")
        gated = _gate(skips[number], level, max(1, count // 2), f"gate{number}")
        level = layers.Concatenate(name=f"up{number}_skip")([level, gated])
        level = two_convolutions(level, count, f"up{number}", batch_norm=batch_norm)
    return Model(picture, structures(level, channels, background_bias), name="attention-unet")


def build_plain_cnn(
    *,
    height: int,
    width: int,
    channels: int,
    filters: Sequence[int],
    batch_norm: bool = True,
    background_bias: float = 0.0,
) -> Any:
    """Encoder and decoder without skips, after V. Badrinarayanan et al., SegNet, TPAMI 2017."""
    picture = checked_input(height, width, filters, "An encoder-decoder")
    level = picture
    for number, count in enumerate(filters):
        if number > 0:
            level = layers.MaxPooling2D(2, name=f"down{number}_pool")(level)
        level = two_convolutions(level, count, f"down{number}", batch_norm=batch_norm)
    for number in reversed(range(len(filters) - 1)):
        level = enlarged(level, filters[number], f"up{number}")
        level = two_convolutions(level, filters[number], f"up{number}", batch_norm=batch_norm)
    return Model(picture, structures(level, channels, background_bias), name="plain-cnn")


def _gate(skip: Any, below: Any, count: int, name: str) -> Any:
    """The skip times a weight in 0..1 a pixel, from the skip and the enlarged level below."""
    met = layers.Add(name=f"{name}_add")(
        [
            layers.Conv2D(count, 1, name=f"{name}_skip")(skip),
            layers.Conv2D(count, 1, use_bias=False, name=f"{name}_below")(below),
        ]
    )
    met = layers.ReLU(name=f"{name}_relu")(met)
    weight = layers.Conv2D(1, 1, activation="sigmoid", name=f"{name}_weight")(met)
    return layers.Multiply(name=f"{name}_times")([skip, weight])
