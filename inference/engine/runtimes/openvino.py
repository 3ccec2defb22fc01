"""OpenVINO on the processor: the fastest of them on x86.

Its precision is always asked for by name. Left to itself it takes bfloat16 where the processor has
it, and with a capped instruction set it has returned garbage without an error.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from inference.engine.errors import RuntimeUnavailableError
from inference.engine.modelfile import ModelSpec
from inference.engine.runtimes.single import SingleFrameRuntime


class OpenVinoRuntime(SingleFrameRuntime):
    """One stream, latency first, buffers shared with the network.

    path: ONNX or OpenVINO's own IR. precision: "f32" or "bf16" (an int8 network runs its remaining
    layers in it). threads None takes every core.
    """

    def __init__(
        self, name: str, path: Path, spec: ModelSpec, precision: str, threads: int | None
    ) -> None:
        super().__init__(spec)
        import openvino as ov  # noqa: PLC0415  not before a worker has forked

        self.name = name
        core = ov.Core()
        if precision == "bf16" and "BF16" not in capabilities():
            raise RuntimeUnavailableError(f"{name}: this processor has no bfloat16 arithmetic.")
        settings: dict[str, Any] = {
            "PERFORMANCE_HINT": "LATENCY",
            "NUM_STREAMS": 1,
            # a pinned thread waits for its core even where the other one is free, and two engines
            # would pin themselves to the same
            "ENABLE_CPU_PINNING": False,
            "INFERENCE_PRECISION_HINT": precision,
        }
        if threads is not None:
            settings["INFERENCE_NUM_THREADS"] = threads
        compiled = core.compile_model(core.read_model(path), "CPU", settings)
        self._request = compiled.create_infer_request()
        self._request.set_input_tensor(ov.Tensor(self._input, shared_memory=True))
        self._output: NDArray[np.float32] = self._request.get_output_tensor().data

    def _run(self) -> NDArray[np.float32]:
        self._request.infer()
        return self._output


@lru_cache(maxsize=1)
def capabilities() -> frozenset[str]:
    """What the processor's plugin says it can do, such as BF16 and INT8."""
    import openvino as ov  # noqa: PLC0415

    return frozenset(ov.Core().get_property("CPU", "OPTIMIZATION_CAPABILITIES"))
