"""The protocol behind which networks run, and the golden-frame self-test all of them pass."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from inference.engine.errors import RuntimeRefusedError
from inference.engine.golden import (
    GoldenSet,
    Parity,
    check_answer,
    compare,
    golden_frame,
)
from inference.engine.modelfile import ModelSpec, read_spec
from inference.engine.preprocess import Preprocessing, prepare

# Mean probabilities over a whole frame; bfloat16 runtimes stay well within this.
GOLDEN_TOLERANCE = 0.02


class Runtime(Protocol):
    """A loaded network, for one thread of the process that loaded it.

    name says which runtime it is, for pages and reports.
    """

    @property
    def name(self) -> str: ...

    def probabilities(self, batch: NDArray[np.float32]) -> NDArray[np.float32]:
        """Network input float32 (n, h, w, 1) -> class probabilities float32 (n, h, w, c).

        The array may be a view of the runtime's own buffer: valid until the next call.
        """
        ...


class KerasRuntime:
    """A model still in memory, for the self-measurement when its file is written."""

    name = "keras"

    def __init__(self, model: Any) -> None:
        self._model = model

    def probabilities(self, batch: NDArray[np.float32]) -> NDArray[np.float32]:
        return np.asarray(self._model.predict_on_batch(batch), np.float32)


def golden_means(runtime: Runtime, preprocessing: Preprocessing) -> tuple[float, ...]:
    """Mean probability per channel on the golden frame.

    Raises RuntimeRefusedError where the answer is no probability at all.
    """
    output = runtime.probabilities(prepare(golden_frame(), preprocessing))
    check_answer(runtime.name, output, preprocessing, 1)
    return tuple(float(mean) for mean in output.mean(axis=(0, 1, 2), dtype=np.float64))


def self_test(runtime: Runtime, spec: ModelSpec, golden: GoldenSet | None = None) -> Parity | None:
    """Refuse, by name, a runtime whose answers to the golden frames are not this model's.

    Returns how far its answers lie from the expected ones, or None where only the mean
    probabilities in the model file are known. Raises RuntimeRefusedError.
    """
    means = golden_means(runtime, spec.preprocessing)
    if len(means) != spec.channels:
        raise RuntimeRefusedError(
            f"The network has {len(means)} outputs, but its file names {spec.channels} "
            "(background included)."
        )
    if spec.golden is not None:
        worst = max(abs(mean - known) for mean, known in zip(means, spec.golden, strict=True))
        if not worst <= GOLDEN_TOLERANCE:
            raise RuntimeRefusedError(
                f"The {runtime.name} runtime answers the golden frame differently from the model "
                f"as it was written (by {worst:.3f}): it is not used."
            )
    if golden is None:
        return None
    parity = parity_of(runtime, golden)
    if not parity.is_close:
        raise RuntimeRefusedError(
            f"The {runtime.name} runtime answers the golden frames differently from the model "
            f"(probabilities by {parity.mean:.3f} on average, {1 - parity.agreement:.1%} of the "
            "clear pixels named otherwise): it is not used."
        )
    return parity


def parity_of(runtime: Runtime, golden: GoldenSet) -> Parity:
    """Compare a runtime with the expected answers."""
    return compare(golden.expected, answers_of(runtime, golden))


def answers_of(runtime: Runtime, golden: GoldenSet) -> NDArray[np.float32]:
    """A runtime's probabilities (k, h, w, c), one frame at a time as live sees them."""
    answers = [np.array(runtime.probabilities(each[None])) for each in golden.inputs]
    return np.concatenate(answers)


def load_runtime(path: Path | str, spec: ModelSpec | None = None) -> Runtime:
    """Load a model file with the runtime that reads it as it is, and prove it."""
    from inference.engine.runtimes.tensorflow import TensorFlowRuntime  # noqa: PLC0415

    spec = read_spec(path) if spec is None else spec
    runtime = TensorFlowRuntime(path, spec)
    self_test(runtime, spec)
    return runtime
