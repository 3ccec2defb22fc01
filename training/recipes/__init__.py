"""One recipe a file: network, preprocessing, augmentation, loss and schedule."""

from __future__ import annotations

from training.datasets.problem import BadInputError
from training.recipes.recipe import Recipe
from training.recipes.smistad_axillary import SMISTAD_AXILLARY
from training.recipes.smistad_femoral import SMISTAD_FEMORAL
from training.recipes.smistad_small import SMISTAD_SMALL
from training.recipes.tiny import TINY

__all__ = ["Recipe", "get", "names"]

_RECIPES: dict[str, Recipe] = {
    recipe.name: recipe for recipe in (SMISTAD_AXILLARY, SMISTAD_FEMORAL, SMISTAD_SMALL, TINY)
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
