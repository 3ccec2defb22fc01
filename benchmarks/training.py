"""Images a second of our training loop beside a bare compiled `train_on_batch` loop.

    python benchmarks/training.py [--recipe NAME] [--images N] [--epochs N] [--json FILE]

The bare loop steps over batches made beforehand, so it does no augmentation and reads nothing. Ours
augments, feeds, checks and keeps the losses. Both compile first and then take turns; the best
epoch of each counts, because the machine is shared.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

# run as a file, this folder comes first on the path and this very file passes for the package
sys.path[:] = [each for each in sys.path if Path(each).resolve() != Path(__file__).parent]

from training import recipes  # noqa: E402
from training.fit.arithmetic import arithmetic  # noqa: E402
from training.fit.feed import PlacedSet, ahead, steps_per_epoch, training_batches  # noqa: E402
from training.fit.loop import build_optimiser  # noqa: E402
from training.fit.losses import loss_function  # noqa: E402
from training.fit.step import training_step  # noqa: E402
from training.networks import build_network  # noqa: E402
from training.recipes.recipe import Recipe  # noqa: E402

CHANNELS = 6
FOLD_IMAGES, FOLD_EPOCHS = 500, 75


def speckled_set(recipe: Recipe, count: int) -> PlacedSet:
    """Random pictures with one disc a structure: what they show costs nothing to learn."""
    rng = np.random.default_rng(0)
    shape = (count, recipe.height, recipe.width)
    images = rng.integers(0, 255, shape).astype(np.uint8)
    height, width = recipe.label_detail * recipe.height, recipe.label_detail * recipe.width
    labels = np.zeros((count, height, width), np.uint8)
    y, x = np.mgrid[:height, :width]
    for channel in range(1, CHANNELS):
        centre = width * channel / CHANNELS
        disc = (y - height / 2) ** 2 + (x - centre) ** 2 < (width / 16) ** 2
        labels[:, disc] = channel
    where = recipe.preprocessing.placement(recipe.height, recipe.width)
    return PlacedSet(images, labels, (where,) * count)


def compiled(recipe: Recipe, steps: int) -> Any:
    """The recipe's network, compiled by Keras, in the arithmetic that `fit_fold` would use."""
    with arithmetic(recipe):
        model = build_network(recipe, CHANNELS)
    loss = loss_function(recipe.loss, CHANNELS)
    model.compile(optimizer=build_optimiser(recipe, steps), loss=loss, jit_compile=False)
    return model


def best_seconds(loops: dict[str, Callable[[int], None]], epochs: int) -> dict[str, float]:
    """Shortest epoch of each loop, in turn, so that the machine's moods meet all alike."""
    best = dict.fromkeys(loops, float("inf"))
    for number in range(epochs + 1):
        for name, epoch in loops.items():
            began = time.perf_counter()
            epoch(number)
            if number > 0:  # the first compiles
                best[name] = min(best[name], time.perf_counter() - began)
    return best


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--recipe", default="smistad-small")
    parser.add_argument("--images", type=int, default=64)
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--json", type=Path, default=Path("benchmarks/results/training.json"))
    options = parser.parse_args()
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

    recipe = recipes.get(options.recipe)
    placed = speckled_set(recipe, options.images)
    steps = steps_per_epoch(len(placed), recipe.batch_size)
    # each its own network: our step fuses normalisations, which the bare loop must not inherit
    plain, model = (compiled(recipe, steps * (options.epochs + 1)) for _ in range(2))
    step = training_step(model, loss_function(recipe.loss, CHANNELS), model.optimizer)
    ready: list[tuple[NDArray[np.float32], NDArray[np.uint8]]] = list(
        training_batches(placed, recipe, 0)
    )

    def bare(_: int) -> None:
        for batch, labels in ready:
            plain.train_on_batch(batch, labels)

    def ours(epoch: int) -> None:
        for batch, labels in ahead(lambda: training_batches(placed, recipe, epoch)):
            step(batch, labels)

    def feed_only(epoch: int) -> None:
        for _ in training_batches(placed, recipe, epoch):
            pass

    images = steps * recipe.batch_size
    loops = {"bare": bare, "ours": ours, "augmentation alone": feed_only}
    rows = {name: images / best for name, best in best_seconds(loops, options.epochs).items()}
    print(f"{recipe.name}, {recipe.width}x{recipe.height}, batch {recipe.batch_size}")
    print(f"{'loop':<20}{'images/s':>10}{'of bare':>10}")
    for name, rate in rows.items():
        print(f"{name:<20}{rate:>10.1f}{rate / rows['bare']:>10.2f}")
    minutes = FOLD_IMAGES * FOLD_EPOCHS / rows["ours"] / 60
    print(f"{FOLD_IMAGES} images x {FOLD_EPOCHS} epochs at this rate: {minutes:.0f} minutes")
    options.json.parent.mkdir(parents=True, exist_ok=True)
    described = {"recipe": recipe.name, "batch_size": recipe.batch_size, "images_per_second": rows}
    options.json.write_text(json.dumps(described, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
