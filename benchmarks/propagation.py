"""How well shapes are carried through a clip, beside leaving them where they were.

`python -m benchmarks.propagation` prints Dice at +5, +10 and +30 frames for the flow and for a copy
(the reference), the time a frame takes, and how the confidence tracks the Dice, on clips of the
phantom that the confidence was not fitted on; it writes benchmarks/results/propagation.json.
`--fit` prints the weights of `annotation/propagation/confidence.py` from other clips.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

import phantom
from annotation.geometry import (
    Contour,
    Mask,
    contour,
    dense_from_mask,
    mask_from_dense,
    shape_mask,
)
from annotation.propagation import DEFAULT_FLOOR, propagate
from annotation.propagation.confidence import Signs, expected_dice

RESULT = Path(__file__).parent / "results" / "propagation.json"
ANATOMIES = ("axillary", "femoral", "brachial-plexus", "femoral-block")
SIDE, AHEAD, SOURCE = 320, 30, 3
MEASURED, FITTED = range(100, 102), range(200, 202)
# what makes following hard: a fast probe, a bad picture, another place from one frame to the next
HARDSHIPS = ("plain", "fast", "noisy", "cut")
FAST, CUT_AT = 8, 10


@dataclass(frozen=True, slots=True)
class Row:
    """One carried shape: what it was, how far from its source, and how good."""

    hardship: str
    kind: str
    distance: int
    dice: float
    copied: float
    signs: Signs


def dice(a: NDArray[np.bool_], b: NDArray[np.bool_]) -> float:
    """Overlap of two masks, 0 to 1."""
    total = int(a.sum()) + int(b.sum())
    return 2 * int((a & b).sum()) / total if total else 1.0


def largest(labels: NDArray[np.bool_]) -> NDArray[np.bool_] | None:
    """The largest part of a structure, or None where there is next to nothing."""
    count, parts, stats, _ = cv2.connectedComponentsWithStats(labels.astype(np.uint8))
    if count < 2:
        return None
    best = 1 + int(np.argmax(stats[1:, cv2.CC_STAT_AREA]))
    return parts == best if stats[best, cv2.CC_STAT_AREA] >= 80 else None


def followed(truth: list[NDArray[np.bool_]]) -> list[NDArray[np.bool_]] | None:
    """The same part of a structure through all frames, by its overlap with the frame before."""
    part = largest(truth[0])
    if part is None:
        return None
    parts = [part]
    for labels in truth[1:]:
        _, found = cv2.connectedComponents(labels.astype(np.uint8))
        over = np.bincount(found[parts[-1]].ravel(), minlength=2)
        over[0] = 0
        if not over.any():
            return None
        parts.append(found == int(np.argmax(over)))
    return parts


def spline_of(pixels: NDArray[np.bool_]) -> Contour:
    """About a dozen points on the outline, as a person would put them."""
    lines, _ = cv2.findContours(pixels.astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    line = max(lines, key=len)[:, 0, :].astype(np.float64) + 0.5
    return contour("spline", line[:: max(len(line) // 16, 1)])


def filmed(anatomy: str, seed: int, hardship: str) -> list[phantom.PhantomFrame]:
    """The source frame and 30 after it."""
    stride = FAST if hardship == "fast" else 1
    scene = phantom.Scene(anatomy, seed, SIDE, SIDE)
    frames = [scene.frame(SOURCE + stride * step) for step in range(AHEAD + 1)]
    if hardship == "cut":
        other = phantom.Scene(anatomy, seed + 1000, SIDE, SIDE)
        frames[CUT_AT:] = [other.frame(step) for step in range(CUT_AT, AHEAD + 1)]
    if hardship == "noisy":
        rng = np.random.default_rng(seed)
        return [
            replace(
                frame,
                image=np.clip(
                    frame.image * rng.normal(1.0, 0.5, frame.image.shape)
                    + rng.normal(0.0, 25.0, frame.image.shape),
                    0,
                    255,
                ).astype(np.uint8),
            )
            for frame in frames
        ]
    return frames


def cases(
    seeds: range,
) -> Iterator[tuple[str, list[NDArray[np.uint8]], list[NDArray[np.bool_]]]]:
    """Hardship, frames and the truth of one structure in each."""
    for anatomy in ANATOMIES:
        for seed, hardship in itertools.product(seeds, HARDSHIPS):
            frames = filmed(anatomy, seed, hardship)
            for label in range(1, 1 + max(int(frame.labels.max()) for frame in frames)):
                known = CUT_AT if hardship == "cut" else len(frames)
                truth = followed([frame.labels == label for frame in frames[:known]])
                if truth is not None:
                    truth += [frame.labels == label for frame in frames[known:]]
                    yield hardship, [frame.image for frame in frames], truth


def measured(
    seeds: range, *, floor: float, kinds: Sequence[str] = ("mask", "spline")
) -> tuple[list[Row], float]:
    """All carried shapes, and the median milliseconds a frame took."""
    rows: list[Row] = []
    spent: list[float] = []
    for hardship, frames, truth in cases(seeds):
        mask = mask_from_dense(truth[0])
        shapes: dict[str, Contour | Mask] = {"mask": mask, "spline": spline_of(truth[0])}
        for kind in kinds:
            shape = shapes[kind]
            dense = dense_from_mask(shape_mask(shape, SIDE, SIDE), SIDE, SIDE)
            began = time.perf_counter()
            for carried in propagate(shape, frames[0], frames[1:], floor=floor):
                spent.append(time.perf_counter() - began)
                there = dense_from_mask(shape_mask(carried.shape, SIDE, SIDE), SIDE, SIDE)
                right = truth[carried.distance]
                rows.append(
                    Row(
                        hardship,
                        kind,
                        carried.distance,
                        dice(there, right),
                        dice(dense, right),
                        carried.signs,
                    )
                )
                began = time.perf_counter()
    return rows, 1000 * float(np.median(spent))


def fit() -> None:
    """Print weights that give the mean Dice for what is seen."""
    from scipy.optimize import minimize

    rows, _ = measured(FITTED, floor=0.0, kinds=("spline",))
    # what lies beyond a cut is never shown, but it teaches what a lost shape looks like
    seen = np.array([row.signs.row() for row in rows])
    # Dice of what was drawn is never quite 1: targets stay inside the logistic's range
    wanted = np.clip(np.array([row.dice for row in rows]), 0.02, 0.98)

    def loss(weights: NDArray[np.float64]) -> float:
        odds = seen @ weights
        return float(np.mean(np.logaddexp(0.0, odds) - wanted * odds))

    bounds = [(None, None)] + [(None, 0.0)] * (seen.shape[1] - 1)
    found = minimize(loss, np.zeros(seen.shape[1]), method="L-BFGS-B", bounds=bounds)
    print("WEIGHTS =", tuple(round(float(weight), 3) for weight in found.x))


def main() -> None:
    """Measure and print, or fit."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--fit", action="store_true")
    if parser.parse_args().fit:
        fit()
        return
    cv2.setNumThreads(1)
    rows, milliseconds = measured(MEASURED, floor=0.0)
    table: dict[str, dict[str, float]] = {}
    print(f"{'clip':<8}{'shape':<8}{'frames on':>10}{'flow, Dice':>12}{'copy, Dice':>12}{'n':>6}")
    for hardship, kind in itertools.product(("plain", "fast", "noisy"), ("spline", "mask")):
        for distance in (5, 10, 30):
            place = (hardship, kind, distance)
            chosen = [row for row in rows if (row.hardship, row.kind, row.distance) == place]
            flow = float(np.mean([row.dice for row in chosen]))
            copy = float(np.mean([row.copied for row in chosen]))
            table[f"{hardship} {kind} +{distance}"] = {"flow": flow, "copy": copy, "n": len(chosen)}
            print(f"{hardship:<8}{kind:<8}{distance:>10}{flow:>12.3f}{copy:>12.3f}{len(chosen):>6}")
    confidence = np.array([expected_dice(row.signs) for row in rows])
    true = np.array([row.dice for row in rows])
    off = float(np.mean(np.abs(confidence - true)))
    ranks = [np.argsort(np.argsort(values)) for values in (confidence, true)]
    order = float(np.corrcoef(*ranks)[0, 1])
    print(f"\n{'confidence':<14}{'mean Dice':>10}{'lowest tenth':>14}{'n':>7}")
    bins: dict[str, dict[str, float]] = {}
    for low, high in ((0, 0.3), (0.3, 0.6), (0.6, 0.7), (0.7, 0.8), (0.8, 0.9), (0.9, 1.01)):
        inside = (confidence >= low) & (confidence < high)
        if not inside.any():
            continue
        mean, tenth = float(true[inside].mean()), float(np.quantile(true[inside], 0.1))
        name = f"{low:.1f} to {min(high, 1):.1f}"
        bins[name] = {"mean": mean, "lowest_tenth": tenth, "n": int(inside.sum())}
        print(f"{name:<14}{mean:>10.3f}{tenth:>14.3f}{int(inside.sum()):>7}")
    after = [row for row in rows if row.hardship == "cut" and row.distance >= CUT_AT]
    stopped = float(np.mean([expected_dice(row.signs) < DEFAULT_FLOOR for row in after]))
    before = [row for row in rows if row.hardship != "cut" or row.distance < CUT_AT]
    lost = float(np.mean([expected_dice(row.signs) < DEFAULT_FLOOR for row in before]))
    print(f"\nbelow the floor after a cut: {stopped:.0%} of {len(after)} frames")
    print(f"below the floor where there is none: {lost:.1%} of {len(before)} frames")
    print(f"mean |confidence - Dice| {off:.3f}, rank correlation {order:.3f}")
    print(f"{milliseconds:.1f} ms a frame (wall clock, median, one OpenCV thread)")
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(
        json.dumps(
            {
                "cpu_count": os.cpu_count(),
                "dice": table,
                "calibration": bins,
                "mean_error": off,
                "stopped_after_a_cut": stopped,
                "rank_correlation": order,
                "ms_per_frame": milliseconds,
            },
            indent=2,
        )
        + "\n"
    )


if __name__ == "__main__":
    main()
