from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from inference.engine import Engine, ModelClass, ModelSpec, Preprocessing
from inference.engine.bundle import Bundle
from inference.engine.choose import INT8_DICE_LOSS, int8_gate
from inference.engine.errors import RuntimeRefusedError
from inference.engine.golden import GoldenSet, Parity, golden_frame, golden_inputs, read_golden
from inference.engine.labelfile import write_label_png
from inference.engine.modelfile import read_spec, write_spec
from inference.engine.runtime import Runtime
from training import export
from training.cli import main

# converting imports TensorFlow in a child: seconds, but minutes where every core is taken
pytestmark = pytest.mark.timeout(1500)


@pytest.fixture(scope="module")
def model_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three levels with normalisation, untrained but for the certainty of its answers."""
    import keras

    from training.networks.unet import build_unet

    keras.utils.set_random_seed(5)
    network = build_unet(height=32, width=32, channels=2, filters=(4, 8), batch_norm=True)
    path = tmp_path_factory.mktemp("model") / "model.keras"
    network.save(path)
    classes = (ModelClass(1, "nerve", "Nerve"),)
    write_spec(path, ModelSpec("tiny", classes, Preprocessing(32, 32, "zscore")))
    return path


def test_export_writes_each_format_with_a_parity_report(
    model_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    images, masks, out = (tmp_path / name for name in ("images", "masks", "out"))
    for folder in (images, masks):
        folder.mkdir()
    for number in range(3):
        frame = golden_frame(number)
        Image.fromarray(frame).save(images / f"{number}.png")
        truth = np.zeros(frame.shape, np.uint8)
        if number:
            truth[50:150, 40:140] = 1
        write_label_png(masks / f"{number}.png", truth)
    arguments = ["export", "--model", str(model_file), "--format", "onnx,openvino,tflite"]
    folders = ["--images", str(images), "--masks", str(masks), "--out", str(out)]
    assert main([*arguments, *folders]) == 0
    written = {path.name for path in out.iterdir()}
    assert {
        "model.onnx",
        "model.xml",
        "model.bin",
        "model.tflite",
        "model-dynamic.tflite",
    } <= written
    report = json.loads((out / "parity.json").read_text())
    assert report["failed"] == {}
    for name in ("onnxruntime", "openvino-f32", "litert"):
        figures = report["runtimes"][name]
        assert figures["refused"] is None
        assert figures["largest"] < 2e-3
        assert figures["golden_dice"] > 0.99
        assert abs(figures["dice_loss"]) < 0.01
    assert "onnxruntime" in capsys.readouterr().out
    engine = Engine.load(out, runtime="onnxruntime")
    assert engine.segment(golden_frame()).labels.shape == (1, 240, 320)
    assert engine.classes[0].presence_threshold is not None
    (out / "model.onnx").unlink()
    assert Engine.load(out / "model.xml").runtime_names[0].startswith("openvino")


def test_a_format_that_is_not_known_is_one_sentence_and_status_2(
    model_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["export", "--model", str(model_file), "--format", "abacus"]
    assert main([*arguments, "--out", str(tmp_path)]) == 2
    said = capsys.readouterr().err
    assert "onnx, openvino, tflite" in said
    assert said.count("\n") == 1


@pytest.fixture
def pairs(tmp_path: Path) -> tuple[Path, Path]:
    """Three images and masks, in folders."""
    images, masks = tmp_path / "images", tmp_path / "masks"
    for folder in (images, masks):
        folder.mkdir()
    for number in range(3):
        frame = golden_frame(number)
        Image.fromarray(frame).save(images / f"{number}.png")
        truth = np.zeros(frame.shape, np.uint8)
        truth[50:150, 40 : 140 + number] = 1
        write_label_png(masks / f"{number}.png", truth)
    return images, masks


def test_int8_is_judged_on_held_out_images_which_are_not_handed_on(
    model_file: Path,
    tmp_path: Path,
    pairs: tuple[Path, Path],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    judged_on: list[GoldenSet | None] = []

    def watched(runtime: Runtime, bundle: Bundle, parity: Parity | None) -> Parity | None:
        judged_on.append(bundle.gate())
        return int8_gate(runtime, bundle, parity)

    monkeypatch.setattr("inference.engine.choose.int8_gate", watched)
    (images, masks), out = pairs, tmp_path / "out"
    arguments = ["export", "--model", str(model_file), "--format", "openvino", "--out", str(out)]
    folders = ["--images", str(images), "--masks", str(masks), "--calibration", str(images)]
    assert main([*arguments, *folders]) == 0
    [gate] = judged_on
    assert gate is not None
    assert gate.truth is not None
    assert gate.truth.shape == (3, 32, 32)
    assert gate.truth.any()
    report = json.loads((out / "parity.json").read_text())
    figures = report["runtimes"]["openvino-int8"]
    if figures["refused"] is None:
        assert figures["dice_loss"] < INT8_DICE_LOSS
        assert Engine.load(out, runtime="openvino-int8").runtime_names == ("openvino-int8",)
    else:
        assert "openvino-int8" in figures["refused"]
    # the folder goes to other people: no picture of a patient, and nothing that experts drew
    weights = [name.replace(".xml", ".bin") for name in report["files"]]
    described = ["README.txt", "fascicle.json", "parity.json", "golden.npz"]
    assert {path.name for path in out.rglob("*")} == {*report["files"], *weights, *described}
    golden = read_golden(out / "golden.npz")
    assert np.array_equal(golden.inputs, golden_inputs(read_spec(model_file).preprocessing))
    assert golden.truth is None


def _refused(runtime: Runtime, bundle: Bundle, parity: Parity | None) -> Parity | None:
    raise RuntimeRefusedError(f"The {runtime.name} runtime loses too much.")


@pytest.mark.parametrize("judge", ["the gate", "the images"])
def test_int8_that_is_refused_is_left_out(
    judge: str,
    model_file: Path,
    tmp_path: Path,
    pairs: tuple[Path, Path],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (images, masks), out = pairs, tmp_path / "out"
    if judge == "the gate":
        monkeypatch.setattr("inference.engine.choose.int8_gate", _refused)
        said = "The openvino-int8 runtime loses too much."
    else:
        # in the frames' own pixels: whatever it answers is too much of a loss
        passing = lambda runtime, bundle, parity: parity
        monkeypatch.setattr("inference.engine.choose.int8_gate", passing)
        monkeypatch.setattr(export, "INT8_DICE_LOSS", -2.0)
        said = "Dice on these images (-2.0 is allowed): it is left out."
    described = export.export_model(
        model=model_file, formats=["openvino"], out=out, images=images, masks=masks,
        calibration=images, warn=pytest.fail,
    )  # fmt: skip
    refused = described["runtimes"]["openvino-int8"]["refused"]
    assert refused.startswith("The openvino-int8 runtime loses ")
    assert refused.endswith(said)
    assert described["files"] == ["model.xml"]
    assert not list(out.glob("*int8*"))
    assert Engine.load(out).runtime_names[0] in {"openvino-bf16", "openvino-f32"}
