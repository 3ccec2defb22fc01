"""What a finished fold leaves behind: model file, held-out predictions, metrics."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
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
    temperatures_apart,
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


@dataclass(frozen=True, slots=True)
class Softening:
    """How sure a network was made of itself.

    temperature: fitted on all held-out images, and in the model file; None where none was.
    apart: by stem of a held-out image, the temperature fitted on those of other groups; empty where
    there are none.
    """

    temperature: float | None = None
    apart: Mapping[str, float] = field(default_factory=dict)

    def soften_by(self, stem: str) -> float | None:
        """What brings the file's probabilities of this image to a temperature not fitted on it."""
        apart = self.apart.get(stem)
        return None if apart is None or self.temperature is None else apart / self.temperature


def write_model(
    plan: FitPlan,
    model: Any,
    training: PlacedSet,
    held_out: PlacedSet,
    epochs: float,
    *,
    is_average: bool,
) -> Softening:
    """Write the network without its optimiser, and what it says about itself, in one file.

    epochs: how far it was trained. is_average: whether its weights are the moving average.

    A calibrated recipe's network is softened on the held-out images, which leaves the likeliest
    channel at every one of its pixels as it was.
    """
    recipe = plan.recipe
    network = build_network(recipe, plan.class_map.channels)
    network.set_weights(model.get_weights())
    single: frozenset[int] = frozenset()
    softening = Softening()
    if recipe.is_calibrated:
        single = single_structures(training, plan.class_map.channels)
        if len(held_out):
            softening = _softening(plan, network, held_out)
    if softening.temperature is not None:
        bake_temperature(network, softening.temperature)
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
            **({} if softening.temperature is None else {TEMPERATURE: softening.temperature}),
        },
        seed=recipe.seed,
        trained_with_flips=recipe.is_trained_with_flips,
        versions=_versions(),
        golden=golden_means(KerasRuntime(network), recipe.preprocessing),
    )
    draft = plan.out / f".{os.getpid()}.draft.keras"
    try:
        network.save(draft)
        write_spec(draft, spec)
        draft.replace(plan.out / MODEL)
    finally:
        draft.unlink(missing_ok=True)
    return softening


def _softening(plan: FitPlan, network: Any, held_out: PlacedSet) -> Softening:
    seed, sizes = plan.recipe.seed, [each.height * each.width for each in held_out.placements]
    pixels = sampled_pixels(_answers(network, held_out, plan.recipe), sum(sizes), seed=seed)
    groups = [pair.group or pair.stem for pair in plan.held_out]
    apart = temperatures_apart(*pixels, sizes, groups, seed=seed)
    stems = [pair.stem for pair in plan.held_out]
    by_stem = {} if apart is None else dict(zip(stems, apart, strict=True))
    return Softening(fitted_temperature(*pixels), by_stem)


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


def single_structures(training: PlacedSet, channels: int) -> frozenset[int]:
    """Channels that no training mask shows in two pieces worth counting, and some shows at all."""
    minimum = minimum_region_area(*training.labels.shape[1:])
    most = dict.fromkeys(range(1, channels), 0)
    for labels in training.labels:
        found = Counter(region.channel for region in find_regions(labels, minimum))
        for channel, count in found.items():
            most[channel] = max(most[channel], count)
    return frozenset(channel for channel, count in most.items() if count == 1)


def write_result(
    plan: FitPlan, epochs: int, fingerprint: str, precision: str, softening: Softening
) -> FoldResult:
    """Segment and score the held-out images with the model file as it is served; write both.

    precision: of the arithmetic that trained it, in Keras' words. softening: what `write_model`
    said; calibration is measured on each image with the temperature of the others.

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
                soften_by=softening.soften_by(pair.stem),
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
