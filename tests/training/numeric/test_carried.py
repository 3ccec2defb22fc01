"""A model trained on every image is made as sure as the folds were found right."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from inference.engine.engine import Engine
from inference.engine.modelfile import read_spec, write_spec
from training.datasets import BadInputError
from training.fit import FitPlan, fit_fold
from training.fit.carried import calibrate_like


@pytest.fixture
def models(plan: FitPlan) -> tuple[Path, Path]:
    """A calibrated fold, and the same recipe trained on every image."""
    recipe = replace(plan.recipe, is_calibrated=True, epochs=1)
    fold = fit_fold(replace(plan, recipe=recipe)).model
    everything = replace(
        plan,
        recipe=recipe,
        training=(*plan.training, *plan.held_out),
        held_out=(),
        fold=None,
        folds=None,
        out=plan.out.with_name("everything"),
    )
    return fold, fit_fold(everything).model


def test_the_folds_temperature_and_thresholds_go_to_the_model_of_all_images(
    models: tuple[Path, Path], tmp_path: Path
) -> None:
    fold, model = models
    found = read_spec(fold)
    assert found.trained_on["temperature"] != 1
    assert "temperature" not in read_spec(model).trained_on
    classes = [replace(each, presence_threshold=0.3 + 0.1 * each.index) for each in found.classes]
    write_spec(fold, replace(found, classes=tuple(classes)))
    frames = np.random.default_rng(0).integers(0, 256, (1, 90, 120), np.uint8)
    before = Engine.load(model)
    raw = before.infer(before.prepare(frames)).copy()
    temperature = calibrate_like(model, [fold])
    assert temperature == found.trained_on["temperature"]
    after = Engine.load(model)  # refuses a file whose golden frame is of other weights
    softened = raw ** (1 / temperature)
    softened /= softened.sum(axis=-1, keepdims=True)
    np.testing.assert_allclose(after.infer(after.prepare(frames)), softened, atol=1e-4)
    assert [each.presence_threshold for each in after.classes] == [0.4, 0.5]
    assert [path.name for path in model.parent.glob(".*.keras")] == []

    with pytest.raises(BadInputError, match="calibrated already"):
        calibrate_like(model, [fold])


def test_a_fold_that_cannot_say_is_refused(models: tuple[Path, Path]) -> None:
    fold, model = models
    before = model.read_bytes()
    with pytest.raises(BadInputError, match="must have been calibrated"):
        calibrate_like(model, [model])
    spec = read_spec(fold)
    write_spec(
        fold, replace(spec, classes=tuple(replace(c, code=c.code + "x") for c in spec.classes))
    )
    with pytest.raises(BadInputError, match="other structures"):
        calibrate_like(model, [fold])
    assert model.read_bytes() == before
