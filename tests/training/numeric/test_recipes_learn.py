"""The papers' recipes learn: none is dead from its first steps, whatever its loss and network."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.training.numeric.conftest import CLASSES
from training import recipes
from training.datasets.pairs import parse_classes, scan_pairs
from training.fit import FitPlan, fit_fold

# the others are fitted by other tests, or differ from one of these in the input's size only
NAMES = (
    "smistad-axillary", "huang-femoral", "naik-brachial", "resunet", "unetpp", "attention-unet",
    "plain-cnn",
)  # fmt: skip


@pytest.mark.timeout(600)
@pytest.mark.parametrize("name", NAMES)
def test_a_recipe_learns_what_is_plain_to_see(name: str, discs: Path, tmp_path: Path) -> None:
    recipe = recipes.get(name)
    small = replace(
        recipe,
        height=64,
        width=64,
        filters=tuple(max(4, count // 4) for count in recipe.filters[:4]),
        plan_pixels=None,
        epochs=20,
        batch_size=4,
    )
    pairs = scan_pairs(discs / "images", discs / "masks").pairs
    plan = FitPlan(small, parse_classes(CLASSES), pairs, (), tmp_path / "fold")
    losses: list[float] = []

    def note(event: dict[str, Any]) -> None:
        if event["event"] == "epoch":
            losses.append(event["loss"])

    fit_fold(plan, note)
    assert len(losses) == small.epochs
    assert losses[-1] < 0.95 * losses[0]
