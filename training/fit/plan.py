"""What one fold is to do, what came of it, and how it can end early."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from functools import cache
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
        """A digest of all that a checkpoint must agree on; more epochs may be asked for later.

        Files count by what they hold: a mask that was corrected makes another plan. Raises OSError
        where one cannot be read.
        """
        return self._digest(kinds=self._kinds(), contents=self._contents())

    def fingerprints(self) -> frozenset[str]:
        """Those of checkpoints and results that are of this plan.

        The others are those of results written before files counted by what they hold, and before
        the kinds of augmentations counted, which knew these by their figures alone.
        """
        earlier = self._digest(kinds=self._kinds()), self._digest(kinds=None)
        return frozenset({self.fingerprint(), *earlier})

    def _kinds(self) -> list[str]:
        return [type(each).__name__ for each in self.recipe.augmentations]

    def _contents(self) -> str:
        held = hashlib.sha256()
        for pair in (*self.training, *self.held_out):
            for path in (pair.image, pair.mask, pair.soft):
                held.update(b"" if path is None else _digest_of(path))
            held.update(b"\n")
        return held.hexdigest()

    def _digest(self, *, kinds: list[str] | None, contents: str | None = None) -> str:
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
        if contents is not None:
            described["contents"] = contents
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


def _digest_of(path: Path) -> bytes:
    about = path.stat()
    return _digest_once(path, about.st_size, about.st_mtime_ns)


@cache
def _digest_once(path: Path, size: int, modified_ns: int) -> bytes:
    """SHA-256 of a file, read once for all folds as long as it is as large and as old as before."""
    return hashlib.sha256(path.read_bytes()).digest()
