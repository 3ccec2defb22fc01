"""Networks in Keras 3, backend-neutral. Keras is imported by the first network that is built."""

from __future__ import annotations

from typing import Any

from training.recipes.recipe import Recipe


def build_network(recipe: Recipe, channels: int) -> Any:
    """Build the recipe's untrained network: (n, h, w, 1) -> softmax over (n, h, w, channels).

    channels counts the background. Returns a `keras.Model`.
    """
    # Keras brings its backend along, which reading a recipe must not cost
    from training.networks.unet import build_unet  # noqa: PLC0415

    return build_unet(
        height=recipe.height,
        width=recipe.width,
        channels=channels,
        filters=recipe.filters,
        batch_norm=recipe.batch_norm,
        background_bias=recipe.background_bias,
    )
