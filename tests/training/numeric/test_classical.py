from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from phantom import write_pairs
from training.classical import METHODS
from training.cli import main


@pytest.fixture(scope="module")
def subjects(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twelve phantom subjects, two frames each."""
    folder = tmp_path_factory.mktemp("classical") / "pairs"
    write_pairs(folder, "femoral-block", range(12), 2, 128, 192)
    return folder


@pytest.fixture
def classical(subjects: Path, tmp_path: Path) -> Callable[..., int]:
    def run(method: str, *more: str) -> int:
        return main(
            [
                "classical", "--method", method,
                "--images", str(subjects / "images"), "--masks", str(subjects / "masks"),
                "--groups", str(subjects / "groups.json"),
                "--folds", "4", "--fold", "1", "--out", str(tmp_path / "run"), *more,
            ]
        )  # fmt: skip

    return run


def labels_of(path: Path) -> NDArray[np.uint8]:
    with Image.open(path) as picture:
        return np.asarray(picture, np.uint8)


@pytest.mark.parametrize("method", METHODS)
def test_a_classical_method_is_measured_on_subjects_it_has_not_seen(
    method: str, classical: Callable[..., int], subjects: Path, tmp_path: Path
) -> None:
    assert classical(method) == 0
    out = tmp_path / "run"
    summary = json.loads((out / "summary.json").read_text())
    assert summary["recipe"] == method
    assert list(summary["evaluation"]["folds"]) == ["1"]
    pooled = summary["evaluation"]["pooled"]
    # a guess at the usual place alone scores about 0.05
    assert pooled["iou"] > 0.1

    held_out = json.loads((out / "folds.json").read_text())["folds"][1]["stems"]
    written = {path.stem: labels_of(path) for path in (out / "fold-1/predictions").iterdir()}
    assert sorted(written) == sorted(held_out)
    assert all(labels.shape == (128, 192) for labels in written.values())
    assert any(labels.any() for labels in written.values())


def test_an_unknown_method_lists_the_known_ones(
    classical: Callable[..., int], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert classical("watershed") == 2
    assert "edges, slic-svm, slic-gaussian-process" in capsys.readouterr().err
    assert not (tmp_path / "run").exists()
