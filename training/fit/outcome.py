"""What a finished fold leaves behind: model file, held-out predictions, metrics."""

from __future__ import annotations

import json
import os
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from inference.engine.engine import Engine
from inference.engine.labelfile import write_label_png
from inference.engine.modelfile import ModelSpec, write_spec
from inference.engine.runtime import KerasRuntime, golden_means
from training.datasets.pairs import read_pair
from training.evaluate.report import Evaluation, evaluate_images, evaluation_from_json
from training.evaluate.scores import score_image
from training.fit.plan import FitPlan, FoldResult
from training.networks import build_network

MODEL = "model.keras"
METRICS = "metrics.json"
PREDICTIONS = "predictions"


def write_model(plan: FitPlan, model: Any) -> Path:
    """Write the network without its optimiser, and what it says about itself, in one file."""
    recipe = plan.recipe
    network = build_network(recipe, plan.class_map.channels)
    network.set_weights(model.get_weights())
    spec = ModelSpec(
        recipe=recipe.name,
        classes=plan.class_map.model_classes,
        preprocessing=recipe.preprocessing,
        trained_on={
            "images": len(plan.training),
            "groups": len({pair.group or pair.stem for pair in plan.training}),
            "fold": plan.fold,
            "folds": plan.folds,
            "epochs": recipe.epochs,
        },
        seed=recipe.seed,
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


def write_result(plan: FitPlan, epochs: int) -> FoldResult:
    """Segment and score the held-out images with the model file as it is served; write both."""
    evaluation: Evaluation | None = None
    if plan.held_out:
        engine = Engine.load(plan.out / MODEL)
        predictions = plan.out / PREDICTIONS
        predictions.mkdir(exist_ok=True)
        scores = []
        for pair in plan.held_out:
            image, truth = read_pair(pair, plan.class_map)
            predicted = engine.segment(image[None]).labels[0]
            write_label_png(predictions / f"{pair.stem}.png", predicted)
            scores.append(
                score_image(pair.stem, truth, predicted, plan.class_map.codes, group=pair.group)
            )
        evaluation = evaluate_images(scores, plan.class_map.codes, seed=plan.recipe.seed)
    described = {
        "fingerprint": plan.fingerprint(),
        "fold": plan.fold,
        "folds": plan.folds,
        "recipe": plan.recipe.name,
        "epochs": epochs,
        "images": len(plan.training),
        "evaluation": None if evaluation is None else evaluation.to_json(),
    }
    # written last: its presence says that the fold is complete
    draft = plan.out / f".{METRICS}.draft"
    draft.write_text(json.dumps(described, indent=2) + "\n", encoding="utf-8")
    draft.replace(plan.out / METRICS)
    return FoldResult(plan.fold, plan.out / MODEL, epochs, evaluation)


def read_result(plan: FitPlan) -> FoldResult | None:
    """The result of this very plan if its folder is already complete, else None."""
    try:
        described = json.loads((plan.out / METRICS).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    is_same = described.get("fingerprint") == plan.fingerprint()
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
