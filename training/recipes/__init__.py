"""One recipe a file: network, preprocessing, augmentation, loss and schedule."""

from __future__ import annotations

from training.datasets.problem import BadInputError
from training.recipes.baselines import ATTENTION_UNET, PLAIN_CNN, UNETPP
from training.recipes.fascicle import FASCICLE
from training.recipes.huang_femoral import HUANG_FEMORAL
from training.recipes.naik_brachial import NAIK_BRACHIAL
from training.recipes.recipe import Recipe
from training.recipes.resunet import RESUNET
from training.recipes.shape_plan import planned
from training.recipes.smistad_axillary import SMISTAD_AXILLARY
from training.recipes.smistad_femoral import SMISTAD_FEMORAL
from training.recipes.smistad_small import SMISTAD_SMALL
from training.recipes.tiny import TINY

__all__ = ["Recipe", "get", "names", "planned"]

_RECIPES: dict[str, Recipe] = {
    recipe.name: recipe
    for recipe in (
        FASCICLE,
        SMISTAD_AXILLARY,
        SMISTAD_FEMORAL,
        HUANG_FEMORAL,
        NAIK_BRACHIAL,
        RESUNET,
        UNETPP,
        ATTENTION_UNET,
        PLAIN_CNN,
        SMISTAD_SMALL,
        TINY,
    )
}


def names() -> tuple[str, ...]:
    """The names of all recipes, in the order to offer them."""
    return tuple(_RECIPES)


def get(name: str) -> Recipe:
    """The recipe of this name; BadInputError lists the names there are."""
    try:
        return _RECIPES[name]
    except KeyError:
        raise BadInputError(
            f"There is no recipe {name!r}; the recipes are {', '.join(_RECIPES)}."
        ) from None
