"""What lies in an exported folder: this model's files, its notice and credit, and nothing else.

The conversions and their proof are stood in for: here it matters which files stay.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from inference.engine.bundle import Bundle
from inference.engine.runtimes import RuntimeKind
from tests.inference.registry.model_files import bright_file
from training import export
from training.cli import main

NOTICE = "Research use only: not for diagnosis, not for guiding a needle."
STARTERS = Path(__file__).parents[3] / "inference" / "starter"
ALWAYS = {"README.txt", "fascicle.json", "golden.npz", "parity.json"}
EVERYTHING = {
    *("model.onnx", "model.xml", "model.bin", "model-int8.xml", "model-int8.bin"),
    *("model.tflite", "model-dynamic.tflite", "model-int8.tflite"),
}
Exports = Callable[..., dict[str, Any]]


@pytest.fixture(scope="module")
def model_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return bright_file(tmp_path_factory.mktemp("model") / "bright.keras", ("nerve",))


@pytest.fixture
def refused() -> set[str]:
    """Runtimes that refuse whatever they are given."""
    return set()


@pytest.fixture
def exports(
    model_file: Path, tmp_path: Path, refused: set[str], monkeypatch: pytest.MonkeyPatch
) -> Exports:
    def converted(bundle: Bundle, names: Iterable[str], calibration: Any) -> dict[str, str]:
        # as OpenVINO's conversion leaves the ONNX file that it is made from
        for name in {*names, "model.onnx", "golden.npz"}:
            (bundle.folder / name).write_text(str(bundle.model))
            if name.endswith(".xml"):
                (bundle.folder / name).with_suffix(".bin").write_text(str(bundle.model))
        if len(calibration):
            (bundle.folder / "gate.npz").write_bytes(b"frames")
        return {}

    def proven(bundle: Bundle, kind: RuntimeKind, *_: Any) -> dict[str, Any]:
        assert bundle.path(kind.file or "") is not None
        if kind.name in refused:
            return {"refused": f"The {kind.name} runtime loses too much."}
        figures = ("largest", "mean", "golden_dice", "images_dice", "dice_loss")
        return {"refused": None, "read": kind.file, **dict.fromkeys(figures, 0.0)}

    monkeypatch.setattr(export, "convert", converted)
    monkeypatch.setattr(export, "_parity", proven)

    def exported(model: Path = model_file, formats: str = "onnx,openvino,tflite") -> dict[str, Any]:
        from PIL import Image

        frames = tmp_path / "frames"
        frames.mkdir(exist_ok=True)
        Image.fromarray(np.zeros((40, 40), np.uint8)).save(frames / "0.png")
        return export.export_model(
            model=model, formats=export.parse_formats(formats), out=tmp_path / "out",
            calibration=frames, warn=pytest.fail,
        )  # fmt: skip

    return exported


def held(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*")}


def test_a_folder_holds_the_model_and_no_frames(exports: Exports, tmp_path: Path) -> None:
    described = exports()
    assert held(tmp_path / "out") == EVERYTHING | ALWAYS
    assert set(described["files"]) == {name for name in EVERYTHING if not name.endswith(".bin")}


def test_a_format_that_was_not_asked_for_is_not_there(exports: Exports, tmp_path: Path) -> None:
    exports(formats="openvino")
    assert held(tmp_path / "out") == ALWAYS | {
        *("model.xml", "model.bin", "model-int8.xml", "model-int8.bin")
    }


def test_openvino_is_compared_in_its_own_format_where_it_was_asked_for(exports: Exports) -> None:
    runtimes = exports(formats="onnx,openvino")["runtimes"]
    assert runtimes["openvino-f32"]["read"] == "model.xml"
    assert runtimes["onnxruntime"]["read"] == "model.onnx"


@pytest.mark.parametrize(
    ("runtimes", "missing"),
    [
        ({"litert-int8"}, {"model-int8.tflite"}),
        ({"openvino-int8"}, {"model-int8.xml", "model-int8.bin"}),
        ({"litert-dynamic"}, {"model-dynamic.tflite"}),
        # another runtime reads the same file and answers as the model does
        ({"openvino-bf16", "onnxruntime-cuda", "onnxruntime-tensorrt"}, set()),
    ],
)
def test_a_file_that_is_refused_is_not_there(
    exports: Exports, tmp_path: Path, refused: set[str], runtimes: set[str], missing: set[str]
) -> None:
    refused |= runtimes
    described = exports()
    assert held(tmp_path / "out") == (EVERYTHING - missing) | ALWAYS
    assert not missing & set(described["files"])
    assert described == json.loads((tmp_path / "out" / "parity.json").read_text())
    readme = (tmp_path / "out" / "README.txt").read_text()
    assert not any(f"  {name} " in readme for name in missing)


def test_int8_that_nothing_here_can_judge_is_not_there(
    exports: Exports, tmp_path: Path, refused: set[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    without = property(lambda kind: kind.package != "ai_edge_litert")
    monkeypatch.setattr(RuntimeKind, "is_installed", without)
    refused |= {"litert", "litert-dynamic", "litert-int8"}
    exports(formats="tflite")
    # the float files are the model's own numbers; only what int8 costs had to be measured
    assert held(tmp_path / "out") == {"model.tflite", "model-dynamic.tflite"} | ALWAYS


def test_no_file_of_an_earlier_export_stays(
    exports: Exports, model_file: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    with_card = tmp_path / "first.keras"
    shutil.copy(model_file, with_card)
    with_card.with_suffix(".json").write_text('{"name": "First"}')
    exports(with_card)
    assert "card.json" in held(out)
    # as exports before this one and the engine leave them, and an export that was killed
    for name in ("gate.npz", "choice.json"):
        (out / name).write_bytes(b"earlier")
    (out / ".draft-killed").mkdir()
    (out / ".draft-killed" / "calibration.npy").write_bytes(b"frames")
    (out / "notes.md").write_text("mine")
    exports(formats="onnx")
    assert held(out) == {"model.onnx", "notes.md"} | ALWAYS
    assert "First" not in (out / "README.txt").read_text()
    assert (out / "model.onnx").read_text() == str(model_file)


def test_an_earlier_export_is_gone_before_the_next_can_fail(
    exports: Exports, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(*_: Any) -> dict[str, str]:
        return {"golden.npz": "golden.npz could not be made: no memory"}

    exports()
    monkeypatch.setattr(export, "convert", failing)
    with pytest.raises(export.ConversionError, match="no memory"):
        exports()
    assert held(tmp_path / "out") == set()


@pytest.mark.parametrize("name", ["README.txt", "card.json"])
def test_a_readme_that_somebody_else_wrote_is_not_written_over(
    exports: Exports, tmp_path: Path, name: str
) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / name).write_text(f"mine. {NOTICE}")
    with pytest.raises(export.BadInputError, match=f"holds a {name} that no export wrote"):
        exports()
    assert held(tmp_path / "out") == {name}
    assert (tmp_path / "out" / name).read_text() == f"mine. {NOTICE}"


def test_notice_credit_and_licence_go_with_the_model(exports: Exports, tmp_path: Path) -> None:
    exports(STARTERS / "usgra.keras", "onnx")
    out = tmp_path / "out"
    readme = (out / "README.txt").read_text()
    for said in ("Nerve and vessel (usgra.keras)", NOTICE, "tmkand", "CC BY 4.0"):
        assert said in readme
    assert json.loads((out / "card.json").read_text()) == json.loads(
        (STARTERS / "usgra.json").read_text()
    )
    assert json.loads((out / "fascicle.json").read_text())["notice"] == NOTICE


def test_a_model_without_a_card_says_that_its_data_are_not_known(
    exports: Exports, tmp_path: Path
) -> None:
    exports()
    readme = (tmp_path / "out" / "README.txt").read_text()
    assert readme.startswith(f"bright (bright.keras)\n\n{NOTICE}\n")
    assert "is not known here." in readme
    assert "card.json" not in readme


@pytest.mark.parametrize("card", ["{", "[]", "\xff"])
def test_a_card_that_cannot_be_read_is_one_sentence_and_nothing_is_written(
    model_file: Path, tmp_path: Path, card: str, capsys: pytest.CaptureFixture[str]
) -> None:
    model = tmp_path / "model.keras"
    shutil.copy(model_file, model)
    model.with_suffix(".json").write_text(card, encoding="latin-1")
    assert main(["export", "--model", str(model), "--out", str(tmp_path / "out")]) == 2
    said = capsys.readouterr().err
    assert "model.json" in said
    assert said.count("\n") == 1
    assert not (tmp_path / "out").exists()
