"""Live over time: structures neither flicker nor linger, and an absent one is said to be absent.

Per structure a small state machine with hysteresis: it appears after a few frames above its
threshold, and goes after a few frames below a lower one. Confidence is smoothed by an exponential
mean. Masks are never carried over: what is drawn on a frame was seen in that very frame.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import cv2
import numpy as np
from numpy.typing import NDArray

from inference.engine.engine import Sight, presence_thresholds
from inference.engine.modelfile import ModelClass

# the side of the thumbnail by which a cut is noticed
THUMBNAIL_PX = 32


@dataclass(frozen=True, slots=True)
class Hysteresis:
    """How slow the state is to change.

    appear_frames: so many frames in a row at or above the threshold until a structure is shown;
    vanish_frames: so many below `leave_share` of it until it is gone. smoothing: weight of the
    newest confidence in the mean shown. gap_s: a longer pause starts anew.
    cut_correlation: so does a frame that resembles the last one less (Pearson, on thumbnails).
    """

    appear_frames: int = 3
    vanish_frames: int = 5
    leave_share: float = 0.7
    smoothing: float = 0.4
    gap_s: float = 0.5
    cut_correlation: float = 0.35


@dataclass(frozen=True, slots=True)
class LiveSight:
    """What to draw on this frame.

    sight: the frame's own, without the structures that are not (yet, or any more) shown.
    confidence: float32 (classes,), smoothed. is_shown: bool (classes,). was_reset: whether the past
    was forgotten at this frame.
    """

    sight: Sight
    confidence: NDArray[np.float32]
    is_shown: NDArray[np.bool_]
    was_reset: bool

    def absent(self, classes: Sequence[ModelClass]) -> tuple[str, ...]:
        """The structures that are not seen, as sentences for the page: "No median nerve seen"."""
        return tuple(
            f"No {each.name.lower()} seen"
            for each, shown in zip(classes, self.is_shown, strict=True)
            if not shown
        )


@dataclass(slots=True)
class TemporalFilter:
    """State of one live session; frames are given in the order they were made.

    A frame that is not newer than the last (same epoch, same or smaller sequence) is answered from
    the state as it is and changes nothing, so that a late or repeated one does no harm.
    """

    classes: tuple[ModelClass, ...]
    hysteresis: Hysteresis = field(default_factory=Hysteresis)
    _epoch: int | None = None
    _sequence: int = -1
    _time_s: float = 0.0
    _shape: tuple[int, ...] = ()
    _thumbnail: NDArray[np.float32] | None = None
    _confidence: NDArray[np.float32] = field(init=False)
    _is_shown: NDArray[np.bool_] = field(init=False)
    _streak: NDArray[np.int64] = field(init=False)
    _enter: NDArray[np.float32] = field(init=False)

    def __post_init__(self) -> None:
        self._enter = presence_thresholds(self.classes)
        self.reset()

    def reset(self) -> None:
        """Forget everything, as at a cut."""
        count = len(self.classes)
        self._confidence = np.zeros(count, np.float32)
        self._is_shown = np.zeros(count, np.bool_)
        self._streak = np.zeros(count, np.int64)
        self._thumbnail = None

    def see(
        self,
        frame: NDArray[np.uint8],
        sight: Sight,
        *,
        epoch: int,
        sequence: int,
        time_s: float,
    ) -> LiveSight:
        """Take in what was seen in a frame (H, W) uint8; returns what to draw on it.

        epoch: the stream's; another one starts anew. sequence: the frame's number within it.
        time_s: when it was made, on any clock that runs on within an epoch.
        """
        if epoch == self._epoch and sequence <= self._sequence:
            return self._drawn(sight, was_reset=False)
        thumbnail = _thumbnail(frame)
        is_new = self._is_new_scene(frame.shape, thumbnail, epoch, time_s)
        if is_new:
            self.reset()
        self._epoch, self._sequence, self._time_s = epoch, sequence, time_s
        self._shape, self._thumbnail = frame.shape, thumbnail
        self._take(sight.confidence, is_first=is_new)
        return self._drawn(sight, was_reset=is_new)

    def _is_new_scene(
        self, shape: tuple[int, ...], thumbnail: NDArray[np.float32], epoch: int, time_s: float
    ) -> bool:
        if self._thumbnail is None or epoch != self._epoch or shape != self._shape:
            return True
        if not 0.0 <= time_s - self._time_s <= self.hysteresis.gap_s:
            return True
        if not thumbnail.any() and not self._thumbnail.any():
            return False  # two frames of one grey value resemble each other
        return float((thumbnail * self._thumbnail).sum()) < self.hysteresis.cut_correlation

    def _take(self, confidence: NDArray[np.float32], *, is_first: bool) -> None:
        weight = np.float32(1.0 if is_first else self.hysteresis.smoothing)
        self._confidence += weight * (confidence - self._confidence)
        is_above = (confidence >= self._enter) & (confidence > 0)
        is_below = (confidence < self._enter * self.hysteresis.leave_share) | (confidence == 0)
        is_counted = np.where(self._is_shown, is_below, is_above)
        self._streak = np.where(is_counted, self._streak + 1, 0)
        needed = np.where(
            self._is_shown, self.hysteresis.vanish_frames, self.hysteresis.appear_frames
        )
        is_turning = self._streak >= needed
        self._is_shown = self._is_shown ^ is_turning
        self._streak[is_turning] = 0

    def _drawn(self, sight: Sight, *, was_reset: bool) -> LiveSight:
        hidden = [
            each.index
            for each, shown in zip(self.classes, self._is_shown, strict=True)
            if not shown
        ]
        labels, regions = sight.labels, sight.regions
        if any(region.channel in hidden for region in regions):
            table = np.arange(256, dtype=np.uint8)
            table[hidden] = 0
            labels = np.asarray(cv2.LUT(labels, table), np.uint8)
            regions = tuple(region for region in regions if region.channel not in hidden)
        shown = self._is_shown.copy()
        drawn = Sight(labels, sight.confidence, sight.is_present & shown, regions)
        return LiveSight(drawn, self._confidence.copy(), shown, was_reset)


def _thumbnail(frame: NDArray[np.uint8]) -> NDArray[np.float32]:
    """A small picture of zero mean and unit length, or zeros for a frame of one grey value."""
    small = cv2.resize(frame, (THUMBNAIL_PX, THUMBNAIL_PX), interpolation=cv2.INTER_AREA)
    values = small.astype(np.float32)
    values -= values.mean()
    length = float(np.linalg.norm(values))
    return np.asarray(values / length, np.float32) if length > 0 else values
