"""Speckled pictures with a bright disc (nerve) on the left and a dark one (vessel) on the right."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from inference.engine.labelfile import write_label_png
from training import recipes
from training.datasets.pairs import parse_classes, scan_pairs
from training.fit import FitPlan

CLASSES = "1=nerve,2=vessel"


@pytest.fixture(scope="session")
def write_discs() -> Callable[[Path, int], Path]:
    """Writes `count` pairs into folder/images and folder/masks; sizes differ from pair to pair."""

    def write(folder: Path, count: int) -> Path:
        (folder / "images").mkdir(parents=True)
        (folder / "masks").mkdir()
        for number in range(count):
            rng = np.random.default_rng(number)
            height, width = 90 + number % 3 * 7, 120
            y, x = np.mgrid[:height, :width]
            mask = np.zeros((height, width), np.uint8)
            picture = np.full((height, width), 110.0)
            for value, grey, left in ((1, 220.0, 0), (2, 15.0, 60)):
                centre_y = rng.uniform(25, height - 25)
                centre_x = rng.uniform(20, 45) + left
                disc = (y - centre_y) ** 2 + (x - centre_x) ** 2 < 14**2
                mask[disc], picture[disc] = value, grey
            speckled = np.clip(picture * rng.rayleigh(0.8, picture.shape), 0, 255)
            Image.fromarray(speckled.astype(np.uint8)).save(folder / f"images/{number:03d}.png")
            write_label_png(folder / f"masks/{number:03d}.png", mask)
        return folder

    return write


@pytest.fixture(scope="session")
def discs(
    tmp_path_factory: pytest.TempPathFactory, write_discs: Callable[[Path, int], Path]
) -> Path:
    return write_discs(tmp_path_factory.mktemp("discs") / "pairs", 12)


@pytest.fixture
def plan(discs: Path, tmp_path: Path) -> FitPlan:
    """Fold 0 of two on the discs, three epochs of a tiny network."""
    pairs = scan_pairs(discs / "images", discs / "masks").pairs
    recipe = replace(recipes.get("tiny"), epochs=3, batch_size=4, filters=(4, 8))
    return FitPlan(
        recipe, parse_classes(CLASSES), pairs[:8], pairs[8:], tmp_path / "fold", fold=0, folds=2
    )
