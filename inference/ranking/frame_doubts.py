"""How doubtful each structure is on each frame of a clip, measured as the frames go by."""

from __future__ import annotations

from dataclasses import dataclass, field

import cv2
import numpy as np
from numpy.typing import NDArray

from inference.engine import Engine, Segmentation, presence_thresholds
from inference.engine.preprocess import place_labels
from inference.ranking.measures import ClipMeasures, Measures

# pixels of the network to each side of a region's edge
BAND_PX = 2


@dataclass(slots=True)
class _Trace:
    outline: list[float] = field(default_factory=list)
    presence: list[float] = field(default_factory=list)
    beside: list[float] = field(default_factory=list)  # Dice with the frame before
    across: list[float] = field(default_factory=list)  # Dice with the frame before that


class DoubtMeter:
    """Takes a clip's segmentations in order, batch by batch; holds two label maps of the network's
    size and a few numbers a frame.
    """

    def __init__(self, engine: Engine) -> None:
        self._preprocessing = engine.spec.preprocessing
        self._classes = engine.classes
        self._thresholds = presence_thresholds(engine.classes)
        self._traces = {each.code: _Trace() for each in engine.classes}
        self._before: list[NDArray[np.uint8]] = []
        size = 2 * BAND_PX + 1
        self._kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size))

    def add(self, seen: Segmentation) -> None:
        """A batch with its doubt. Raises ValueError where it was not asked for."""
        if seen.doubt is None:
            raise ValueError("A segmentation without doubt cannot be measured.")
        for number, labels in enumerate(seen.labels):
            placed = place_labels(labels, self._preprocessing)
            for position, each in enumerate(self._classes):
                trace = self._traces[each.code]
                mask = (placed == each.index).view(np.uint8)
                trace.outline.append(self._along_edge(mask, seen.doubt.pixels[number]))
                trace.presence.append(
                    undecided(
                        float(seen.confidence[number, position]),
                        float(seen.doubt.evidence[number, position]),
                        float(self._thresholds[position]),
                    )
                )
                for ago, kept in ((1, trace.beside), (2, trace.across)):
                    known = len(self._before) >= ago
                    kept.append(dice(mask, self._before[-ago] == each.index) if known else 1.0)
            self._before = [*self._before[-1:], placed]

    def measures(self) -> ClipMeasures:
        """Of all frames so far, by structure code."""
        return {
            code: Measures(
                np.array(trace.outline, np.float32),
                flicker(np.array(trace.beside), np.array(trace.across)),
                np.array(trace.presence, np.float32),
            )
            for code, trace in self._traces.items()
        }

    def _along_edge(self, mask: NDArray[np.uint8], doubt: NDArray[np.float32]) -> float:
        left, top, width, height = cv2.boundingRect(mask)
        if not width:
            return 0.0
        # morphology costs by the pixel, and a structure fills little of a frame
        rows = slice(max(0, top - BAND_PX), top + height + BAND_PX)
        columns = slice(max(0, left - BAND_PX), left + width + BAND_PX)
        part = mask[rows, columns]
        band = cv2.dilate(part, self._kernel) - cv2.erode(part, self._kernel)
        return float(cv2.mean(np.ascontiguousarray(doubt[rows, columns]), band)[0])


def dice(a: NDArray[np.uint8], b: NDArray[np.bool_]) -> float:
    """Overlap of two masks (h, w), 1 for two empty ones."""
    total = np.count_nonzero(a) + np.count_nonzero(b)
    return 2.0 * np.count_nonzero(a & b.view(np.uint8)) / total if total else 1.0


def flicker(beside: NDArray[np.float64], across: NDArray[np.float64]) -> NDArray[np.float32]:
    """Dice with one and with two frames before, each (n,) -> how much each frame falls out, (n,).

    A structure that moves differs from both its neighbours as they do from each other; one that
    flickers differs although they agree. The first and last frame have one neighbour: 0.
    """
    out = np.zeros(len(beside), np.float32)
    if len(beside) < 3:
        return out
    nearest = np.maximum(beside[1:-1], beside[2:])
    out[1:-1] = np.clip(across[2:] - nearest, 0.0, 1.0)
    return out


def undecided(confidence: float, evidence: float, threshold: float) -> float:
    """0 where a structure is surely there or surely not, 1 at its presence threshold.

    confidence: of what was drawn, 0 where nothing was; evidence: see `Doubt`.
    """
    level = confidence if confidence > 0.0 else min(evidence, threshold)
    if level < threshold:
        return level / threshold
    return (1.0 - level) / (1.0 - threshold) if threshold < 1.0 else 0.0
