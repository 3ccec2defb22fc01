"""Keras to ONNX, LiteRT and int8, and the golden answers they are held to."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from inference.engine.bundle import GATE_FILE, GOLDEN_FILE
from inference.engine.conversion.rewrite import rewritten
from inference.engine.errors import ConversionError, ModelFileError
from inference.engine.golden import GoldenSet, golden_inputs
from inference.engine.modelfile import read_spec
from inference.engine.runtimes import (
    IR_FILE,
    IR_INT8_FILE,
    ONNX_FILE,
    TFLITE_DYNAMIC_FILE,
    TFLITE_FILE,
    TFLITE_INT8_FILE,
)

OPSET = 17
# float32 sums in another order; more than this is another network
REWRITE_TOLERANCE = 1e-3
GATE_FRAMES = 16


def write_files(
    model: Path, folder: Path, names: Sequence[str], calibration: NDArray[np.float32] | None
) -> dict[str, str]:
    """Write the files named into the folder; returns a sentence for each that could not be made.

    calibration: network inputs float32 (n, h, w, 1). Raises ModelFileError for a damaged model.
    """
    work = _Conversion(model, folder, calibration)
    makers: dict[str, Callable[[Path], None]] = {
        GOLDEN_FILE: work.golden,
        ONNX_FILE: work.onnx,
        IR_FILE: work.openvino,
        IR_INT8_FILE: work.openvino_int8,
        TFLITE_FILE: lambda path: work.tflite(path, "float32"),
        TFLITE_DYNAMIC_FILE: lambda path: work.tflite(path, "dynamic"),
        TFLITE_INT8_FILE: lambda path: work.tflite(path, "int8"),
    }
    failures: dict[str, str] = {}
    for name in names:
        try:
            makers[name](folder / name)
        except Exception as problem:  # converters raise whatever they please
            failures[name] = f"{name} could not be made: {_sentence(problem)}"
            (folder / name).unlink(missing_ok=True)
            if name.endswith(".xml"):
                (folder / name).with_suffix(".bin").unlink(missing_ok=True)  # OpenVINO's weights
    return failures


class _Conversion:
    def __init__(self, model: Path, folder: Path, calibration: NDArray[np.float32] | None) -> None:
        import keras  # noqa: PLC0415

        self._spec = read_spec(model)
        self._folder = folder
        self._calibration = calibration
        try:
            self._model = keras.saving.load_model(model, compile=False)
        except Exception as damage:  # Keras raises whatever the damage makes it raise
            raise ModelFileError(
                f"{model.name} cannot be loaded as a Keras model ({damage})."
            ) from damage
        self._network: Any = None

    def golden(self, path: Path) -> None:
        inputs = golden_inputs(self._spec.preprocessing)
        GoldenSet(inputs, self._answers(self._model, inputs)).save(path)

    def onnx(self, path: Path) -> None:
        import tensorflow as tf  # noqa: PLC0415
        import tf2onnx  # noqa: PLC0415

        size = self._spec.preprocessing
        signature = [tf.TensorSpec((1, size.height, size.width, 1), tf.float32, name="frame")]
        network = self._fast()
        # planes, because what follows works on one channel at a time; it also saves a transpose
        function = tf.function(
            lambda batch: tf.transpose(network(batch, training=False), (0, 3, 1, 2)),
            input_signature=signature,
        )
        proto, _ = tf2onnx.convert.from_function(function, input_signature=signature, opset=OPSET)
        proto.graph.output[0].name, old = "probabilities", proto.graph.output[0].name
        for node in proto.graph.node:
            node.output[:] = ["probabilities" if each == old else each for each in node.output]
        path.write_bytes(proto.SerializeToString())

    def openvino(self, path: Path) -> None:
        import openvino as ov  # noqa: PLC0415

        # float32 as trained: the runtime asks for what it computes in
        ov.save_model(ov.convert_model(self._onnx_file()), path, compress_to_fp16=False)

    def openvino_int8(self, path: Path) -> None:
        import openvino as ov  # noqa: PLC0415

        try:
            import nncf  # noqa: PLC0415
        except ImportError as missing:
            raise ConversionError("int8 for OpenVINO needs the optional extra int8.") from missing
        inputs = self._calibrated()
        network = ov.Core().read_model(self._onnx_file())
        quantised = nncf.quantize(
            network,
            nncf.Dataset([each[None] for each in inputs]),
            preset=nncf.QuantizationPreset.MIXED,
            subset_size=len(inputs),
        )
        self._gate(inputs)
        ov.save_model(quantised, path, compress_to_fp16=False)

    def tflite(self, path: Path, precision: str) -> None:
        import tensorflow as tf  # noqa: PLC0415

        # from_concrete_functions succeeds with Keras 3, and returns NaN
        converter = tf.lite.TFLiteConverter.from_keras_model(self._fixed_batch())
        if precision != "float32":
            converter.optimizations = [tf.lite.Optimize.DEFAULT]
        if precision == "int8":
            inputs = self._calibrated()

            def frames() -> Iterator[list[NDArray[np.float32]]]:
                for each in inputs:
                    yield [each[None]]

            converter.representative_dataset = frames
            self._gate(inputs)
        path.write_bytes(converter.convert())

    def _fast(self) -> Any:
        """The rewritten network where that is possible and answers the same, else the original."""
        if self._network is None:
            inputs = golden_inputs(self._spec.preprocessing)[:1]
            network = rewritten(self._model)
            is_same = network is not None and bool(
                np.abs(self._answers(network, inputs) - self._answers(self._model, inputs)).max()
                <= REWRITE_TOLERANCE
            )
            self._network = network if is_same else self._model
        return self._network

    def _fixed_batch(self) -> Any:
        """XNNPACK plans for fixed shapes."""
        from keras import Input, Model  # noqa: PLC0415

        size = self._spec.preprocessing
        frame = Input(batch_shape=(1, size.height, size.width, 1), name="frame")
        return Model(frame, self._fast()(frame))

    def _onnx_file(self) -> Path:
        path = self._folder / ONNX_FILE
        if not path.exists():
            self.onnx(path)
        return path

    def _calibrated(self) -> NDArray[np.float32]:
        if self._calibration is None or not len(self._calibration):
            raise ConversionError("int8 needs frames to calibrate on.")
        return self._calibration

    def _gate(self, inputs: NDArray[np.float32]) -> None:
        chosen = inputs[:: max(1, len(inputs) // GATE_FRAMES)][:GATE_FRAMES]
        GoldenSet(chosen, self._answers(self._model, chosen)).save(self._folder / GATE_FILE)

    @staticmethod
    def _answers(network: Any, inputs: NDArray[np.float32]) -> NDArray[np.float32]:
        return np.concatenate(
            [np.asarray(network(each[None], training=False), np.float32) for each in inputs]
        )


def _sentence(problem: Exception) -> str:
    lines = str(problem).strip().splitlines()
    return lines[0] if lines else type(problem).__name__
