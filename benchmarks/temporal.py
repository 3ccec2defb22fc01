"""Does a network that sees the frames before do better on moving clips? A paired test.

    python -m benchmarks.temporal [--epochs N] [--subjects N] [--test-subjects N] [--json FILE]

Two U-Nets of the fascicle recipe's design at half its widths learn the same frames of phantom
subjects in the same order for the same number of steps: one sees a frame, the other also the frames
80 and 160 ms before it. Both are measured on whole clips of subjects that neither has seen. Per
subject: mean Dice over structures and frames, and flicker, by which the prediction changes from
frame to frame more than the truth does. Paired t-test and Wilcoxon signed-rank over subjects, Holm
over the two measures; and the time of a frame, one after the other in this process.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import stats

# run as a file, this folder comes first on the path and this very file passes for the package
sys.path[:] = [each for each in sys.path if Path(each).resolve() != Path(__file__).parent]

from inference.engine.preprocess import normalise  # noqa: E402
from phantom import Scene  # noqa: E402
from training import recipes  # noqa: E402
from training.augment import augment  # noqa: E402
from training.recipes.recipe import Recipe  # noqa: E402

ANATOMY = "axillary"
CHANNELS = 6
SIDE = 128
EARLIER = (4, 2, 0)  # frames before, at 25 frames a second; the last is the frame itself
TARGETS = 8  # frames of a subject to learn from
TARGET_STEP = 12
CLIP_FRAMES = 20
FIRST_TEST_SUBJECT = 500

RECIPE = replace(
    recipes.get("fascicle"),
    height=SIDE,
    width=SIDE,
    plan_pixels=None,
    filters=(8, 16, 32, 64, 128),
    precision="float32",
    label_detail=1,
    ema=None,
)


@dataclass(frozen=True, slots=True)
class Shots:
    """Frames with those before them: images uint8 (n, 3, h, w), labels uint8 (n, h, w)."""

    images: NDArray[np.uint8]
    labels: NDArray[np.uint8]


def shots(subject: int, indices: range) -> Shots:
    scene = Scene(ANATOMY, subject, SIDE, SIDE)
    drawn = {
        number: scene.frame(number)
        for number in sorted({index - back for index in indices for back in EARLIER})
    }
    images = [[drawn[index - back].image for back in EARLIER] for index in indices]
    return Shots(np.array(images), np.array([drawn[index].labels for index in indices]))


def network_input(images: NDArray[np.uint8], recipe: Recipe, frames: int) -> NDArray[np.float32]:
    """Frames (3, h, w) of one shot -> float32 (h, w, frames), the frame itself last."""
    where = recipe.preprocessing.placement(SIDE, SIDE)
    return np.stack([normalise(each, where, recipe.normalisation) for each in images], -1)[
        ..., -frames:
    ]


def batches(
    data: Shots, recipe: Recipe, epoch: int, frames: int
) -> Iterator[tuple[NDArray[np.float32], NDArray[np.uint8]]]:
    """One epoch; all frames of a shot are augmented by the same draws."""
    order = np.random.default_rng([recipe.seed, epoch]).permutation(len(data.images))
    for start in range(0, len(order) - recipe.batch_size + 1, recipe.batch_size):
        inputs, labels = [], []
        for number in order[start : start + recipe.batch_size]:
            moved = [
                augment(
                    image,
                    data.labels[number],
                    recipe.augmentations,
                    np.random.default_rng([recipe.seed, epoch, int(number)]),
                )
                for image in data.images[number]
            ]
            inputs.append(network_input(np.array([each[0] for each in moved]), recipe, frames))
            labels.append(moved[-1][1])
        yield np.array(inputs), np.array(labels)


def trained(data: Shots, recipe: Recipe, frames: int) -> Any:
    import keras

    from training.fit.feed import ahead
    from training.fit.loop import build_optimiser
    from training.fit.losses import loss_function
    from training.networks.unet import build_unet

    keras.utils.set_random_seed(recipe.seed)
    model = build_unet(
        height=SIDE,
        width=SIDE,
        channels=CHANNELS,
        filters=recipe.filters,
        batch_norm=True,
        background_bias=recipe.background_bias,
        transposed=True,
        frames=frames,
    )
    steps = len(data.images) // recipe.batch_size
    model.compile(
        optimizer=build_optimiser(recipe, steps),
        loss=loss_function(recipe.loss, CHANNELS),
        jit_compile=False,
    )
    for epoch in range(recipe.epochs):
        began, losses = time.monotonic(), []
        for batch, labels in ahead(lambda number=epoch: batches(data, recipe, number, frames)):
            model.reset_metrics()
            losses.append(float(model.train_on_batch(batch, labels)))
        if epoch % 10 == 9:
            took = time.monotonic() - began
            print(f"{frames} frame(s), epoch {epoch + 1}: loss {np.mean(losses):.3f}, {took:.1f} s")
    return model


def measured(model: Any, clips: list[Shots], recipe: Recipe, frames: int) -> dict[str, Any]:
    """Per clip: mean Dice and flicker; and the milliseconds of one frame at best."""
    dice, flicker, milliseconds = [], [], []
    for clip in clips:
        labels = []
        for images in clip.images:
            batch = network_input(images, recipe, frames)[None]
            began = time.perf_counter()
            answer = np.asarray(model.predict_on_batch(batch))[0]
            milliseconds.append(1000 * (time.perf_counter() - began))
            labels.append(answer.argmax(axis=-1))
        seen = np.array(labels)
        dice.append(float(np.mean(structure_overlaps(seen, clip.labels))))
        changes = structure_overlaps(clip.labels[1:], clip.labels[:-1])
        shown = structure_overlaps(seen[1:], seen[:-1])
        flicker.append(float(np.mean(np.maximum(changes - shown, 0.0))))
    return {"dice": dice, "flicker": flicker, "frame_ms": min(milliseconds)}


def structure_overlaps(one: NDArray[Any], other: NDArray[Any]) -> NDArray[np.float64]:
    """Dice of each structure in each frame (n, structures); 1 where neither shows it."""
    found = []
    for channel in range(1, CHANNELS):
        a, b = one == channel, other == channel
        total = a.sum(axis=(1, 2)) + b.sum(axis=(1, 2))
        shared = 2.0 * (a & b).sum(axis=(1, 2))
        found.append(np.where(total > 0, shared / np.maximum(total, 1), 1.0))
    return np.stack(found, axis=1)


def compared(single: list[float], several: list[float]) -> dict[str, float]:
    """Mean difference over subjects (several less single) and the two paired tests."""
    difference = np.array(several) - np.array(single)
    return {
        "single": float(np.mean(single)),
        "several": float(np.mean(several)),
        "difference": float(difference.mean()),
        "t_test_p": float(stats.ttest_rel(several, single).pvalue),
        "wilcoxon_p": float(stats.wilcoxon(difference).pvalue),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--epochs", type=int, default=40)
    parser.add_argument("--subjects", type=int, default=32)
    parser.add_argument("--test-subjects", type=int, default=16)
    parser.add_argument("--json", type=Path, default=Path("benchmarks/results/temporal.json"))
    options = parser.parse_args()
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

    recipe = replace(RECIPE, epochs=options.epochs)
    targets = range(max(EARLIER), max(EARLIER) + TARGETS * TARGET_STEP, TARGET_STEP)
    learnt = [shots(subject, targets) for subject in range(options.subjects)]
    data = Shots(
        np.concatenate([each.images for each in learnt]),
        np.concatenate([each.labels for each in learnt]),
    )
    clip = range(max(EARLIER), max(EARLIER) + CLIP_FRAMES)
    clips = [shots(FIRST_TEST_SUBJECT + each, clip) for each in range(options.test_subjects)]
    results = {
        frames: measured(trained(data, recipe, frames), clips, recipe, frames)
        for frames in (1, len(EARLIER))
    }
    single, several = results[1], results[len(EARLIER)]
    rows = {name: compared(single[name], several[name]) for name in ("dice", "flicker")}
    # Holm: the smaller of two is doubled, the larger is at least that
    least = sorted(rows, key=lambda name: rows[name]["wilcoxon_p"])
    bound = 0.0
    for factor, name in zip((2, 1), least, strict=True):
        bound = max(bound, min(1.0, factor * rows[name]["wilcoxon_p"]))
        rows[name]["wilcoxon_p_holm"] = bound
    slower = several["frame_ms"] / single["frame_ms"]

    print(f"{options.test_subjects} subjects of {CLIP_FRAMES} frames, {options.epochs} epochs")
    print(f"{'':<10}{'1 frame':>10}{'3 frames':>10}{'t-test p':>10}{'Wilcoxon p (Holm)':>20}")
    for name, row in rows.items():
        print(
            f"{name:<10}{row['single']:>10.4f}{row['several']:>10.4f}{row['t_test_p']:>10.4f}"
            f"{row['wilcoxon_p_holm']:>20.4f}"
        )
    print(f"a frame takes {slower:.2f} times as long")
    described = {"epochs": options.epochs, "measures": rows, "slower": slower, "clips": results}
    options.json.parent.mkdir(parents=True, exist_ok=True)
    options.json.write_text(json.dumps(described, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
