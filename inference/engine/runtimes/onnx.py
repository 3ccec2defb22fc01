"""ONNX Runtime: on the processor everywhere, on NVIDIA cards where its providers are installed."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from inference.engine.errors import RuntimeUnavailableError
from inference.engine.modelfile import ModelSpec
from inference.engine.runtimes.single import SingleFrameRuntime

CPU = "CPUExecutionProvider"
CUDA = "CUDAExecutionProvider"
TENSORRT = "TensorrtExecutionProvider"


class OnnxRuntime(SingleFrameRuntime):
    """One session on one provider. threads None takes every core."""

    def __init__(
        self, name: str, path: Path, spec: ModelSpec, provider: str, threads: int | None
    ) -> None:
        super().__init__(spec)
        import onnxruntime  # noqa: PLC0415  not before a worker has forked

        self.name = name
        if provider not in onnxruntime.get_available_providers():
            raise RuntimeUnavailableError(f"{name}: {provider} is not installed here.")
        options = onnxruntime.SessionOptions()
        options.log_severity_level = 3
        options.intra_op_num_threads = threads or 0
        # threads that spin while they wait halve the speed of everything beside them
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        # CUDA also takes what TensorRT cannot run
        wanted = [provider] if provider in (CPU, CUDA) else [provider, CUDA]
        self._session = onnxruntime.InferenceSession(str(path), options, providers=wanted)
        if provider not in self._session.get_providers():
            raise RuntimeUnavailableError(f"{name}: {provider} found no device to run on.")
        self._output = np.zeros(self._session.get_outputs()[0].shape, np.float32)
        self._binding = self._session.io_binding()
        self._input_name = self._session.get_inputs()[0].name
        self._output_name = self._session.get_outputs()[0].name
        if provider == CPU:
            # both buffers live as long as the session: bound once
            self._binding.bind_cpu_input(self._input_name, self._input)
            self._bind_output()
        self._is_bound = provider == CPU

    def _run(self) -> NDArray[np.float32]:
        if self._is_bound:
            self._session.run_with_iobinding(self._binding)
            return self._output
        answer = self._session.run(None, {self._input_name: self._input})[0]
        return np.asarray(answer, np.float32)

    def _bind_output(self) -> None:
        self._binding.bind_output(
            self._output_name,
            "cpu",
            0,
            np.float32,
            self._output.shape,
            self._output.ctypes.data,
        )
