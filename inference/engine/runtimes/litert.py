"""LiteRT (TensorFlow Lite): small and quick without TensorFlow; the way onto ARM."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from inference.engine.modelfile import ModelSpec
from inference.engine.runtimes.single import SingleFrameRuntime


class LiteRtRuntime(SingleFrameRuntime):
    """One interpreter with XNNPACK. threads None takes every core."""

    def __init__(self, name: str, path: Path, spec: ModelSpec, threads: int | None) -> None:
        super().__init__(spec)
        from ai_edge_litert.interpreter import Interpreter  # noqa: PLC0415

        self.name = name
        self._interpreter = Interpreter(
            model_path=str(path), num_threads=threads or os.cpu_count() or 1
        )
        self._interpreter.allocate_tensors()
        self._input_index = self._interpreter.get_input_details()[0]["index"]
        self._output_index = self._interpreter.get_output_details()[0]["index"]

    def _run(self) -> NDArray[np.float32]:
        self._interpreter.set_tensor(self._input_index, self._input)
        self._interpreter.invoke()
        return np.asarray(self._interpreter.get_tensor(self._output_index), np.float32)
