"""Frames in, label maps out, in the frame's own pixels.

The one path for live, pre-annotation and evaluation.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from inference.engine.bundle import Bundle, cached_bundle, open_bundle
from inference.engine.choose import Choice, Verdict, choose
from inference.engine.doubt import Doubt, mean_and_doubt
from inference.engine.errors import EngineError
from inference.engine.modelfile import ENTRY, ModelClass, ModelSpec, read_spec
from inference.engine.preprocess import check_frame, prepare, restore
from inference.engine.regions import Region, drop_small_regions, find_regions, minimum_region_area
from inference.engine.runtime import Runtime
from inference.engine.runtimes import KINDS

# Frames that go through the network together; bounds memory for whole clips.
BATCH_SIZE = 8
# where nobody has calibrated: more likely there than not
UNCALIBRATED_PRESENCE = 0.5


@dataclass(frozen=True, slots=True)
class Segmentation:
    """What the model sees in n frames of (H, W).

    labels: uint8 (n, H, W), 0 background, otherwise a class index of `classes`.
    confidence: float32 (n, len(classes)), in class order: the mean probability of the structure
    over its own pixels, 0 where it was not seen.
    probabilities: float32 (n, h, w, c) at the network's size, or None where not asked for.
    doubt: as `Engine.infer_with_doubt` gives it, or None where not asked for.
    """

    labels: NDArray[np.uint8]
    confidence: NDArray[np.float32]
    classes: tuple[ModelClass, ...]
    probabilities: NDArray[np.float32] | None = None
    doubt: Doubt | None = None


@dataclass(frozen=True, slots=True)
class Sight:
    """What the model sees in one frame (H, W), for live.

    labels, confidence: as in Segmentation, for the one frame. is_present: per class, whether its
    confidence reaches the class' threshold (half where none was calibrated). regions: by channel,
    largest first, in the frame's own pixels.
    """

    labels: NDArray[np.uint8]
    confidence: NDArray[np.float32]
    is_present: NDArray[np.bool_]
    regions: tuple[Region, ...]


class Engine:
    """One model, or an ensemble of models (folds) whose probabilities are averaged.

    For one thread at a time, of the process that loaded it: thread pools do not survive a fork.
    """

    def __init__(
        self, spec: ModelSpec, runtimes: Sequence[Runtime], verdicts: Sequence[Verdict] = ()
    ) -> None:
        if not runtimes:
            raise EngineError("An engine needs at least one model.")
        self.spec = spec
        self.verdicts = tuple(verdicts)
        self._runtimes = tuple(runtimes)
        self._process = os.getpid()
        self._single = frozenset(each.index for each in spec.classes if each.is_single)

    @classmethod
    def load(
        cls,
        paths: Sequence[Path | str] | Path | str,
        *,
        runtime: str | None = None,
        cache: Path | None = None,
        threads: int | None = None,
        calibration: Sequence[NDArray[np.uint8]] = (),
    ) -> Engine:
        """Load one model or an ensemble; each member passes the golden-frame self-test.

        paths: `.keras` files, folders written by `python -m training export`, or files in them.
        runtime: a name of `runtimes.RUNTIME_NAMES`; without one the fastest that passes serves.
        cache: where converted files are kept, by content; without it a `.keras` file runs on
        TensorFlow, which reads it as it is. threads: None takes every core. calibration: grey
        frames (H, W) uint8 from training, without which int8 is left out.

        Raises ModelFileError for a file that is no model, RuntimeRefusedError for one that answers
        nonsense, RuntimeUnavailableError for a named runtime that is not there, EngineError for
        members that name different structures or take other inputs.
        """
        members = [paths] if isinstance(paths, str | Path) else list(paths)
        if not members:
            raise EngineError("An engine needs at least one model.")
        bundles = [_bundle(Path(path), cache) for path in members]
        first = bundles[0].spec
        for path, bundle in zip(members, bundles, strict=True):
            if bundle.spec.codes != first.codes:
                raise EngineError(
                    f"{Path(path).name} names other structures ({', '.join(bundle.spec.codes)}) "
                    f"than {Path(members[0]).name} ({', '.join(first.codes)})."
                )
            if bundle.spec.preprocessing != first.preprocessing:
                raise EngineError(
                    f"{Path(path).name} takes another input than {Path(members[0]).name}; "
                    "an ensemble shares one."
                )
        choices: list[Choice] = []
        for path, bundle in zip(members, bundles, strict=True):
            name = runtime or _only_runtime(Path(path), cache)
            choices.append(choose(bundle, name=name, threads=threads, calibration=calibration))
        return cls(first, [each.runtime for each in choices], choices[0].verdicts)

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
        """Network input (n, h, w, 1) -> mean probabilities over the members, (n, h, w, c).

        Of one model it may be a view of the runtime's buffer: valid until the next call.
        """
        self._check_process()
        total = self._runtimes[0].probabilities(batch)
        if len(self._runtimes) == 1:
            return total
        total = total.copy()
        for runtime in self._runtimes[1:]:
            total += runtime.probabilities(batch)
        total /= np.float32(len(self._runtimes))
        return total

    def _check_process(self) -> None:
        if os.getpid() != self._process:
            raise EngineError(
                "This engine was loaded before the process forked; load it in the process that "
                "uses it."
            )

    def place_back(
        self, probabilities: NDArray[np.float32], height: int, width: int
    ) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
        """Probabilities (n, h, w, c) -> labels (n, H, W) and confidence (n, c - 1).

        Regions smaller than a disc of 7 px radius at 256x256 are dropped, and all but the largest
        of a structure that anatomy has once.
        """
        where = self.spec.preprocessing.placement(height, width)
        minimum_area = minimum_region_area(height, width)
        labels = np.empty((len(probabilities), height, width), np.uint8)
        confidence = np.zeros((len(probabilities), len(self.classes)), np.float32)
        for number, output in enumerate(probabilities):
            restored = restore(output, where)
            boxes = {
                channel: (plane.rows, plane.columns) for channel, plane in restored.planes.items()
            }
            kept = drop_small_regions(restored.labels, minimum_area, self._single, boxes)
            labels[number] = kept
            for position, each in enumerate(self.classes):
                plane = restored.planes.get(each.index)
                if plane is not None:
                    inside = kept[plane.rows, plane.columns] == each.index
                    confidence[number, position] = _mean_inside(plane.values, inside)
        return labels, confidence

    def infer_both_ways(self, batch: NDArray[np.float32]) -> NDArray[np.float32]:
        """As `infer`, averaged with the mirrored frames where the model was trained with such.

        Twice the time; a model that never saw a mirrored frame would lose by it.
        """
        if not self.spec.trained_with_flips:
            return self.infer(batch)
        straight = self.infer(batch).copy()
        mirrored = self.infer(np.ascontiguousarray(batch[:, :, ::-1]))
        return np.asarray((straight + mirrored[:, :, ::-1]) / np.float32(2.0), np.float32)

    def infer_with_doubt(
        self, batch: NDArray[np.float32], *, with_flips: bool = False
    ) -> tuple[NDArray[np.float32], Doubt]:
        """Network input (n, h, w, 1) -> mean probabilities (n, h, w, c), and where they are shaky.

        with_flips: see `infer_both_ways`.
        """
        self._check_process()
        return mean_and_doubt(
            self._answers(batch, has_flips=with_flips and self.spec.trained_with_flips)
        )

    def _answers(
        self, batch: NDArray[np.float32], *, has_flips: bool
    ) -> Iterator[NDArray[np.float32]]:
        """Each member's probabilities, valid until the next one's."""
        mirrored = np.ascontiguousarray(batch[:, :, ::-1])
        for runtime in self._runtimes:
            straight = runtime.probabilities(batch)
            if has_flips:
                straight = straight.copy()
                straight += runtime.probabilities(mirrored)[:, :, ::-1]
                straight *= np.float32(0.5)
            yield straight

    def segment(
        self,
        frames: NDArray[np.uint8],
        *,
        with_probabilities: bool = False,
        with_flips: bool = False,
        with_doubt: bool = False,
    ) -> Segmentation:
        """Segment grey frames uint8 (n, H, W), or one (H, W), in their own pixels.

        with_flips: see `infer_both_ways`. with_doubt: see `infer_with_doubt`.
        """
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
        doubts: list[Doubt] = []
        for start in range(0, count, BATCH_SIZE):
            chunk = slice(start, min(start + BATCH_SIZE, count))
            batch = self.prepare(stack[chunk])
            if with_doubt:
                probabilities, doubt = self.infer_with_doubt(batch, with_flips=with_flips)
                doubts.append(doubt)
            else:
                probabilities = self.infer_both_ways(batch) if with_flips else self.infer(batch)
            labels[chunk], confidence[chunk] = self.place_back(probabilities, height, width)
            if with_probabilities:
                kept.append(probabilities.copy())
        size = self.spec.preprocessing
        stacked = None
        if with_probabilities:
            empty = np.empty((0, size.height, size.width, self.spec.channels), np.float32)
            stacked = np.concatenate(kept) if kept else empty
        doubted = None
        if doubts:
            pixels = np.concatenate([each.pixels for each in doubts])
            doubted = Doubt(pixels, np.concatenate([each.evidence for each in doubts]))
        return Segmentation(labels, confidence, self.classes, stacked, doubted)

    def see(self, frame: NDArray[np.uint8]) -> Sight:
        """One grey frame uint8 (H, W), with what live draws; the same labels as `segment`."""
        check_frame(frame)
        labels, confidence = self.place_back(self.infer(self.prepare(frame)), *frame.shape)
        return Sight(
            labels=labels[0],
            confidence=confidence[0],
            is_present=confidence[0] >= presence_thresholds(self.classes),
            regions=find_regions(labels[0]),
        )


def presence_thresholds(classes: Sequence[ModelClass]) -> NDArray[np.float32]:
    """The confidence from which each structure counts as seen, float32 (len(classes),)."""
    return np.array(
        [
            UNCALIBRATED_PRESENCE if each.presence_threshold is None else each.presence_threshold
            for each in classes
        ],
        np.float32,
    )


def _mean_inside(plane: NDArray[np.float32], inside: NDArray[np.bool_]) -> float:
    area = np.count_nonzero(inside)
    if not area:
        return 0.0
    return float(cv2.mean(plane, inside.view(np.uint8))[0])


def _bundle(path: Path, cache: Path | None) -> Bundle:
    if path.is_dir():
        return open_bundle(path)
    if path.suffix == ".keras" or not (path.parent / ENTRY).is_file():
        if cache is None:
            return Bundle(path.parent, read_spec(path), path, has_conversions=False)
        read_spec(path)
        return cached_bundle(path, cache)
    if not path.is_file():
        raise EngineError(f"There is no model file {path}.")
    return open_bundle(path.parent)


def _only_runtime(path: Path, cache: Path | None) -> str | None:
    """The runtime that a bare file leaves to choose from, or None where there is a choice."""
    if path.is_dir():
        return None
    if path.suffix == ".keras":
        return "tensorflow" if cache is None else None
    readers = [kind for kind in KINDS if path.name in (kind.file, kind.also)]
    fitting = [kind.name for kind in readers if not kind.name.startswith("onnxruntime-")]
    return fitting[-1] if fitting else None
