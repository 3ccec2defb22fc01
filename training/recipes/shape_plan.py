"""The network's input size from the images: their aspect, at a given number of pixels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from PIL import Image, UnidentifiedImageError

from training.datasets.problem import BadInputError
from training.recipes.recipe import Recipe

# how much more than the budget a size may take to come nearer to the aspect
_LARGEST_SHARE = 1.15
_SMALLEST_SHARE = 0.8


def planned(recipe: Recipe, images: Sequence[Path]) -> Recipe:
    """The recipe with the input size for these image files; unchanged where it plans none.

    Only the sizes are read, so that held-out images may take part. All folds of a run must be
    planned from the same images: an ensemble shares one input.
    """
    if recipe.plan_pixels is None or not images:
        return recipe
    height, width = planned_size(
        median_aspect(images), recipe.plan_pixels, 2 ** (len(recipe.filters) - 1)
    )
    return replace(recipe, height=height, width=width)


def median_aspect(images: Sequence[Path]) -> float:
    """The median of width over height of image files; BadInputError for one that is none."""
    return float(np.median([_aspect(path) for path in images]))


def planned_size(aspect: float, pixels: int, step: int) -> tuple[int, int]:
    """(height, width), multiples of step with about so many pixels, for frames of this aspect.

    aspect: width over height. Of the sizes with 0.8 to 1.15 times the pixels the one in which such
    a frame covers the most pixels for what the size costs.
    """
    best, best_worth = (step, step), -1.0
    for height in range(step, pixels // step + 1, step):
        for width in range(step, pixels // step + 1, step):
            if not _SMALLEST_SHARE * pixels <= height * width <= _LARGEST_SHARE * pixels:
                continue
            scale = min(height, width / aspect)
            filled = scale * scale * aspect / (height * width)
            # a fuller input first, then a larger one
            worth = filled + 0.05 * height * width / pixels
            if worth > best_worth:
                best, best_worth = (height, width), worth
    return best


def _aspect(path: Path) -> float:
    try:
        with Image.open(path) as picture:
            width, height = picture.size
    except (UnidentifiedImageError, OSError, ValueError, Image.DecompressionBombError) as damage:
        raise BadInputError(f"{path.name} is not a readable picture.") from damage
    return width / max(1, height)
