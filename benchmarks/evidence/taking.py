"""Takes a finished fold's folder in: proves that it is what the plan asks for, keeps its scores."""

from __future__ import annotations

import json
import platform
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import psutil

from benchmarks.evidence.plan import Fold
from benchmarks.evidence.record import FoldRecord, stems_of, write_record
from inference.engine.engine import Engine
from inference.engine.modelfile import read_spec
from training import recipes
from training.datasets.pairs import ImageMaskPair, parse_classes, read_pair
from training.datasets.problem import BadInputError
from training.evaluate.scores import ImageScore, score_from_json, score_image
from training.fit.curves import CURVES
from training.fit.feed import steps_per_epoch
from training.fit.halving import remembered_batch_size
from training.fit.outcome import METRICS, MODEL
from training.fit.plan import FitPlan
from training.folder_split import dealt
from training.folds import Split


def take_fold(
    fold: Fold, folder: Path, *, root: Path, records: Path, commit: str | None, machine: str
) -> FoldRecord:
    """Read the finished fold in `folder`, and write its record.

    root holds the data sets. commit: of the code that trained it, None where nobody knows. Raises
    BadInputError for a fold that is not finished, or was trained on other images, by another
    recipe, for other epochs or on another split than the plan's.
    """
    metrics = read_metrics(folder)
    pairs = fold.data.pairs(root)
    split = dealt(pairs, fold.data.folds, 0)
    frames = tuple(score_from_json(each) for each in metrics["evaluation"]["images"])
    if stems_of(frames) != sorted(split.held_out(fold.fold)):
        raise BadInputError(f"{folder} held out other images than {fold.name}.")
    taken = (
        _classical(fold, metrics)
        if fold.is_classical
        else _network(fold, folder, metrics, pairs, split)
    )
    record = FoldRecord(
        data=fold.data.name,
        data_digest=fold.data.digest,
        recipe=fold.recipe,
        recipe_digest=fold.recipe_digest,
        fold=fold.fold,
        folds=fold.data.folds,
        training_images=metrics["images"],
        machine=machine,
        frames=frames,
        **taken,
    )
    if commit is not None:
        record.code["commit"] = commit
    write_record(fold.record_file(records), record)
    return record


def read_metrics(folder: Path) -> dict[str, Any]:
    """What a finished fold says of itself; BadInputError where it is not finished."""
    try:
        metrics: dict[str, Any] = json.loads((folder / METRICS).read_text(encoding="utf-8"))
    except (OSError, ValueError) as damage:
        raise BadInputError(f"{folder} holds no finished fold ({METRICS} is missing).") from damage
    if metrics.get("fold") is None or metrics.get("evaluation") is None:
        raise BadInputError(f"{folder} held nothing out: there is nothing to take.")
    return metrics


def this_machine() -> str:
    """This machine in plain words: processor, cores, memory."""
    gigabytes = round(psutil.virtual_memory().total / 2**30)
    return f"{psutil.cpu_count() or 1} cores ({_processor()}), {gigabytes} GB"


def _network(
    fold: Fold,
    folder: Path,
    metrics: dict[str, Any],
    pairs: Sequence[ImageMaskPair],
    split: Split,
) -> dict[str, Any]:
    plan = _fit_plan(fold, folder, pairs, split)
    if metrics.get("fingerprint") not in plan.fingerprints():
        raise BadInputError(
            f"{folder} was trained by another recipe, or on other images, than {fold.name}."
        )
    if metrics["epochs"] != plan.recipe.epochs:
        raise BadInputError(
            f"{folder} was trained for {metrics['epochs']} epochs; "
            f"{fold.name} is planned for {plan.recipe.epochs}."
        )
    seconds = [
        json.loads(line)["seconds"]
        for line in (folder / CURVES).read_text(encoding="utf-8").splitlines()
    ]
    batch_size = remembered_batch_size(folder, plan.recipe.batch_size)
    spec = read_spec(folder / MODEL)
    return {
        "epochs": metrics["epochs"],
        "steps": metrics["epochs"] * steps_per_epoch(len(plan.training), batch_size),
        "batch_size": batch_size,
        "input": (spec.preprocessing.width, spec.preprocessing.height),
        "precision": metrics.get("precision", plan.recipe.precision),
        "seconds": round(sum(seconds), 1),
        "fastest_epoch_seconds": min(seconds),
        "code": dict(spec.versions),
        "frames_mirrored": _mirrored(folder / MODEL, plan) if spec.trained_with_flips else None,
    }


def _classical(fold: Fold, metrics: dict[str, Any]) -> dict[str, Any]:
    if metrics["recipe"] != fold.recipe:
        raise BadInputError(f"The folder is of {metrics['recipe']}, not of {fold.recipe}.")
    return {
        "epochs": None,
        "steps": None,
        "batch_size": None,
        "input": tuple(metrics["input"]),
        "precision": None,
        "seconds": metrics["seconds"]["learning"],
        "fastest_epoch_seconds": None,
        "code": {},
    }


def _fit_plan(fold: Fold, folder: Path, pairs: Sequence[ImageMaskPair], split: Split) -> FitPlan:
    """The plan that `python -m training fit` makes of this fold."""
    of_stem = {pair.stem: pair for pair in pairs}
    return FitPlan(
        recipe=recipes.planned(fold.network_recipe, [pair.image for pair in pairs]),
        class_map=parse_classes(fold.data.classes),
        training=tuple(of_stem[stem] for stem in sorted(split.training(fold.fold))),
        held_out=tuple(of_stem[stem] for stem in split.held_out(fold.fold)),
        out=folder,
        fold=fold.fold,
        folds=fold.data.folds,
    )


def _mirrored(model: Path, plan: FitPlan) -> tuple[ImageScore, ...]:
    """Scores of the held-out frames, averaged over each frame and its mirror image."""
    engine = Engine.load(model)
    of_stem = {}
    for pair in plan.held_out:
        image, truth = read_pair(pair, plan.class_map)
        seen = engine.segment(image[None], with_flips=True).labels[0]
        of_stem[pair.stem] = (truth, seen)
    groups = {
        each["stem"]: each["group"] for each in read_metrics(plan.out)["evaluation"]["images"]
    }
    return tuple(
        score_image(stem, truth, seen, plan.class_map.codes, group=groups[stem])
        for stem, (truth, seen) in of_stem.items()
    )


def _processor() -> str:
    try:
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    except OSError:
        pass
    return platform.machine()
