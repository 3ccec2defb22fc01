from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from inference.engine.__main__ import main
from inference.engine.runtimes import RUNTIME_NAMES


def test_run_writes_a_palette_label_map_of_each_images_own_size(
    model_file: Path, tmp_path: Path
) -> None:
    images = tmp_path / "images"
    images.mkdir()
    Image.new("RGB", (50, 40), (90, 90, 90)).save(images / "a.jpg")
    Image.new("L", (33, 71), 20).save(images / "b.png")
    out = tmp_path / "labels"
    arguments = ["run", "--model", str(model_file), "--images", str(images), "--out", str(out)]
    assert main([*arguments, "--cache", str(tmp_path), "--runtime", "tensorflow"]) == 0
    assert sorted(path.name for path in out.iterdir()) == ["a.png", "b.png"]
    with Image.open(out / "b.png") as labels:
        assert labels.mode == "P"
        assert labels.size == (33, 71)
        assert np.asarray(labels).max() <= 2


def test_bench_writes_the_figures_of_every_stage(model_file: Path, tmp_path: Path) -> None:
    report = tmp_path / "bench.json"
    arguments = ["bench", "--model", str(model_file), "--json", str(report), "--frames", "3"]
    assert main([*arguments, "--cache", str(tmp_path), "--runtime", "onnxruntime"]) == 0
    figures = json.loads(report.read_text())
    assert set(figures["stages"]) == {"preprocess", "network", "labels", "regions", "total"}
    assert figures["stages"]["total"]["p50_ms"] > 0
    assert figures["runtimes"] == ["onnxruntime"]
    assert set(figures["by_runtime"]["onnxruntime"]) == set(figures["stages"])


def test_the_runtimes_are_listed_by_name(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["runtimes"]) == 0
    listed = capsys.readouterr().out
    for name in RUNTIME_NAMES:
        assert name in listed


def test_a_missing_model_is_one_sentence_and_status_2(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Image.new("L", (8, 8)).save(tmp_path / "a.png")
    gone = tmp_path / "gone.keras"
    arguments = ["--model", str(gone), "--images", str(tmp_path), "--out", str(tmp_path / "o")]
    assert main(["run", *arguments]) == 2
    said = capsys.readouterr().err
    assert "gone.keras" in said
    assert said.count("\n") == 1


def test_a_folder_without_pictures_is_named(
    model_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["--images", str(tmp_path), "--out", str(tmp_path / "o")]
    assert main(["run", "--model", str(model_file), *arguments]) == 2
    assert "holds no pictures" in capsys.readouterr().err


def test_a_picture_that_cannot_be_read_is_named_and_the_others_are_segmented(
    model_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    images, out = tmp_path / "images", tmp_path / "labels"
    images.mkdir()
    (images / "a.png").write_bytes(b"no picture")
    Image.new("L", (33, 71), 20).save(images / "b.png")
    arguments = ["run", "--model", str(model_file), "--images", str(images), "--out", str(out)]
    assert main([*arguments, "--cache", str(tmp_path), "--runtime", "tensorflow"]) == 2
    assert [path.name for path in out.iterdir()] == ["b.png"]
    said = capsys.readouterr()
    assert said.err == "inference.engine: a.png is not a readable picture. It is left out.\n"
    assert "1 label maps" in said.out
    assert "1 left out" in said.out


def test_two_pictures_of_one_name_are_refused_before_anything_is_written(
    model_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    images, out = tmp_path / "images", tmp_path / "labels"
    images.mkdir()
    for name in ("a.jpg", "a.png"):
        Image.new("L", (8, 8)).save(images / name)
    arguments = ["run", "--model", str(model_file), "--images", str(images), "--out", str(out)]
    assert main(arguments) == 2
    assert "a.jpg and a.png would both become a.png" in capsys.readouterr().err
    assert not out.exists()
