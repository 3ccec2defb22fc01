from __future__ import annotations

import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from inference.engine import Engine, EngineError, ModelSpec, RuntimeRefusedError
from inference.engine.modelfile import ModelClass, write_spec
from inference.engine.preprocess import Preprocessing
from inference.engine.runtime import golden_means, load_runtime, self_test


class BrightIsNerve:
    """A runtime one can foretell: bright pixels are channel 1 with the certainty given."""

    name = "bright"

    def __init__(self, certainty: float = 0.9) -> None:
        self.certainty = certainty

    def probabilities(self, batch: NDArray[np.float32]) -> NDArray[np.float32]:
        bright = (batch[..., 0] > 0).astype(np.float32) * self.certainty
        return np.stack([1 - bright, bright, np.zeros_like(bright)], axis=-1)


def frames_with_square(height: int = 96, width: int = 128) -> NDArray[np.uint8]:
    frames = np.zeros((2, height, width), np.uint8)
    frames[0, 30:60, 40:80] = 200
    return frames


def test_labels_come_back_in_the_frames_own_pixels(spec: ModelSpec) -> None:
    found = Engine(spec, [BrightIsNerve()]).segment(frames_with_square())
    assert found.labels.shape == (2, 96, 128)
    assert found.labels.dtype == np.uint8
    assert found.labels[0, 45, 60] == 1
    truth = frames_with_square()[0] > 0
    shared = (found.labels[0] == 1) & truth
    assert shared.sum() / ((found.labels[0] == 1) | truth).sum() > 0.8


def test_confidence_is_zero_for_what_was_not_seen(spec: ModelSpec) -> None:
    found = Engine(spec, [BrightIsNerve()]).segment(frames_with_square())
    assert found.confidence.shape == (2, 2)
    assert found.confidence[0, 0] > 0.7
    assert found.confidence[0, 1] == 0
    assert not found.confidence[1].any()


def test_an_ensemble_averages_its_members(spec: ModelSpec) -> None:
    engine = Engine(spec, [BrightIsNerve(0.9), BrightIsNerve(0.5)])
    found = engine.segment(frames_with_square(), with_probabilities=True)
    assert found.probabilities is not None
    assert found.probabilities.shape == (2, 32, 32, 3)
    assert found.probabilities[..., 1].max() == pytest.approx(0.7)


def test_members_that_differ_are_doubted_where_they_differ(spec: ModelSpec) -> None:
    frames = frames_with_square()
    apart = Engine(spec, [BrightIsNerve(1.0), BrightIsNerve(0.0)])
    found = apart.segment(frames, with_doubt=True)
    assert found.doubt is not None
    assert found.doubt.pixels.shape == (2, 32, 32)
    bright = apart.prepare(frames)[0, ..., 0] > 0
    assert found.doubt.pixels[0][bright] == pytest.approx(1.0)
    assert not found.doubt.pixels[0][~bright].any()
    assert not found.doubt.pixels[1].any()
    assert found.doubt.evidence[0, 0] == pytest.approx(0.5, abs=0.2)
    together = Engine(spec, [BrightIsNerve(0.6), BrightIsNerve(0.6)]).segment(
        frames, with_doubt=True
    )
    assert together.doubt is not None
    assert together.doubt.pixels.max() < 0.01


def test_one_model_alone_is_doubted_where_it_hesitates(spec: ModelSpec) -> None:
    found = Engine(spec, [BrightIsNerve(0.75)]).segment(frames_with_square(), with_doubt=True)
    assert found.doubt is not None
    assert found.doubt.pixels.max() == pytest.approx(0.5)
    assert found.doubt.pixels[0, 0, 0] == 0


def test_asking_for_doubt_changes_no_label(model_file: Path) -> None:
    engine = Engine.load([model_file, model_file])
    frames = np.random.default_rng(4).integers(0, 256, (3, 60, 80), np.uint8)
    plain, doubted = engine.segment(frames), engine.segment(frames, with_doubt=True)
    assert np.array_equal(plain.labels, doubted.labels)
    assert plain.confidence == pytest.approx(doubted.confidence, abs=1e-5)
    assert plain.doubt is None


def test_specks_are_dropped(spec: ModelSpec) -> None:
    frame = np.zeros((1, 256, 256), np.uint8)
    frame[0, 100:108, 100:108] = 255
    sharp = replace(spec, preprocessing=Preprocessing(256, 256, "zscore"))
    assert not Engine(sharp, [BrightIsNerve()]).segment(frame).labels.any()
    frame[0, 100:120, 100:120] = 255
    assert Engine(sharp, [BrightIsNerve()]).segment(frame).labels.any()


@pytest.mark.parametrize("frames", [np.zeros((1, 8, 8), np.float32), np.zeros((8,), np.uint8)])
def test_frames_that_are_not_grey_8_bit_are_refused(
    spec: ModelSpec, frames: NDArray[np.uint8]
) -> None:
    with pytest.raises(EngineError, match="grey 8-bit"):
        Engine(spec, [BrightIsNerve()]).segment(frames)


def test_no_frames_give_no_labels(spec: ModelSpec) -> None:
    found = Engine(spec, [BrightIsNerve()]).segment(np.zeros((0, 20, 30), np.uint8))
    assert found.labels.shape == (0, 20, 30)


def test_a_model_file_segments_frames_of_several_sizes(model_file: Path) -> None:
    engine = Engine.load(model_file)
    assert engine.runtime_names == ("tensorflow",)
    for height, width in ((1, 1), (31, 77), (480, 640)):
        frames = np.full((1, height, width), 90, np.uint8)
        assert engine.segment(frames).labels.shape == (1, height, width)


def test_members_that_name_other_structures_are_refused(
    model_file: Path, spec: ModelSpec, tmp_path: Path
) -> None:
    other = tmp_path / "other.keras"
    shutil.copy(model_file, other)
    write_spec(other, replace(spec, classes=(ModelClass(1, "bone", "Bone"), spec.classes[1])))
    with pytest.raises(EngineError, match=r"other\.keras names other structures"):
        Engine.load([model_file, other])


def test_a_runtime_that_answers_the_golden_frame_differently_is_refused_by_name(
    spec: ModelSpec,
) -> None:
    honest = golden_means(BrightIsNerve(), spec.preprocessing)
    self_test(BrightIsNerve(), replace(spec, golden=honest))
    with pytest.raises(RuntimeRefusedError, match="bright"):
        self_test(BrightIsNerve(0.5), replace(spec, golden=honest))


def test_a_runtime_that_returns_nan_is_refused(spec: ModelSpec) -> None:
    with pytest.raises(RuntimeRefusedError, match="not finite"):
        self_test(BrightIsNerve(float("nan")), spec)


def test_a_file_that_names_too_few_structures_is_refused(model_file: Path, spec: ModelSpec) -> None:
    with pytest.raises(RuntimeRefusedError, match="3 outputs"):
        load_runtime(model_file, replace(spec, classes=spec.classes[:1]))


def test_importing_the_engine_brings_neither_tensorflow_nor_django() -> None:
    code = (
        "import sys, inference.engine, training.cli, training.commands; "
        "print([m for m in ('tensorflow', 'keras', 'django') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
