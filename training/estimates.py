"""Reads: how long a run will take, before it is started."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from training import recipes
from training.models import Epoch
from training.recipes.recipe import Recipe

EPOCHS_LOOKED_AT = 400
# `fascicle` at 192x96: 0.204 s for a batch of 8 on two cores, docs/evidence.md, Cost
_REFERENCE_RECIPE, _REFERENCE_SECONDS_A_FRAME = "fascicle", 0.204 / 8
_PICTURE_SECONDS = 0.005  # of those: augmenting and feeding, whatever the network
_UNSURE = 2.0  # what was not measured here may take half or twice as long
_LEVELS_SHRINK = 4  # pixels, from one level to the next


class Basis(StrEnum):
    """What an estimate rests on."""

    RECIPE = "recipe"  # earlier runs of this recipe on this server
    OTHERS = "others"  # of other recipes, by the size of the networks
    REFERENCE = "reference"  # a machine of two cores elsewhere


@dataclass(frozen=True, slots=True)
class RunEstimate:
    """Seconds of all folds one after another, as one worker fits them; likely from low to high.

    The evaluation of the folds is not in it.
    """

    seconds: float
    low: float
    high: float
    basis: Basis


def run_estimate(
    *, recipe: str, frame_count: int, fold_count: int, epoch_count: int
) -> RunEstimate:
    """From how long epochs took for each frame they trained on. BadInputError: no such recipe."""
    wanted = recipes.get(recipe)
    trained = frame_count * (fold_count - 1) * epoch_count
    rates = _rates(recipe)
    if len(rates):
        low, median, high = np.percentile(rates, (10, 50, 90))
        return RunEstimate(median * trained, low * trained, high * trained, Basis.RECIPE)
    speeds = _speeds()
    basis = Basis.OTHERS if speeds else Basis.REFERENCE
    seconds = reference_rate(wanted) * (float(np.median(speeds)) if speeds else 1.0) * trained
    return RunEstimate(seconds, seconds / _UNSURE, seconds * _UNSURE, basis)


def reference_rate(recipe: Recipe) -> float:
    """Seconds for each frame trained on, on the reference machine: its pictures and its network."""
    share = cost(recipe) / cost(recipes.get(_REFERENCE_RECIPE))
    return _PICTURE_SECONDS + (_REFERENCE_SECONDS_A_FRAME - _PICTURE_SECONDS) * share


def cost(recipe: Recipe) -> float:
    """Multiplications of its convolutions for a frame, roughly: two of 3x3 a level, down and up."""
    pixels = float(recipe.plan_pixels or recipe.height * recipe.width)
    total, before = 0.0, 1
    for level, width in enumerate(recipe.filters):
        total += 2 * 9 * pixels / _LEVELS_SHRINK**level * width * (before + width)
        before = width
    return total


def _rates(recipe: str) -> Sequence[float]:
    """Seconds of recent epochs of this recipe for each frame they trained on."""
    # a first epoch also builds the network
    later = Epoch.objects.filter(fold__run__recipe=recipe, number__gt=1)
    rows = later.order_by("-fold__run__created_at", "-pk")
    found = rows.values_list("seconds", "fold__run__fold_count", "fold__run__snapshot__frame_count")
    return [
        seconds / (frames * (folds - 1) / folds)
        for seconds, folds, frames in found[:EPOCHS_LOOKED_AT]
        if frames
    ]


def _speeds() -> list[float]:
    """How many times as long as on the reference machine epochs took here, recipe by recipe."""
    rows = Epoch.objects.order_by("-fold__run__created_at", "-pk").values_list(
        "fold__run__recipe", flat=True
    )
    known = set(recipes.names())
    latest = dict.fromkeys(name for name in rows[:EPOCHS_LOOKED_AT] if name in known)
    return [rate / reference_rate(recipes.get(name)) for name in latest for rate in _rates(name)]
