"""What the command line does, on folders: fit a run, evaluate a model, deal folds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from inference.engine.engine import Engine
from inference.engine.modelfile import ModelSpec, read_spec
from training import recipes
from training.datasets.pairs import (
    ClassMap,
    ImageMaskPair,
    MaskClass,
    infer_classes,
    parse_classes,
    read_mask,
    read_pair,
)
from training.datasets.problem import BadInputError
from training.evaluate.folds import summarise_folds
from training.evaluate.report import Evaluation, evaluate_images
from training.evaluate.scores import score_image
from training.fit.loop import Report, fit_fold
from training.fit.outcome import read_result
from training.fit.plan import FitPlan
from training.folder_split import (
    Warn,
    dealt,
    folder_pairs,
    found_split,
    groups_of,
    keep_split,
    write_json,
)
from training.folds import Split
from training.recipes.recipe import Precision, Recipe

SUMMARY_FILE = "summary.json"


def fit_run(
    *,
    images: Path,
    masks: Path,
    recipe_name: str,
    out: Path,
    classes: str | None = None,
    groups_file: Path | None = None,
    folds: int | None = None,
    fold: int | None = None,
    epochs: int | None = None,
    batch_size: int | None = None,
    seed: int | None = None,
    limit: int | None = None,
    start_from: Path | None = None,
    empty_weight: float | None = None,
    precision: Precision | None = None,
    soft: Path | None = None,
    as_it_is: bool = False,
    report: Report,
    should_stop: Callable[[], bool],
    warn: Warn,
) -> Path | None:
    """Train one fold, all folds in sequence, or (without folds) on everything.

    soft: a folder of soft labels by stem; an image that has one is trained on it, and still held
    out and measured with its mask. as_it_is: make the models of the checkpoints, without training.

    Folds write into `out/fold-I/`, a run without folds into `out` itself. The split is kept in
    `out/folds.json`. Returns `out/summary.json`, written as soon as every fold is complete.
    """
    recipe = _adapted(recipes.get(recipe_name), epochs, batch_size, seed)
    if empty_weight is not None:
        recipe = replace(recipe, empty_weight=empty_weight)
    if precision is not None:
        recipe = replace(recipe, precision=precision)
    if start_from is not None:
        read_spec(start_from)  # a file that is no model is refused before anything is read
    if fold is not None and folds is None:
        raise BadInputError("--fold says which of several folds; say how many with --folds.")
    pairs = folder_pairs(images, masks, groups_file, limit, warn)
    if soft is not None:
        pairs = _with_soft(pairs, soft, warn)
    recipe = recipes.planned(recipe, [pair.image for pair in pairs])
    class_map = parse_classes(classes) if classes else infer_classes(pairs)
    if folds is None:
        plan = FitPlan(recipe, class_map, pairs, (), out, start_from=start_from)
        fit_fold(plan, report, should_stop, as_it_is=as_it_is)
        return _write_summary(out, recipe, class_map, [plan])
    split = found_split(pairs, folds, recipe.seed, out)
    plans = [
        replace(plan, start_from=start_from)
        for plan in _fold_plans(recipe, class_map, pairs, split, out)
    ]
    if fold is not None:
        split.held_out(fold)  # says which folds there are
    else:
        _check_every_fold_learns(plans)
    keep_split(split, out)  # not before: what is refused leaves nothing that stands in the way
    for plan in plans if fold is None else [plans[fold]]:
        fit_fold(plan, report, should_stop, as_it_is=as_it_is)
    return _write_summary(out, recipe, class_map, plans)


def evaluate_folder(
    *,
    models: Sequence[Path],
    images: Path,
    masks: Path,
    classes: str | None = None,
    groups_file: Path | None = None,
    limit: int | None = None,
    with_flips: bool = False,
    warn: Warn,
    tell: Callable[[int, int], None] = lambda done, images: None,
) -> dict[str, Any]:
    """Measure a model, or the average of several, on folders; JSON-able.

    with_flips averages over mirrored frames too, where the model was trained with such. tell: how
    many images of how many are done.
    """
    engine = Engine.load(models)
    class_map = parse_classes(classes) if classes else _classes_of(engine.spec)
    unknown = [code for code in class_map.codes if code not in engine.spec.codes]
    if unknown:
        raise BadInputError(
            f"The model knows no structure {unknown[0]!r}; it names {', '.join(engine.spec.codes)}."
        )
    # the model's channels into the masks'; structures the masks do not have are background
    translate = np.zeros(256, np.uint8)
    for each in engine.classes:
        if each.code in class_map.codes:
            translate[each.index] = class_map.codes.index(each.code) + 1
    pairs = folder_pairs(images, masks, groups_file, limit, warn)
    groups, grouped_by = groups_of(pairs)
    scores = []
    for done, pair in enumerate(pairs, start=1):
        image, truth = read_pair(pair, class_map)
        predicted = translate[engine.segment(image[None], with_flips=with_flips).labels[0]]
        scores.append(
            score_image(pair.stem, truth, predicted, class_map.codes, group=groups[pair.stem])
        )
        tell(done, len(pairs))
    return {
        "models": [str(path) for path in models],
        "recipe": engine.spec.recipe,
        "runtimes": list(engine.runtime_names),
        "with_flips": with_flips and engine.spec.trained_with_flips,
        "grouped_by": grouped_by,
        **evaluate_images(scores, class_map.codes).to_json(),
    }


def split_folder(
    *,
    images: Path,
    masks: Path,
    groups_file: Path | None,
    folds: int,
    seed: int,
    limit: int | None = None,
    warn: Warn,
) -> Split:
    """The split that `fit` uses for these folders."""
    return dealt(folder_pairs(images, masks, groups_file, limit, warn), folds, seed)


def _with_soft(pairs: Sequence[ImageMaskPair], soft: Path, warn: Warn) -> tuple[ImageMaskPair, ...]:
    if not soft.is_dir():
        raise BadInputError(f"There is no folder of soft labels {soft}.")
    files = [soft / f"{pair.stem}.png" for pair in pairs]
    count = sum(path.is_file() for path in files)
    if not count:
        raise BadInputError(f"{soft} holds no soft label of any image, such as {files[0].name}.")
    if count < len(files):
        warn(f"{count} of {len(files)} images have soft labels; the others learn from their masks.")
    return tuple(
        replace(pair, soft=path if path.is_file() else None)
        for pair, path in zip(pairs, files, strict=True)
    )


def _adapted(
    recipe: Recipe, epochs: int | None, batch_size: int | None, seed: int | None
) -> Recipe:
    return replace(
        recipe,
        epochs=recipe.epochs if epochs is None else epochs,
        batch_size=recipe.batch_size if batch_size is None else batch_size,
        seed=recipe.seed if seed is None else seed,
    )


def _fold_plans(
    recipe: Recipe,
    class_map: ClassMap,
    pairs: Sequence[ImageMaskPair],
    split: Split,
    out: Path,
) -> list[FitPlan]:
    grouped = {pair.stem: replace(pair, group=split.groups[pair.stem]) for pair in pairs}
    return [
        FitPlan(
            recipe=recipe,
            class_map=class_map,
            training=tuple(grouped[stem] for stem in sorted(split.training(fold))),
            held_out=tuple(grouped[stem] for stem in split.held_out(fold)),
            out=out / f"fold-{fold}",
            fold=fold,
            folds=len(split.folds),
        )
        for fold in range(len(split.folds))
    ]


def _check_every_fold_learns(plans: Sequence[FitPlan]) -> None:
    """Refuse what a later fold could not learn before an earlier one has cost hours."""
    class_map = plans[0].class_map
    shown = {
        pair.stem: set(np.unique(read_mask(pair.mask, class_map)).tolist())
        for pair in (*plans[0].training, *plans[0].held_out)
    }
    for number, plan in enumerate(plans):
        learnt = set().union(*(shown[pair.stem] for pair in plan.training))
        for each in class_map.model_classes:
            if each.index not in learnt:
                raise BadInputError(
                    f"No training mask of fold {number} shows {each.code}: only images held out "
                    "there do, or none. Leave it out of --classes, or choose fewer folds or "
                    "another --seed."
                )


def _write_summary(
    out: Path, recipe: Recipe, class_map: ClassMap, plans: Sequence[FitPlan]
) -> Path | None:
    """Write the run's summary if every fold is complete; whoever finishes last writes it."""
    results = [read_result(plan) for plan in plans]
    evaluations: dict[int, Evaluation] = {}
    models: list[str] = []
    for result in results:
        if result is None:
            return None
        models.append(str(result.model.relative_to(out)))
        if result.evaluation is not None and result.fold is not None:
            evaluations[result.fold] = result.evaluation
    path = out / SUMMARY_FILE
    write_json(
        path,
        {
            "recipe": recipe.name,
            "seed": recipe.seed,
            "epochs": recipe.epochs,
            "batch_size": recipe.batch_size,
            "classes": [
                {"index": each.index, "code": each.code, "name": each.name}
                for each in class_map.model_classes
            ],
            "models": models,
            "evaluation": summarise_folds(evaluations, class_map.codes, seed=recipe.seed)
            if evaluations
            else None,
        },
    )
    return path


def _classes_of(spec: ModelSpec) -> ClassMap:
    return ClassMap(tuple(MaskClass(each.index, each.code, each.name) for each in spec.classes))
