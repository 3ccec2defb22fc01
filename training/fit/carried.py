"""What folds learnt from images left out, carried to a model that was trained on all of them."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from statistics import median

from inference.engine.modelfile import ModelSpec, read_spec, write_spec
from inference.engine.runtime import KerasRuntime, golden_means
from training.datasets.problem import BadInputError
from training.fit.calibration import bake_temperature

TEMPERATURE = "temperature"


def calibrate_like(model: Path, folds: Sequence[Path]) -> float:
    """Soften a model file as its folds were, in place; returns the temperature.

    model: trained on every image, so that none is left to calibrate it on. folds: model files of
    the same recipe and structures, each calibrated on images that it had not seen; the medians of
    their temperatures and presence thresholds are taken.

    Raises BadInputError where the folds are of another kind, or were not calibrated.
    """
    import keras  # noqa: PLC0415  the readers of a model file need no Keras

    spec = read_spec(model)
    if TEMPERATURE in spec.trained_on:
        raise BadInputError(f"{model.name} has been calibrated already.")
    others = [read_spec(each) for each in folds]
    temperatures = [float(each) for each in map(_temperature, others) if each is not None]
    if not others or len(temperatures) < len(others):
        raise BadInputError("Each fold's model must have been calibrated on images left out.")
    if any((each.recipe, each.codes) != (spec.recipe, spec.codes) for each in others):
        raise BadInputError("The folds are of another recipe or name other structures.")
    temperature = median(temperatures)
    network = keras.models.load_model(model, compile=False)
    bake_temperature(network, temperature)
    thresholds = [
        [each.classes[position].presence_threshold for each in others]
        for position in range(len(spec.classes))
    ]
    draft = model.with_name(f".{os.getpid()}.{model.name}")
    try:
        network.save(draft)
        write_spec(
            draft,
            replace(
                spec,
                classes=tuple(
                    replace(each, presence_threshold=_median_of_known(found))
                    for each, found in zip(spec.classes, thresholds, strict=True)
                ),
                trained_on={**spec.trained_on, TEMPERATURE: temperature},
                golden=golden_means(KerasRuntime(network), spec.preprocessing),
            ),
        )
        draft.replace(model)
    finally:
        draft.unlink(missing_ok=True)
    return temperature


def _temperature(spec: ModelSpec) -> float | None:
    found = spec.trained_on.get(TEMPERATURE)
    return float(found) if isinstance(found, int | float) else None


def _median_of_known(values: Sequence[float | None]) -> float | None:
    known = [each for each in values if each is not None]
    return median(known) if known else None
