"""The papers' recipes learn: none is dead from its first steps, whatever its loss and network."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from inference.engine.labelfile import write_label_png
from tests.training.numeric.conftest import CLASSES
from training import recipes
from training.datasets.pairs import parse_classes, scan_pairs
from training.fit import FitPlan, fit_fold
from training.recipes.recipe import Recipe

# the others are fitted by other tests, or differ from one of these in the input's size only
NAMES = (
    "smistad-axillary", "huang-femoral", "naik-brachial", "resunet", "unetpp", "attention-unet",
    "plain-cnn",
)  # fmt: skip


@pytest.mark.timeout(600)
@pytest.mark.parametrize("name", NAMES)
def test_a_recipe_learns_what_is_plain_to_see(name: str, discs: Path, tmp_path: Path) -> None:
    recipe = recipes.get(name)
    small = replace(recipe, height=64, width=64, plan_pixels=None, epochs=20, batch_size=4)
    if recipe.learning_rate >= 1e-3:  # at a tenth of it a narrow network wants hundreds of epochs
        small = replace(small, filters=tuple(max(4, count // 4) for count in recipe.filters[:4]))
    losses = fitted(small, discs, CLASSES, tmp_path)
    assert losses[-1] < 0.95 * losses[0]


@pytest.mark.timeout(600)
@pytest.mark.parametrize("name", [name for name in NAMES if recipes.get(name).loss == "dice"])
def test_a_recipe_finds_a_structure_of_one_in_a_hundred_pixels(name: str, tmp_path: Path) -> None:
    """Dice loss has no gradient where the background is beyond doubt: a first step too large is
    the last one.
    """
    small = replace(
        recipes.get(name), height=64, width=64, plan_pixels=None, epochs=16, batch_size=4
    )
    losses = fitted(small, small_discs(tmp_path / "pairs"), "1=nerve", tmp_path)
    assert losses[-1] < 0.95 * losses[0]


def fitted(recipe: Recipe, folder: Path, classes: str, out: Path) -> list[float]:
    """The losses, epoch by epoch, on all pairs of a folder."""
    pairs = scan_pairs(folder / "images", folder / "masks").pairs
    losses: list[float] = []

    def note(event: dict[str, Any]) -> None:
        if event["event"] == "epoch":
            losses.append(event["loss"])

    fit_fold(FitPlan(recipe, parse_classes(classes), pairs, (), out / "fold"), note)
    assert len(losses) == recipe.epochs
    return losses


def small_discs(folder: Path) -> Path:
    """24 speckled pictures, each with one bright disc that fills 1.3 % of it."""
    (folder / "images").mkdir(parents=True)
    (folder / "masks").mkdir()
    y, x = np.mgrid[:96, :120]
    for number in range(24):
        rng = np.random.default_rng(number)
        disc = (y - rng.uniform(25, 71)) ** 2 + (x - rng.uniform(25, 95)) ** 2 < 7**2
        speckled = np.where(disc, 180.0, 90.0) * rng.rayleigh(0.8, disc.shape)
        picture = np.clip(speckled, 0, 255).astype(np.uint8)
        Image.fromarray(picture).save(folder / f"images/{number:03d}.png")
        write_label_png(folder / f"masks/{number:03d}.png", disc.astype(np.uint8))
    return folder
