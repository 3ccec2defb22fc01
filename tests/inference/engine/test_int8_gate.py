"""int8 serves only where it loses next to nothing: both answers of the gate."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from inference.engine.bundle import GATE_FILE, Bundle, open_bundle
from inference.engine.choose import int8_gate
from inference.engine.errors import RuntimeRefusedError
from inference.engine.golden import GoldenSet, compare, golden_inputs, read_golden
from inference.engine.modelfile import ModelSpec
from tests.inference.engine.test_engine import BrightIsNerve

Answers = NDArray[np.float32]


class Dropping(BrightIsNerve):
    """Answers as the float network, but every nth row of the picture is background."""

    name = "dropping"

    def __init__(self, every: int) -> None:
        super().__init__()
        self.every = every

    def probabilities(self, batch: Answers) -> Answers:
        answers = super().probabilities(batch)
        answers[:, :: self.every] = (1.0, 0.0, 0.0)
        return answers


@pytest.fixture
def inputs(spec: ModelSpec) -> Answers:
    return golden_inputs(spec.preprocessing)


def bundle_of(folder: Path, spec: ModelSpec, inputs: Answers, truth: object = None) -> Bundle:
    known = None if truth is None else np.asarray(truth, np.uint8)
    GoldenSet(inputs, BrightIsNerve().probabilities(inputs), known).save(folder / GATE_FILE)
    return Bundle(folder, spec)


def test_a_network_that_names_pixels_otherwise_is_refused_by_name(
    tmp_path: Path, spec: ModelSpec, inputs: Answers
) -> None:
    bundle = bundle_of(tmp_path, spec, inputs)
    with pytest.raises(RuntimeRefusedError, match=r"dropping runtime loses 0\.\d+ Dice on the cal"):
        int8_gate(Dropping(8), bundle, None)
    found = int8_gate(BrightIsNerve(), bundle, None)
    assert found is not None
    assert found.dice > 0.999


def test_against_the_truth_only_a_loss_counts(
    tmp_path: Path, spec: ModelSpec, inputs: Answers
) -> None:
    # what people drew is what the other network says: it differs from the float one and gains
    truth = Dropping(8).probabilities(inputs).argmax(axis=-1)
    bundle = bundle_of(tmp_path, spec, inputs, truth)
    found = int8_gate(Dropping(8), bundle, None)
    assert found is not None
    assert found.dice < 0.995
    with pytest.raises(RuntimeRefusedError, match="Dice on frames with their truth"):
        int8_gate(Dropping(2), bundle, None)


def test_an_exported_folder_has_no_gate_and_serves_int8_as_it_was_judged(
    tmp_path: Path, spec: ModelSpec, inputs: Answers
) -> None:
    (tmp_path / "fascicle.json").write_text(json.dumps(spec.to_json()), encoding="utf-8")
    bundle = open_bundle(tmp_path)
    assert bundle.gate() is None
    answers = BrightIsNerve().probabilities(inputs)
    on_golden_frames = compare(answers, answers)
    assert int8_gate(Dropping(2), bundle, on_golden_frames) is on_golden_frames


def test_the_loss_is_the_difference_of_dice_against_the_truth(inputs: Answers) -> None:
    truth = np.zeros(inputs.shape[:3], np.uint8)
    truth[0, 8:24, 8:24] = 1  # 256 pixels

    def answering(rows: int) -> Answers:
        answers = np.zeros((*truth.shape, 2), np.float32)
        answers[..., 0] = 1.0
        answers[0, 8 : 8 + rows, 8:24] = (0.0, 1.0)
        return answers

    golden = GoldenSet(inputs, answering(16), truth)
    assert golden.dice_loss(answering(16)) == 0.0
    # half of the square: 2 * 128 / (128 + 256)
    assert golden.dice_loss(answering(8)) == pytest.approx(1.0 - 2 / 3)


def test_the_truth_is_kept_beside_the_frames(tmp_path: Path, inputs: Answers) -> None:
    truth = np.arange(inputs[..., 0].size, dtype=np.uint8).reshape(inputs.shape[:3]) % 3
    GoldenSet(inputs, BrightIsNerve().probabilities(inputs), truth).save(tmp_path / "gate.npz")
    read = read_golden(tmp_path / "gate.npz")
    assert read.truth is not None
    assert np.array_equal(read.truth, truth)
