"""Every runtime answers as the trained network does, and one that does not is refused by name."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from inference.engine import (
    Engine,
    EngineError,
    ModelFileError,
    ModelSpec,
    RuntimeRefusedError,
)
from inference.engine import choose as choosing
from inference.engine.bundle import Bundle, cached_bundle, convert, open_bundle
from inference.engine.choose import choose, load_kind
from inference.engine.conversion import convert as conversion
from inference.engine.golden import GoldenSet, compare, golden_frame
from inference.engine.modelfile import write_spec
from inference.engine.runtime import self_test
from inference.engine.runtimes import KINDS, RUNTIME_NAMES, kind_of
from tests.inference.engine.test_engine import BrightIsNerve

# converting imports TensorFlow in a child: seconds, but minutes where every core is taken
pytestmark = pytest.mark.timeout(1500)

FLOAT_RUNTIMES = ("openvino-f32", "onnxruntime", "litert", "tensorflow")
INT8_RUNTIMES = ("openvino-int8", "litert-int8")


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("engines")


@pytest.fixture(scope="session")
def bundle(trained_file: Path, cache: Path) -> Bundle:
    """The trained model with all it can be converted into, in one run of the child."""
    made = cached_bundle(trained_file, cache)
    files = [kind.file for kind in KINDS if kind.file is not None]
    convert(made, dict.fromkeys(files), [golden_frame(seed) for seed in range(4)])
    return made


@pytest.mark.parametrize("name", FLOAT_RUNTIMES)
def test_float_runtimes_answer_as_keras_does(bundle: Bundle, name: str) -> None:
    runtime, verdict = load_kind(bundle, kind_of(name))
    assert verdict.refusal is None
    assert runtime is not None
    assert verdict.parity is not None
    # the expected answers are kept in half precision
    assert verdict.parity.largest < 2e-3
    assert verdict.parity.dice > 0.999


@pytest.mark.parametrize("name", ["openvino-bf16", "litert-dynamic"])
def test_reduced_precision_passes_or_says_why_not(bundle: Bundle, name: str) -> None:
    _, verdict = load_kind(bundle, kind_of(name))
    if verdict.refusal is None:
        assert verdict.parity is not None
        assert verdict.parity.is_close
    else:
        assert name in verdict.refusal


@pytest.mark.parametrize("name", INT8_RUNTIMES)
def test_int8_serves_only_where_it_loses_next_to_nothing(bundle: Bundle, name: str) -> None:
    assert bundle.path(kind_of(name).file or "") is not None
    runtime, verdict = load_kind(bundle, kind_of(name))
    if runtime is None:
        assert "Dice" in (verdict.refusal or "") or "differently" in (verdict.refusal or "")
    else:
        assert verdict.parity is not None
        assert verdict.parity.dice > 0.995


def test_int8_without_frames_to_calibrate_on_is_refused(model_file: Path, tmp_path: Path) -> None:
    _, verdict = load_kind(cached_bundle(model_file, tmp_path), kind_of("openvino-int8"))
    assert verdict.refusal == "openvino-int8 needs frames to calibrate on."


@pytest.mark.parametrize("shape", [(1, 1), (31, 77), (480, 640), (1, 900), (4096, 4096)])
def test_every_runtime_segments_frames_of_any_size_alike(
    bundle: Bundle, shape: tuple[int, int]
) -> None:
    frame = np.resize(golden_frame(), shape)
    seen = {}
    for name in ("openvino-f32", "onnxruntime", "tensorflow"):
        runtime, _ = load_kind(bundle, kind_of(name))
        assert runtime is not None
        seen[name] = Engine(bundle.spec, [runtime]).segment(frame).labels[0]
    for labels in seen.values():
        assert labels.shape == shape
        assert (labels != seen["tensorflow"]).mean() < 0.01


def test_several_frames_at_once_are_answered_as_one_by_one(bundle: Bundle) -> None:
    frames = np.stack([golden_frame(seed) for seed in range(3)])
    for name in ("openvino-f32", "onnxruntime", "litert"):
        runtime, _ = load_kind(bundle, kind_of(name))
        assert runtime is not None
        engine = Engine(bundle.spec, [runtime])
        together = engine.segment(frames, with_probabilities=True).probabilities
        assert together is not None
        single = [engine.infer(engine.prepare(frame)).copy() for frame in frames]
        assert np.array_equal(together, np.concatenate(single))
        assert not np.array_equal(single[0], single[1])


def test_the_fastest_that_passes_is_chosen_named_and_remembered(bundle: Bundle) -> None:
    chosen = choose(bundle)
    assert chosen.runtime.name in RUNTIME_NAMES
    times = {v.name: v.milliseconds for v in chosen.verdicts if v.milliseconds is not None}
    if times:
        assert chosen.runtime.name == min(times, key=lambda name: times[name] or 0.0)
    again = choose(bundle)
    assert again.runtime.name == chosen.runtime.name
    assert len(again.verdicts) == 1


def test_a_runtime_that_turns_to_garbage_is_refused_by_name_and_the_next_serves(
    bundle: Bundle, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = choose(bundle).runtime.name
    honest = kind_of(first)

    class Garbage:
        name = first

        def probabilities(self, batch: NDArray[np.float32]) -> NDArray[np.float32]:
            size = bundle.spec.preprocessing
            answer = np.zeros((len(batch), size.height, size.width, bundle.spec.channels))
            answer[..., 1] = 1.0
            return answer.astype(np.float32)

    broken = replace(honest, open=lambda path, spec, threads: Garbage())
    monkeypatch.setattr(choosing, "kind_of", lambda n: broken if n == first else kind_of(n))
    chosen = choose(bundle)
    assert chosen.runtime.name != first
    assert first in (chosen.verdicts[0].refusal or "")
    assert "differently" in (chosen.verdicts[0].refusal or "")
    with pytest.raises(RuntimeRefusedError, match=first):
        choose(bundle, name=first)


def test_golden_answers_catch_what_mean_probabilities_cannot(spec: ModelSpec) -> None:
    class Mirrored(BrightIsNerve):
        name = "mirrored"

        def probabilities(self, batch: NDArray[np.float32]) -> NDArray[np.float32]:
            return super().probabilities(batch)[:, :, ::-1]

    from inference.engine.golden import golden_inputs

    inputs = golden_inputs(spec.preprocessing)
    golden = GoldenSet(inputs, BrightIsNerve().probabilities(inputs))
    assert self_test(BrightIsNerve(), spec, golden) is not None
    with pytest.raises(RuntimeRefusedError, match=r"mirrored.*not used"):
        self_test(Mirrored(), spec, golden)


def test_numbers_that_are_not_finite_are_as_far_off_as_can_be() -> None:
    expected = np.full((1, 4, 4, 2), 0.5, np.float32)
    broken = expected.copy()
    broken[0, 0, 0, 0] = np.nan
    assert not compare(expected, broken).is_close
    assert compare(expected, expected).is_close


def test_weights_that_are_not_numbers_are_refused_by_every_runtime(
    model_file: Path, spec: ModelSpec, cache: Path, tmp_path: Path
) -> None:
    import keras

    model = keras.saving.load_model(model_file, compile=False)
    model.set_weights([np.full_like(each, np.nan) for each in model.get_weights()])
    path = tmp_path / "nan.keras"
    model.save(path)
    write_spec(path, spec)
    with pytest.raises(RuntimeRefusedError, match=r"onnxruntime runtime returned numbers that"):
        Engine.load(path, cache=cache, runtime="onnxruntime")


def test_a_damaged_converted_file_is_a_refusal_in_a_sentence(
    bundle: Bundle, tmp_path: Path
) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(bundle.folder, copy)
    (copy / "model.onnx").write_bytes(b"no network")
    with pytest.raises(RuntimeRefusedError, match="onnxruntime"):
        Engine.load(copy, runtime="onnxruntime")


def test_a_conversion_that_fails_leaves_no_weights_and_touches_no_others(
    model_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def half_written(work: object, path: Path, *_: object) -> None:
        path.write_bytes(b"half")
        if path.suffix == ".xml":
            path.with_suffix(".bin").write_bytes(b"half")
        raise OSError("No space left on device")

    monkeypatch.setattr(conversion._Conversion, "openvino_int8", half_written)
    monkeypatch.setattr(conversion._Conversion, "tflite", half_written)
    (tmp_path / "model.bin").write_bytes(b"the weights of model.xml")
    failures = conversion.write_files(
        model_file, tmp_path, ["model-int8.xml", "model.tflite"], None
    )
    assert failures["model-int8.xml"] == "model-int8.xml could not be made: No space left on device"
    assert [path.name for path in tmp_path.iterdir()] == ["model.bin"]


def test_a_folder_without_a_description_is_no_model(tmp_path: Path) -> None:
    with pytest.raises(ModelFileError, match=r"fascicle\.json"):
        open_bundle(tmp_path)


def test_an_unknown_runtime_is_answered_with_the_names_there_are(model_file: Path) -> None:
    with pytest.raises(EngineError, match="openvino-bf16"):
        Engine.load(model_file, runtime="abacus")


def test_keras_own_predict_is_never_called(
    model_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import keras

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("model.predict costs five times the network")

    for name in ("predict", "predict_on_batch", "predict_step"):
        monkeypatch.setattr(keras.Model, name, refuse)
    frames = np.zeros((3, 40, 56), np.uint8)
    for name in FLOAT_RUNTIMES:
        engine = Engine.load(model_file, runtime=name, cache=tmp_path)
        assert engine.segment(frames).labels.shape == frames.shape


def test_a_converted_model_runs_without_tensorflow(bundle: Bundle) -> None:
    code = (
        "import sys, numpy as np\n"
        "from inference.engine import Engine\n"
        f"engine = Engine.load({str(bundle.folder)!r}, runtime='onnxruntime')\n"
        "engine.see(np.zeros((48, 64), np.uint8))\n"
        f"engine = Engine.load({str(bundle.folder)!r}, runtime='openvino-f32')\n"
        "engine.see(np.zeros((48, 64), np.uint8))\n"
        "print([m for m in ('tensorflow', 'keras', 'django') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip().splitlines()[-1] == "[]"


def test_an_engine_from_before_a_fork_is_refused_in_the_child(bundle: Bundle) -> None:
    runtime, _ = load_kind(bundle, kind_of("onnxruntime"))
    assert runtime is not None
    engine = Engine(bundle.spec, [runtime])
    engine._process = os.getpid() + 1
    with pytest.raises(EngineError, match="forked"):
        engine.segment(np.zeros((8, 8), np.uint8))


def test_the_rewritten_network_has_no_upsampling_left(bundle: Bundle) -> None:
    import onnx

    kinds = {node.op_type for node in onnx.load(bundle.folder / "model.onnx").graph.node}
    assert "ConvTranspose" in kinds
    assert not kinds & {"Tile", "Resize", "Concat", "BatchNormalization"}


def test_the_choice_is_kept_for_this_machine_only(bundle: Bundle) -> None:
    choose(bundle)
    kept = json.loads((bundle.folder / "choice.json").read_text())
    for machine, ranked in kept.items():
        assert "cores" in machine
        assert set(ranked) <= set(RUNTIME_NAMES)


def test_what_was_timed_beside_other_work_is_timed_again_without(
    bundle: Bundle, monkeypatch: pytest.MonkeyPatch
) -> None:
    from inference.engine import choose as chooser

    kept_file = bundle.folder / "choice.json"
    kept_file.unlink(missing_ok=True)
    monkeypatch.setattr(chooser, "is_busy", lambda: True)
    choose(bundle)
    [(machine, ranked)] = json.loads(kept_file.read_text()).items()
    assert machine.endswith(chooser.BESIDE_OTHER_WORK)
    # as a busy machine would have it: the slowest first
    worst = ranked[::-1]
    kept_file.write_text(json.dumps({machine: worst}))
    assert choose(bundle).runtime.name == worst[0], "beside work the kept order serves"

    monkeypatch.setattr(chooser, "is_busy", lambda: False)
    verdicts = choose(bundle).verdicts
    assert any(each.milliseconds is not None for each in verdicts), "it was not timed again"
    [(machine, _)] = json.loads(kept_file.read_text()).items()
    assert not machine.endswith(chooser.BESIDE_OTHER_WORK)
