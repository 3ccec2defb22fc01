"""Frames in, label maps out, in the frame's own pixels.

The one path for live, pre-annotation and evaluation.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from inference.engine.errors import EngineError
from inference.engine.modelfile import ModelClass, ModelSpec, read_spec
from inference.engine.preprocess import prepare, restore_planes
from inference.engine.regions import drop_small_regions, minimum_region_area
from inference.engine.runtime import Runtime, load_runtime

# Frames that go through the network together; bounds memory for whole clips.
BATCH_SIZE = 8


@dataclass(frozen=True, slots=True)
class Segmentation:
    """What the model sees in n frames of (H, W).

    labels: uint8 (n, H, W), 0 background, otherwise a class index of `classes`.
    confidence: float32 (n, len(classes)), in class order: the mean probability of the structure
    over its own pixels, 0 where it was not seen.
    probabilities: float32 (n, h, w, c) at the network's size, or None where not asked for.
    """

    labels: NDArray[np.uint8]
    confidence: NDArray[np.float32]
    classes: tuple[ModelClass, ...]
    probabilities: NDArray[np.float32] | None = None


class Engine:
    """One model, or an ensemble of models (folds) whose probabilities are averaged."""

    def __init__(self, spec: ModelSpec, runtimes: Sequence[Runtime]) -> None:
        if not runtimes:
            raise EngineError("An engine needs at least one model.")
        self.spec = spec
        self._runtimes = tuple(runtimes)

    @classmethod
    def load(cls, paths: Sequence[Path | str] | Path | str) -> Engine:
        """Load one model file or an ensemble; each member passes the golden-frame self-test.

        Raises ModelFileError for a file that is no model, RuntimeRefusedError for one that answers
        nonsense, EngineError for members that name different structures or take other inputs.
        """
        members = [paths] if isinstance(paths, str | Path) else list(paths)
        if not members:
            raise EngineError("An engine needs at least one model.")
        specs = [read_spec(path) for path in members]
        for path, spec in zip(members, specs, strict=True):
            if spec.codes != specs[0].codes:
                raise EngineError(
                    f"{Path(path).name} names other structures ({', '.join(spec.codes)}) than "
                    f"{Path(members[0]).name} ({', '.join(specs[0].codes)})."
                )
            if spec.preprocessing != specs[0].preprocessing:
                raise EngineError(
                    f"{Path(path).name} takes another input than {Path(members[0]).name}; "
                    "an ensemble shares one."
                )
        return cls(specs[0], [load_runtime(*pair) for pair in zip(members, specs, strict=True)])

    @property
    def classes(self) -> tuple[ModelClass, ...]:
        return self.spec.classes

    @property
    def runtime_names(self) -> tuple[str, ...]:
        return tuple(runtime.name for runtime in self._runtimes)

    def prepare(self, frames: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Grey frames uint8 (n, H, W) -> network input float32 (n, h, w, 1)."""
        return prepare(frames, self.spec.preprocessing)

    def infer(self, batch: NDArray[np.float32]) -> NDArray[np.float32]:
        """Network input (n, h, w, 1) -> mean probabilities over the members, (n, h, w, c)."""
        total = self._runtimes[0].probabilities(batch)
        for runtime in self._runtimes[1:]:
            total = total + runtime.probabilities(batch)
        return total / np.float32(len(self._runtimes))

    def place_back(
        self, probabilities: NDArray[np.float32], height: int, width: int
    ) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
        """Probabilities (n, h, w, c) -> labels (n, H, W) and confidence (n, c - 1).

        Regions smaller than a disc of 7 px radius at 256x256 are dropped.
        """
        where = self.spec.preprocessing.placement(height, width)
        minimum_area = minimum_region_area(height, width)
        labels = np.empty((len(probabilities), height, width), np.uint8)
        confidence = np.zeros((len(probabilities), len(self.classes)), np.float32)
        for number, output in enumerate(probabilities):
            planes = restore_planes(output, where)
            labels[number] = drop_small_regions(_likeliest(planes), minimum_area)
            for position, each in enumerate(self.classes):
                inside = labels[number] == each.index
                if inside.any():
                    confidence[number, position] = planes[each.index][inside].mean()
        return labels, confidence

    def segment(
        self, frames: NDArray[np.uint8], *, with_probabilities: bool = False
    ) -> Segmentation:
        """Segment grey frames uint8 (n, H, W), or one (H, W), in their own pixels."""
        stack = frames[None] if frames.ndim == 2 else frames
        if stack.ndim != 3 or stack.dtype != np.uint8 or 0 in stack.shape[1:]:
            raise EngineError(
                "Frames must be grey 8-bit (n, height, width); "
                f"these are {frames.dtype} {frames.shape}."
            )
        count, height, width = stack.shape
        labels = np.empty(stack.shape, np.uint8)
        confidence = np.zeros((count, len(self.classes)), np.float32)
        kept: list[NDArray[np.float32]] = []
        for start in range(0, count, BATCH_SIZE):
            chunk = slice(start, min(start + BATCH_SIZE, count))
            probabilities = self.infer(self.prepare(stack[chunk]))
            labels[chunk], confidence[chunk] = self.place_back(probabilities, height, width)
            if with_probabilities:
                kept.append(probabilities)
        size = self.spec.preprocessing
        stacked = None
        if with_probabilities:
            empty = np.empty((0, size.height, size.width, self.spec.channels), np.float32)
            stacked = np.concatenate(kept) if kept else empty
        return Segmentation(labels, confidence, self.classes, stacked)


def _likeliest(planes: Sequence[NDArray[np.float32]]) -> NDArray[np.uint8]:
    """The channel of the largest plane, uint8 (H, W); several times faster than NumPy's argmax."""
    best = planes[0].copy()
    labels = np.zeros(best.shape, np.uint8)
    for channel, plane in enumerate(planes[1:], start=1):
        labels[plane > best] = channel
        np.maximum(best, plane, out=best)
    return labels
