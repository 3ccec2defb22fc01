"""Providers for NVIDIA cards, by a stand-in for ONNX Runtime: no test machine has a card."""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import onnxruntime
import pytest
from numpy.typing import NDArray

from inference.engine.errors import RuntimeUnavailableError
from inference.engine.modelfile import ModelSpec
from inference.engine.runtimes import RUNTIME_NAMES, kind_of
from inference.engine.runtimes.onnx import CPU, CUDA, TENSORRT

ANSWER = np.full((1, 3, 32, 32), 1 / 3, np.float32)


class _Argument:
    def __init__(self, name: str, shape: list[int]) -> None:
        self.name, self.shape = name, shape


class StandIn:
    """A session as a machine with a card makes it, or, without a device, one that fell back."""

    asked: ClassVar[list[list[str]]] = []
    has_device = True

    def __init__(self, path: str, options: object, providers: list[str]) -> None:
        del path, options
        StandIn.asked.append(providers)
        self._providers = [*providers, CPU] if StandIn.has_device else [CPU]

    def get_providers(self) -> list[str]:
        return self._providers

    def get_inputs(self) -> list[_Argument]:
        return [_Argument("frame", [1, 32, 32, 1])]

    def get_outputs(self) -> list[_Argument]:
        return [_Argument("probabilities", list(ANSWER.shape))]

    def io_binding(self) -> object:
        return object()

    def run(self, names: object, feed: dict[str, NDArray[np.float32]]) -> list[Any]:
        del names
        assert feed["frame"].shape == (1, 32, 32, 1)
        return [ANSWER]


@pytest.fixture
def card(monkeypatch: pytest.MonkeyPatch) -> type[StandIn]:
    StandIn.asked, StandIn.has_device = [], True
    monkeypatch.setattr(onnxruntime, "get_available_providers", lambda: [TENSORRT, CUDA, CPU])
    monkeypatch.setattr(onnxruntime, "InferenceSession", StandIn)
    return StandIn


def test_a_card_is_looked_at_before_the_processor() -> None:
    assert RUNTIME_NAMES[:2] == ("onnxruntime-tensorrt", "onnxruntime-cuda")


@pytest.mark.parametrize(
    ("name", "wanted"),
    [("onnxruntime-tensorrt", [TENSORRT, CUDA]), ("onnxruntime-cuda", [CUDA])],
)
def test_a_cards_provider_is_asked_for_and_answers(
    card: type[StandIn], spec: ModelSpec, name: str, wanted: list[str]
) -> None:
    runtime = kind_of(name).open(Path("model.onnx"), spec, None)
    assert card.asked == [wanted]
    answer = runtime.probabilities(np.zeros((2, 32, 32, 1), np.float32))
    assert answer.shape == (2, 32, 32, 3)
    assert runtime.name == name


def test_a_provider_without_a_device_is_refused_by_name(
    card: type[StandIn], spec: ModelSpec
) -> None:
    card.has_device = False
    with pytest.raises(RuntimeUnavailableError, match=r"onnxruntime-cuda: .*no device"):
        kind_of("onnxruntime-cuda").open(Path("model.onnx"), spec, None)


def test_a_provider_that_is_not_installed_is_refused_by_name(
    card: type[StandIn], spec: ModelSpec, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(onnxruntime, "get_available_providers", lambda: [CPU])
    with pytest.raises(RuntimeUnavailableError, match=r"onnxruntime-tensorrt: .*not installed"):
        kind_of("onnxruntime-tensorrt").open(Path("model.onnx"), spec, None)
    assert card.asked == []
