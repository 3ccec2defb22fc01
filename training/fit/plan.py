"""What one fold is to do, what came of it, and how it can end early."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path

from training.datasets.pairs import ClassMap, ImageMaskPair
from training.evaluate.report import Evaluation
from training.recipes.recipe import Recipe


class FitError(Exception):
    """Training that cannot go on; the message is one sentence to show as it is."""


class FitStopped(Exception):  # noqa: N818 - an end that was asked for, not an error
    """Training to be gone on with later: asked to stop, or its folder is still in use."""


@dataclass(frozen=True, slots=True)
class FitPlan:
    """One fold: train `recipe` on `training`, evaluate on `held_out`, write into folder `out`.

    held_out may be empty: then the model is trained on everything and nothing is evaluated.
    start_from: a model file whose weights to start with, where they fit.
    """

    recipe: Recipe
    class_map: ClassMap
    training: tuple[ImageMaskPair, ...]
    held_out: tuple[ImageMaskPair, ...]
    out: Path
    fold: int | None = None
    folds: int | None = None
    start_from: Path | None = None

    def fingerprint(self) -> str:
        """A digest of all that a checkpoint must agree on; more epochs may be asked for later."""
        return self._digest(kinds=[type(each).__name__ for each in self.recipe.augmentations])

    def fingerprints(self) -> frozenset[str]:
        """Those of checkpoints and results that are of this plan.

        The second is that of files written before the kinds of augmentations counted, which knows
        them by their figures alone.
        """
        return frozenset({self.fingerprint(), self._digest(kinds=None)})

    def _digest(self, kinds: list[str] | None) -> str:
        recipe = asdict(self.recipe)
        del recipe["epochs"]
        described = {
            "recipe": recipe,
            "classes": [[each.value, each.code] for each in self.class_map.classes],
            "training": [pair.stem for pair in self.training],
            "held_out": [pair.stem for pair in self.held_out],
        }
        if kinds is not None:
            described["augmentations"] = kinds
        soft = [pair.stem for pair in self.training if pair.soft is not None]
        if soft:
            described["soft"] = soft
        if self.start_from is not None:
            described["start_from"] = hashlib.sha256(self.start_from.read_bytes()).hexdigest()
        return hashlib.sha256(json.dumps(described, sort_keys=True).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class FoldResult:
    """What a fold left behind. evaluation: of the held-out images, None where there were none."""

    fold: int | None
    model: Path
    epochs: int
    evaluation: Evaluation | None
