"""One picture that shows what each augmentation of a recipe does to an image and its mask."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from inference.engine.preprocess import place_frame, place_labels
from training import recipes
from training.augment.pipeline import augment
from training.datasets.pairs import infer_classes, read_pair, scan_pairs

COLUMNS = 5  # as they are, then so many draws less one
CAPTION_PX = 16
_OUTLINES = ((86, 180, 233), (230, 159, 0), (0, 158, 115), (240, 228, 66), (204, 121, 167))


def contact_sheet(
    *, images: Path, masks: Path, recipe_name: str, seed: int = 0
) -> NDArray[np.uint8]:
    """Rows of an image as it is and as each augmentation, then all together, draws it.

    RGB uint8 (rows * (h + caption), 5 * w, 3) at the recipe's input size; the masks' outlines lie
    on top, moved as training moves them. The same seed gives the same picture.
    """
    pairs = scan_pairs(images, masks).pairs
    recipe = recipes.planned(recipes.get(recipe_name), [pair.image for pair in pairs])
    class_map = infer_classes(pairs)
    size = recipe.preprocessing
    rows: list[NDArray[np.uint8]] = []
    lists: list[tuple[str, tuple[Any, ...]]] = [
        (type(each).__name__, (replace(each, probability=1.0),))  # type: ignore[type-var]
        for each in recipe.augmentations
    ]
    for number, (name, chosen) in enumerate([*lists, ("all together", recipe.augmentations)]):
        image, mask = read_pair(pairs[number % len(pairs)], class_map)
        placed = place_frame(image, size), place_labels(mask, size)
        tiles = [_outlined(*placed)]
        for draw in range(1, COLUMNS):
            rng = np.random.default_rng([seed, number, draw])
            tiles.append(_outlined(*augment(*placed, chosen, rng)))
        rows += [_caption(name, COLUMNS * size.width), np.concatenate(tiles, axis=1)]
    return np.concatenate(rows, axis=0)


def _outlined(image: NDArray[np.uint8], labels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    painted = np.repeat(image[..., None], 3, axis=2)
    for channel in np.unique(labels[labels > 0]):
        rings, _ = cv2.findContours(
            (labels == channel).astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE
        )
        cv2.drawContours(painted, rings, -1, _OUTLINES[(int(channel) - 1) % len(_OUTLINES)], 1)
    return painted


def _caption(text: str, width: int) -> NDArray[np.uint8]:
    strip = np.full((CAPTION_PX, width, 3), 24, np.uint8)
    grey = (220, 220, 220)
    cv2.putText(strip, text, (4, 12), cv2.FONT_HERSHEY_SIMPLEX, 0.4, grey, 1, cv2.LINE_AA)
    return strip
