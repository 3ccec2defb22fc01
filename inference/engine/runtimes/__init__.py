"""The runtimes by name, which file each reads, and how it is opened."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from inference.engine.errors import EngineError
from inference.engine.modelfile import ModelSpec
from inference.engine.runtime import Runtime
from inference.engine.runtimes.onnx import CPU, CUDA, TENSORRT

Opened = Callable[[Path, ModelSpec, int | None], Runtime]


@dataclass(frozen=True, slots=True)
class RuntimeKind:
    """A way to run networks.

    file: the name of the converted file it reads, None for the model file as it is; also: another
    it can read where that one is missing. package: what must be installed. open takes the file, the
    description and the number of threads (None: all).
    """

    name: str
    title: str
    file: str | None
    package: str
    open: Opened
    also: str | None = None

    @property
    def is_installed(self) -> bool:
        return find_spec(self.package) is not None

    @property
    def is_int8(self) -> bool:
        return self.name.endswith("int8")


ONNX_FILE = "model.onnx"
IR_FILE = "model.xml"
IR_INT8_FILE = "model-int8.xml"
TFLITE_FILE = "model.tflite"
TFLITE_DYNAMIC_FILE = "model-dynamic.tflite"
TFLITE_INT8_FILE = "model-int8.tflite"


def _openvino(name: str, precision: str) -> Opened:
    def opened(path: Path, spec: ModelSpec, threads: int | None) -> Runtime:
        from inference.engine.runtimes.openvino import (  # noqa: PLC0415
            OpenVinoRuntime,
            capabilities,
        )

        chosen = precision
        if precision == "fastest":
            chosen = "bf16" if "BF16" in capabilities() else "f32"
        return OpenVinoRuntime(name, path, spec, chosen, threads)

    return opened


def _onnx(name: str, provider: str) -> Opened:
    def opened(path: Path, spec: ModelSpec, threads: int | None) -> Runtime:
        from inference.engine.runtimes.onnx import OnnxRuntime  # noqa: PLC0415

        return OnnxRuntime(name, path, spec, provider, threads)

    return opened


def _litert(name: str) -> Opened:
    def opened(path: Path, spec: ModelSpec, threads: int | None) -> Runtime:
        from inference.engine.runtimes.litert import LiteRtRuntime  # noqa: PLC0415

        return LiteRtRuntime(name, path, spec, threads)

    return opened


def _tensorflow(path: Path, spec: ModelSpec, threads: int | None) -> Runtime:
    from inference.engine.runtimes.tensorflow import TensorFlowRuntime  # noqa: PLC0415

    del threads  # TensorFlow reads them from the environment, when it is first imported
    return TensorFlowRuntime(path, spec)


def _kinds() -> Iterator[RuntimeKind]:
    """From the one expected to be fastest to the reference."""
    ort, ov, lite = "onnxruntime", "openvino", "ai_edge_litert"
    for name, title, provider in (
        ("onnxruntime-tensorrt", "ONNX Runtime, TensorRT", TENSORRT),
        ("onnxruntime-cuda", "ONNX Runtime, CUDA", CUDA),
    ):
        yield RuntimeKind(name, title, ONNX_FILE, ort, _onnx(name, provider))
    for name, title, file, also, precision in (
        ("openvino-int8", "OpenVINO, int8", IR_INT8_FILE, None, "fastest"),
        ("openvino-bf16", "OpenVINO, bfloat16", ONNX_FILE, IR_FILE, "bf16"),
        ("openvino-f32", "OpenVINO, float32", ONNX_FILE, IR_FILE, "f32"),
    ):
        yield RuntimeKind(name, title, file, ov, _openvino(name, precision), also)
    for name, title, file in (
        ("litert-int8", "LiteRT, int8", TFLITE_INT8_FILE),
        ("litert-dynamic", "LiteRT, 8-bit weights", TFLITE_DYNAMIC_FILE),
        ("litert", "LiteRT, float32", TFLITE_FILE),
    ):
        yield RuntimeKind(name, title, file, lite, _litert(name))
    name = "onnxruntime"
    yield RuntimeKind(name, "ONNX Runtime, float32", ONNX_FILE, ort, _onnx(name, CPU))
    yield RuntimeKind("tensorflow", "TensorFlow, float32", None, "tensorflow", _tensorflow)


KINDS: tuple[RuntimeKind, ...] = tuple(_kinds())
RUNTIME_NAMES: tuple[str, ...] = tuple(kind.name for kind in KINDS)


def kind_of(name: str) -> RuntimeKind:
    """The runtime of this name; EngineError lists the names there are."""
    for kind in KINDS:
        if kind.name == name:
            return kind
    raise EngineError(f"There is no runtime {name!r}; the runtimes are {', '.join(RUNTIME_NAMES)}.")
