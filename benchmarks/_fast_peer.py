"""FAST beside us: the same network in planes, and a child that answers in turns."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

ENGINES = ("OpenVINO", "ONNXRuntime")
ANSWER = "answer "


def in_planes(onnx_file: Path, target: Path) -> Path:
    """The same network with its input by planes too: FAST takes either order, not one of each."""
    import onnx

    proto = onnx.load(onnx_file)
    graph = proto.graph
    first = graph.node[0]
    if first.op_type != "Reshape":
        raise ValueError(f"{onnx_file.name} does not begin as the converter makes it.")
    frame = graph.input[0]
    for node in graph.node:
        node.input[:] = [frame.name if each == first.output[0] else each for each in node.input]
    graph.node.remove(first)
    sides = frame.type.tensor_type.shape.dim
    batch, height, width, channels = (each.dim_value for each in sides)
    for side, value in zip(sides, (batch, channels, height, width), strict=True):
        side.dim_value = value
    onnx.checker.check_model(proto)
    onnx.save(proto, target)
    return target


class FastChild:
    """An interpreter that has `pyfast`, holding the network; asked for so many frames at a time.

    network: ONNX whose input and output have one order, planes or channels last.
    frames: size by name -> grey frame (H, W) uint8. Raises RuntimeError with the child's last line
    where it cannot serve.
    """

    def __init__(
        self,
        python: str,
        extra: Mapping[str, str],
        network: Path,
        frames: Mapping[str, NDArray[np.uint8]],
    ) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="fast-")
        folder = Path(self._folder.name)
        for name, frame in frames.items():
            np.save(folder / f"{name}.npy", frame)
        self._said = folder / "said.txt"
        environment = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"} | dict(extra)
        child = Path(__file__).with_name("_fast_child.py")
        self._process = subprocess.Popen(
            [python, str(child), str(network), str(folder)],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._said.open("w"),
            text=True,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._process.stdin is not None:
            self._process.stdin.close()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
        self._folder.cleanup()

    def times(self, size: str, engine: str, count: int) -> list[float]:
        """Milliseconds of so many frames, from pixels to FAST's label map."""
        return [float(each) for each in self._asked(size, engine, count)["ms"]]

    def labels(self, size: str, engine: str) -> NDArray[np.uint8]:
        """FAST's label map of the frame, at the network's size."""
        return np.asarray(np.load(self._asked(size, engine, 0)["labels"]), np.uint8)

    def _asked(self, size: str, engine: str, count: int) -> dict[str, Any]:
        if self._process.stdin is None or self._process.stdout is None:
            raise RuntimeError("The child has no pipes.")
        try:
            self._process.stdin.write(f"{size} {engine} {count}\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            pass
        else:
            for line in self._process.stdout:
                if line.startswith(ANSWER):
                    return dict(json.loads(line.removeprefix(ANSWER)))
        said = self._said.read_text(encoding="utf-8").strip().splitlines()
        raise RuntimeError(said[-1] if said else "The interpreter with pyfast ended.")


class BusyCores:
    """Keeps every core busy with plain arithmetic for as long as it is open."""

    def __enter__(self) -> Self:
        busy = ["import math\nwhile True: math.sqrt(2.0)"]
        self._processes: Sequence[subprocess.Popen[bytes]] = [
            subprocess.Popen([sys.executable, "-c", *busy]) for _ in range(os.cpu_count() or 1)
        ]
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        for process in self._processes:
            process.kill()
            process.wait()
