"""What a finished fold leaves behind: model file, held-out predictions, metrics."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from inference.engine.engine import Engine
from inference.engine.labelfile import write_label_png
from inference.engine.modelfile import ModelSpec, read_spec, write_spec
from inference.engine.presence import calibrate_threshold
from inference.engine.regions import find_regions, minimum_region_area
from inference.engine.runtime import KerasRuntime, golden_means
from training.datasets.pairs import read_pair
from training.evaluate.diagnosis import diagnose_image
from training.evaluate.report import Evaluation, evaluate_images, evaluation_from_json
from training.evaluate.scores import ImageScore, score_image
from training.fit.calibration import (
    Answer,
    bake_temperature,
    fitted_temperature,
    sampled_pixels,
)
from training.fit.carried import TEMPERATURE
from training.fit.feed import PlacedSet, finer, plain_batches
from training.fit.plan import FitPlan, FoldResult
from training.networks import build_network
from training.recipes.recipe import Recipe
from training.whole_file import write_whole

MODEL = "model.keras"
METRICS = "metrics.json"
PREDICTIONS = "predictions"
DIAGNOSIS = "diagnosis.json"


def write_model(
    plan: FitPlan,
    model: Any,
    training: PlacedSet,
    held_out: PlacedSet,
    epochs: float,
    *,
    is_average: bool,
) -> Path:
    """Write the network without its optimiser, and what it says about itself, in one file.

    epochs: how far it was trained. is_average: whether its weights are the moving average.

    A calibrated recipe's network is softened on the held-out images, which leaves the likeliest
    channel at every one of its pixels as it was.
    """
    recipe = plan.recipe
    network = build_network(recipe, plan.class_map.channels)
    network.set_weights(model.get_weights())
    single: frozenset[int] = frozenset()
    temperature: float | None = None
    if recipe.is_calibrated:
        single = single_structures(training, plan.class_map.channels)
        if len(held_out):
            answers, count = _answers(network, held_out, recipe), _frame_pixels(held_out)
            pixels = sampled_pixels(answers, count, seed=recipe.seed)
            temperature = fitted_temperature(*pixels)
            bake_temperature(network, temperature)
    spec = ModelSpec(
        recipe=recipe.name,
        classes=tuple(
            replace(each, is_single=each.index in single) for each in plan.class_map.model_classes
        ),
        preprocessing=recipe.preprocessing,
        trained_on={
            "images": len(plan.training),
            "groups": len({pair.group or pair.stem for pair in plan.training}),
            "fold": plan.fold,
            "folds": plan.folds,
            "epochs": epochs,
            **({"weights": "moving average"} if is_average else {}),
            **({} if temperature is None else {TEMPERATURE: temperature}),
        },
        seed=recipe.seed,
        trained_with_flips=recipe.is_trained_with_flips,
        versions=_versions(),
        golden=golden_means(KerasRuntime(network), recipe.preprocessing),
    )
    target = plan.out / MODEL
    draft = plan.out / f".{os.getpid()}.draft.keras"
    try:
        network.save(draft)
        write_spec(draft, spec)
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)
    return target


def _answers(network: Any, placed: PlacedSet, recipe: Recipe) -> Iterator[Answer]:
    """Probabilities (1, h, w, c) and labels (1, d * h, d * w) of each image, where its frame lies.

    Padding is background beyond doubt: it would let the network be surer of frames than it may be.
    """
    detail = recipe.label_detail
    start = 0
    for batch, labels in plain_batches(placed, recipe):
        seen = np.asarray(network.predict_on_batch(batch), np.float32)
        for number, where in enumerate(placed.placements[start : start + len(batch)]):
            rows, columns = finer(where.rows, detail), finer(where.columns, detail)
            here = slice(number, number + 1)
            yield seen[here, where.rows, where.columns], labels[here, rows, columns]
        start += len(batch)


def _frame_pixels(placed: PlacedSet) -> int:
    return sum(where.height * where.width for where in placed.placements)


def single_structures(training: PlacedSet, channels: int) -> frozenset[int]:
    """Channels that no training mask shows in two pieces worth counting, and some shows at all."""
    minimum = minimum_region_area(*training.labels.shape[1:])
    most = dict.fromkeys(range(1, channels), 0)
    for labels in training.labels:
        found = Counter(region.channel for region in find_regions(labels, minimum))
        for channel, count in found.items():
            most[channel] = max(most[channel], count)
    return frozenset(channel for channel, count in most.items() if count == 1)


def write_result(plan: FitPlan, epochs: int, fingerprint: str, precision: str) -> FoldResult:
    """Segment and score the held-out images with the model file as it is served; write both.

    precision: of the arithmetic that trained it, in Keras' words.

    From the same images the presence thresholds go into the model file, for structures that some
    of them show and some do not.
    """
    evaluation: Evaluation | None = None
    if plan.held_out:
        engine = Engine.load(plan.out / MODEL)
        predictions = plan.out / PREDICTIONS
        predictions.mkdir(exist_ok=True)
        scores = []
        confidence = []
        diagnoses = []
        for pair in plan.held_out:
            image, truth = read_pair(pair, plan.class_map)
            seen = engine.segment(image[None], with_probabilities=True)
            predicted = seen.labels[0]
            diagnosis = diagnose_image(
                pair.stem,
                image,
                truth,
                seen,
                plan.class_map.codes,
                preprocessing=engine.spec.preprocessing,
            )
            diagnoses.append(diagnosis.to_json())
            confidence.append(seen.confidence[0])
            write_label_png(predictions / f"{pair.stem}.png", predicted)
            scores.append(
                score_image(pair.stem, truth, predicted, plan.class_map.codes, group=pair.group)
            )
        evaluation = evaluate_images(scores, plan.class_map.codes, seed=plan.recipe.seed)
        _write_json(plan.out / DIAGNOSIS, diagnoses)
        if plan.recipe.is_calibrated:
            _write_thresholds(plan, np.stack(confidence), scores)
    described = {
        "fingerprint": fingerprint,
        "fold": plan.fold,
        "folds": plan.folds,
        "recipe": plan.recipe.name,
        "epochs": epochs,
        "precision": precision,
        "images": len(plan.training),
        "evaluation": None if evaluation is None else evaluation.to_json(),
    }
    # written last: its presence says that the fold is complete
    _write_json(plan.out / METRICS, described, indent=2)
    return FoldResult(plan.fold, plan.out / MODEL, epochs, evaluation)


def _write_json(path: Path, described: object, indent: int | None = None) -> None:
    write_whole(path, json.dumps(described, indent=indent) + "\n")


def _write_thresholds(
    plan: FitPlan, confidence: NDArray[np.float32], scores: Sequence[ImageScore]
) -> None:
    spec = read_spec(plan.out / MODEL)
    classes = []
    for position, each in enumerate(spec.classes):
        is_there = [score.structures[each.code].true_px > 0 for score in scores]
        both = any(is_there) and not all(is_there)
        threshold = calibrate_threshold(confidence[:, position], is_there) if both else None
        classes.append(replace(each, presence_threshold=threshold))
    if any(each.presence_threshold is not None for each in classes):
        write_spec(plan.out / MODEL, replace(spec, classes=tuple(classes)))


def read_result(plan: FitPlan) -> FoldResult | None:
    """The result of this very plan if its folder is already complete, else None."""
    try:
        described = json.loads((plan.out / METRICS).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    is_same = described.get("fingerprint") in plan.fingerprints()
    if not is_same or described["epochs"] < plan.recipe.epochs or not (plan.out / MODEL).is_file():
        return None
    evaluation = described["evaluation"]
    return FoldResult(
        plan.fold,
        plan.out / MODEL,
        int(described["epochs"]),
        None if evaluation is None else evaluation_from_json(evaluation),
    )


def _versions() -> dict[str, str]:
    found: dict[str, str] = {}
    for package in ("fascicle", "keras", "tensorflow-cpu", "tensorflow", "numpy"):
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found
