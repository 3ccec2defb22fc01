"""Runs a classical method over folds and scores it exactly as a network's fold is scored."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from inference.engine.labelfile import write_label_png
from inference.engine.preprocess import Placement, Preprocessing, place_frame, restore
from inference.engine.regions import drop_small_regions, minimum_region_area
from training.classical import METHODS, Learner, Segmenter
from training.datasets.pairs import ClassMap, ImageMaskPair, infer_classes, parse_classes, read_pair
from training.datasets.problem import BadInputError
from training.evaluate.folds import summarise_folds
from training.evaluate.report import Evaluation, evaluate_images
from training.evaluate.scores import score_image
from training.fit.feed import placed_at
from training.fit.outcome import METRICS, PREDICTIONS, single_structures
from training.folder_split import Warn, folder_pairs, found_split, keep_split, write_json
from training.recipes.shape_plan import median_aspect, planned_size

SUMMARY_FILE = "summary.json"
PIXELS = 128 * 256
_SIDE_STEP = 16


def run_classical(
    *,
    method: str,
    images: Path,
    masks: Path,
    out: Path,
    folds: int,
    fold: int | None = None,
    classes: str | None = None,
    groups_file: Path | None = None,
    seed: int = 0,
    limit: int | None = None,
    warn: Warn,
) -> dict[str, Any]:
    """Learn and measure a method on the folds that `fit` would use for the same folders.

    fold: only this one. Writes `folds.json`, `fold-I/predictions/`, `fold-I/metrics.json` with the
    scores of its images, and `summary.json` into out; returns the summary, JSON-able. Raises
    BadInputError for an unknown method or fold, or a missing library.
    """
    learner = _learner(method)
    pairs = folder_pairs(images, masks, groups_file, limit, warn)
    class_map = parse_classes(classes) if classes else infer_classes(pairs)
    split = found_split(pairs, folds, seed, out)
    size = Preprocessing(
        *planned_size(median_aspect([pair.image for pair in pairs]), PIXELS, _SIDE_STEP)
    )
    by_stem = {pair.stem: pair for pair in pairs}
    evaluations: dict[int, Evaluation] = {}
    seconds: dict[int, dict[str, float]] = {}
    for number in range(folds) if fold is None else (fold,):
        held_out = [by_stem[stem] for stem in split.held_out(number)]
        training = [by_stem[stem] for stem in sorted(split.training(number))]
        keep_split(split, out)
        began = time.perf_counter()
        placed = placed_at(training, class_map, size)
        segmenter = learner(placed, class_map.channels, seed)
        learnt = time.perf_counter()
        evaluations[number] = _evaluated(
            segmenter,
            held_out,
            class_map,
            size,
            single=single_structures(placed, class_map.channels),
            groups=split.groups,
            out=out / f"fold-{number}" / PREDICTIONS,
        )
        seconds[number] = {
            "learning": round(learnt - began, 3),
            "each_image": round((time.perf_counter() - learnt) / len(held_out), 4),
        }
        write_json(
            out / f"fold-{number}" / METRICS,
            {
                "fold": number,
                "folds": folds,
                "recipe": method,
                "input": [size.width, size.height],
                "images": len(training),
                "seconds": seconds[number],
                "evaluation": evaluations[number].to_json(),
            },
        )
    described = {
        "recipe": method,
        "seed": seed,
        "input": [size.width, size.height],
        "seconds": seconds,
        "evaluation": summarise_folds(evaluations, class_map.codes, seed=seed),
    }
    write_json(out / SUMMARY_FILE, described)
    return described


def _evaluated(
    segmenter: Segmenter,
    held_out: Sequence[ImageMaskPair],
    class_map: ClassMap,
    size: Preprocessing,
    *,
    single: frozenset[int],
    groups: Any,
    out: Path,
) -> Evaluation:
    out.mkdir(parents=True, exist_ok=True)
    scores = []
    for pair in held_out:
        image, truth = read_pair(pair, class_map)
        where = size.placement(*image.shape)
        labels = segmenter(place_frame(image, size), where)
        predicted = drop_small_regions(
            _in_frame(labels, where, class_map.channels),
            minimum_region_area(*image.shape),
            single,
        )
        write_label_png(out / f"{pair.stem}.png", predicted)
        scores.append(
            score_image(pair.stem, truth, predicted, class_map.codes, group=groups[pair.stem])
        )
    return evaluate_images(scores, class_map.codes)


def _in_frame(labels: NDArray[np.uint8], where: Placement, channels: int) -> NDArray[np.uint8]:
    """Placed labels (h, w) in the frame's own pixels (H, W), as probabilities of 0 and 1 would."""
    return restore(np.eye(channels, dtype=np.float32)[labels], where).labels


def _learner(method: str) -> Learner:
    try:
        learner = METHODS[method]
    except KeyError:
        raise BadInputError(
            f"There is no method {method!r}; the methods are {', '.join(METHODS)}."
        ) from None
    try:
        import skimage  # noqa: F401, PLC0415
        import sklearn  # noqa: F401, PLC0415
    except ImportError as missing:
        raise BadInputError(
            f'Classical methods need {missing.name}: install Fascicle with its extra "classical".'
        ) from missing
    return learner
