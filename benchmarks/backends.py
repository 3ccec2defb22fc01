"""Three steps of training of every recipe under one backend, to hold against another's.

    python benchmarks/backends.py --weights DIR --json tensorflow.json
    KERAS_BACKEND=jax OTHER/bin/python benchmarks/backends.py --weights DIR --json jax.json

The first run draws the weights and keeps them in DIR; others start from them. Needs, besides the
backend, keras, numpy, scipy, pillow and opencv-python-headless. Networks are narrow and small: what
is compared is the mathematics, not the speed. Two files given to --compare are set side by side.
"""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np

ROOT = Path(__file__).parents[1]
# run as a file, this folder comes first on the path and training.py passes for the package
sys.path[:] = [each for each in sys.path if Path(each).resolve() != Path(__file__).parent]
sys.path[:0] = [str(ROOT), str(ROOT / "platform")]

from training import recipes  # noqa: E402
from training.recipes.recipe import Recipe  # noqa: E402

CHANNELS = 3
STEPS = 3
HEIGHT, WIDTH = 32, 64


def small(name: str) -> Recipe:
    recipe = recipes.get(name)
    filters = (2, 4, 4) if recipe.network == "resunet" else (2, 4)
    return replace(recipe, height=HEIGHT, width=WIDTH, filters=filters, plan_pixels=None)


def losses(recipe: Recipe, weights: Path) -> list[float]:
    """The loss of each step, from the weights in the file, or drawn ones that are written there."""
    import keras

    from training.fit.loop import build_optimiser
    from training.fit.losses import loss_function
    from training.fit.step import training_step
    from training.networks import build_network

    rng = np.random.default_rng(3)
    frames = rng.normal(size=(2, HEIGHT, WIDTH, 1)).astype(np.float32)
    finer = recipe.label_detail
    labels = rng.integers(0, CHANNELS, (2, finer * HEIGHT, finer * WIDTH)).astype(np.uint8)
    keras.utils.set_random_seed(1)
    network = build_network(recipe, CHANNELS)
    if weights.exists():
        with np.load(weights) as kept:
            network.set_weights([kept[str(number)] for number in range(len(kept.files))])
    else:
        weights.parent.mkdir(parents=True, exist_ok=True)
        drawn = {str(number): each for number, each in enumerate(network.get_weights())}
        np.savez(weights, allow_pickle=False, **drawn)
    optimiser = build_optimiser(recipe, STEPS + 1)
    optimiser.build(network.trainable_variables)
    step = training_step(network, loss_function(recipe.loss, CHANNELS, 0.5), optimiser)
    return [step(frames, labels) for _ in range(STEPS)]


def compare(first: Path, second: Path) -> None:
    one, other = (json.loads(path.read_text(encoding="utf-8")) for path in (first, second))
    print(f"largest difference, as a share: {one['backend']} against {other['backend']}")
    for name, values in one["losses"].items():
        apart = np.abs(np.array(values) / np.array(other["losses"][name]) - 1.0)
        print(f"{name:<20}" + "".join(f"{each:>12.1e}" for each in apart))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--weights", type=Path, default=Path("benchmarks/results/backends"))
    parser.add_argument("--json", type=Path, default=Path("benchmarks/results/backends.json"))
    parser.add_argument("--compare", type=Path, nargs=2, metavar="FILE")
    options = parser.parse_args()
    if options.compare:
        compare(*options.compare)
        return
    import keras

    found = {name: losses(small(name), options.weights / f"{name}.npz") for name in recipes.names()}
    described = {"backend": keras.backend.backend(), "keras": keras.__version__, "losses": found}
    options.json.parent.mkdir(parents=True, exist_ok=True)
    options.json.write_text(json.dumps(described, indent=2) + "\n", encoding="utf-8")
    for name, values in found.items():
        print(f"{name:<20}" + "".join(f"{each:>12.6f}" for each in values))


if __name__ == "__main__":
    main()
