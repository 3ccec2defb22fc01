"""Networks in Keras 3, backend-neutral. Keras is imported by the first network that is built."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from training.recipes.recipe import Network, Recipe


def build_network(recipe: Recipe, channels: int) -> Any:
    """Build the recipe's untrained network: (n, h, w, 1) -> softmax over (n, h, w, channels).

    channels counts the background. Returns a `keras.Model`. Raises BadInputError where the input
    cannot be halved once for each level below the first.
    """
    # Keras brings its backend along, which reading a recipe must not cost
    from keras.layers import BatchNormalization  # noqa: PLC0415

    from training.networks.baselines import (  # noqa: PLC0415
        build_attention_unet,
        build_plain_cnn,
        build_unetpp,
    )
    from training.networks.resunet import build_resunet  # noqa: PLC0415
    from training.networks.unet import build_unet  # noqa: PLC0415

    builders: dict[Network, Callable[..., Any]] = {
        "unet": build_unet,
        "transposed-unet": partial(build_unet, transposed=True),
        "resunet": build_resunet,
        "unetpp": build_unetpp,
        "attention-unet": build_attention_unet,
        "plain-cnn": build_plain_cnn,
    }
    network = builders[recipe.network](
        height=recipe.height,
        width=recipe.width,
        channels=channels,
        filters=recipe.filters,
        batch_norm=recipe.batch_norm,
        background_bias=recipe.background_bias,
    )
    for layer in network.layers:
        if isinstance(layer, BatchNormalization):
            layer.momentum = recipe.norm_momentum
    return network
