"""What each augmentation costs an image with its mask, beside a copy of both.

    python -m benchmarks.augmentation [--recipe NAME] [--images N] [--json FILE]

Every augmentation runs alone with probability 1; "as the recipe draws" is what training pays on
average, one remap for all that move pixels. The best of three rounds counts.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from training import recipes
from training.augment import Augmentation, augment

ROUNDS = 3


def milliseconds(call: Callable[[int], Any], images: int) -> float:
    """Milliseconds an image, best of three rounds over so many images."""
    best = float("inf")
    for _ in range(ROUNDS):
        began = time.perf_counter()
        for number in range(images):
            call(number)
        best = min(best, time.perf_counter() - began)
    return 1000.0 * best / images


def augmenting(
    image: NDArray[np.uint8], labels: NDArray[np.uint8], chosen: Sequence[Augmentation]
) -> Callable[[int], Any]:
    return lambda number: augment(image, labels, chosen, np.random.default_rng([0, number]))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--recipe", default="fascicle")
    parser.add_argument("--images", type=int, default=200)
    parser.add_argument("--json", type=Path, default=Path("benchmarks/results/augmentation.json"))
    options = parser.parse_args()

    recipe = recipes.get(options.recipe)
    rng = np.random.default_rng(0)
    image = rng.integers(0, 256, (recipe.height, recipe.width)).astype(np.uint8)
    labels = np.zeros_like(image)
    labels[recipe.height // 3 : recipe.height // 2, recipe.width // 3 : recipe.width // 2] = 1
    certain: list[Any] = [
        replace(each, probability=1.0)  # type: ignore[type-var]
        for each in recipe.augmentations
    ]
    calls: dict[str, Callable[[int], Any]] = {"copy": lambda _: (image.copy(), labels.copy())}
    calls |= {type(each).__name__: augmenting(image, labels, (each,)) for each in certain}
    calls["all of them"] = augmenting(image, labels, certain)
    calls["as the recipe draws"] = augmenting(image, labels, recipe.augmentations)
    rows = {name: milliseconds(call, options.images) for name, call in calls.items()}

    print(f"{recipe.name}, {recipe.width}x{recipe.height}, one thread")
    print(f"{'augmentation':<22}{'ms an image':>12}{'images/s':>10}")
    for name, spent in rows.items():
        print(f"{name:<22}{spent:>12.3f}{1000.0 / spent:>10.0f}")
    options.json.parent.mkdir(parents=True, exist_ok=True)
    described = {"recipe": recipe.name, "milliseconds_per_image": rows}
    options.json.write_text(json.dumps(described, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
