"""What fit is given: files that changed under the same names, and options that fit nothing."""

from __future__ import annotations

import json
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from inference.engine.labelfile import write_label_png
from tests.training.numeric.test_cli import changed, fit_arguments
from training.cli import main
from training.datasets.problem import BadInputError
from training.fit import FitPlan, FitStopped, fit_fold
from training.fit.outcome import read_result


def copied(plan: FitPlan, folder: Path) -> FitPlan:
    """The same plan on files of its own, which a test may change."""
    folder.mkdir()
    moved = {}
    for pair in (*plan.training, *plan.held_out):
        image, mask = folder / f"{pair.stem}-image.png", folder / f"{pair.stem}-mask.png"
        image.write_bytes(pair.image.read_bytes())
        mask.write_bytes(pair.mask.read_bytes())
        moved[pair.stem] = replace(pair, image=image, mask=mask)
    return replace(
        plan,
        training=tuple(moved[pair.stem] for pair in plan.training),
        held_out=tuple(moved[pair.stem] for pair in plan.held_out),
    )


def corrected(mask: Path) -> None:
    values = np.asarray(Image.open(mask)).copy()
    values[:4, :4] = 1
    write_label_png(mask, values)


@pytest.mark.parametrize("which", ["training", "held_out"])
def test_a_mask_that_was_corrected_is_not_the_fold_that_is_done(
    plan: FitPlan, tmp_path: Path, which: str
) -> None:
    plan = copied(plan, tmp_path / "pairs")
    fit_fold(plan)
    assert read_result(plan) is not None
    corrected(getattr(plan, which)[0].mask)
    assert read_result(plan) is None
    with pytest.raises(BadInputError, match=r"checkpoint of other images, masks.*start afresh"):
        fit_fold(plan)


def test_an_image_that_changed_does_not_go_on_from_the_checkpoint(
    plan: FitPlan, tmp_path: Path
) -> None:
    plan = copied(plan, tmp_path / "pairs")
    asked: list[None] = []

    def stop_at_the_third() -> bool:
        asked.append(None)
        return len(asked) == 3

    with pytest.raises(FitStopped):
        fit_fold(plan, should_stop=stop_at_the_third)
    picture = np.asarray(Image.open(plan.training[0].image))
    Image.fromarray(255 - picture).save(plan.training[0].image)
    with pytest.raises(BadInputError, match=r"checkpoint of other images"):
        fit_fold(plan)


def test_a_fold_that_was_stopped_before_its_first_step_has_no_model_to_give(plan: FitPlan) -> None:
    with pytest.raises(FitStopped):
        fit_fold(plan, should_stop=lambda: True)
    with pytest.raises(BadInputError, match="holds no trained step to make a model of"):
        fit_fold(plan, as_it_is=True)
    assert not (plan.out / "model.keras").exists()


def test_what_is_refused_leaves_no_split_that_stands_in_the_way_of_its_own_advice(
    discs: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    images, masks, _ = changed(discs, tmp_path, "nothing")
    for path in sorted(masks.iterdir())[2:]:
        values = np.asarray(Image.open(path))
        Image.fromarray(np.where(values == 2, 0, values).astype(np.uint8)).save(path)
    groups = tmp_path / "groups.json"
    subjects = {f"{n:03d}": "first" if n < 2 else f"other {n % 4}" for n in range(12)}
    groups.write_text(json.dumps(subjects))
    out = tmp_path / "out"
    folders = ["--images", str(images), "--masks", str(masks), "--groups", str(groups)]
    assert main(fit_arguments(discs, out, *folders, "--folds", "3")) == 2
    assert "Leave it out of --classes" in capsys.readouterr().err
    assert not (out / "folds.json").exists()
    assert main(fit_arguments(discs, out, *folders, "--folds", "3", "--fold", "9")) == 2
    assert not (out / "folds.json").exists()
    one = ["--folds", "2", "--fold", "0", "--epochs", "1"]
    assert main(fit_arguments(discs, out, *folders, *one)) in {0, 2}
    assert "holds another split" not in capsys.readouterr().err


@pytest.mark.parametrize(
    ("is_there", "sentence"),
    [
        (False, "There is no folder of soft labels"),
        (True, "holds no soft label of any image, such as 000.png."),
    ],
)
def test_soft_labels_that_are_not_there_are_refused(
    discs: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    is_there: bool,
    sentence: str,
) -> None:
    soft = tmp_path / "soft"
    if is_there:
        soft.mkdir()
    assert main(fit_arguments(discs, tmp_path / "out", "--soft", str(soft))) == 2
    assert sentence in capsys.readouterr().err


@pytest.mark.parametrize("seed", ["-1", "5000000000"])
def test_a_seed_that_no_generator_takes_is_refused_by_the_parser(
    discs: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], seed: str
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(fit_arguments(discs, tmp_path / "out", "--seed", seed))
    assert ended.value.code == 2
    assert "is not between 0 and 2147483647" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_weights_that_are_damaged_are_refused_in_a_sentence(
    plan: FitPlan, discs: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    whole = fit_fold(replace(plan, recipe=replace(plan.recipe, epochs=1))).model
    damaged = tmp_path / "damaged.keras"
    with zipfile.ZipFile(whole) as source, zipfile.ZipFile(damaged, "w") as target:
        for name in source.namelist():
            if not name.endswith(".h5"):
                target.writestr(name, source.read(name))
    arguments = fit_arguments(discs, tmp_path / "out", "--start-from", str(damaged))
    assert main([*arguments, "--epochs", "1"]) == 2
    said = capsys.readouterr().err
    assert "damaged.keras cannot be loaded" in said
    assert "Traceback" not in said


def test_a_start_says_how_much_of_the_model_it_takes(plan: FitPlan, tmp_path: Path) -> None:
    recipe = replace(plan.recipe, epochs=1, network="transposed-unet")
    former = fit_fold(replace(plan, recipe=recipe)).model
    taken = {}
    for name, batch_norm in (("same", True), ("plain", False)):
        events: list[dict[str, Any]] = []
        started = replace(
            plan,
            recipe=replace(recipe, batch_norm=batch_norm),
            out=tmp_path / name,
            start_from=former,
        )
        fit_fold(started, events.append)
        taken[name] = events[0]["layers_taken"]
    assert taken["same"][0] == taken["same"][1]
    # beside a normalisation convolutions have no bias; those that widen have one in any case
    assert 0 < taken["plain"][0] < taken["plain"][1] / 2
