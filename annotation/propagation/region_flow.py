"""Following the pixels of one region from frame to frame.

The displacement of every pixel of the region is chained over the frames by dense inverse search
(DIS, Kroeger, Timofte, Dai and Van Gool, "Fast optical flow using dense inverse search", ECCV
2016). Chaining alone drifts, so after each step the frame is read back into the region's own place
and compared with the source: what is still off is taken out where that makes the two more alike.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

import cv2
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Gray = NDArray[np.uint8]
Values = TypeVar("Values", Floats, Gray)

# how far tissue may move between two frames, in pixels
REACH = 32
# speckle is finer than motion: the field is smooth over this many pixels
SMOOTHING = 6.0
MIN_SIDE = 32


@dataclass(frozen=True, slots=True)
class Region:
    """Columns x..x+width-1 and rows y..y+height-1 of a frame."""

    x: int
    y: int
    width: int
    height: int

    def of(self, frame: Gray) -> Gray:
        """The pixels of the region, uint8 (height, width)."""
        return frame[self.y : self.y + self.height, self.x : self.x + self.width]


@dataclass(frozen=True, slots=True)
class Evidence:
    """How well one step went.

    disagreement: median distance in pixels between where a pixel of the shape came from and where
    the backward flow says so. likeness: normalised cross-correlation of the shape's neighbourhood
    with the source, -1 to 1. sameness: the same between this frame and the one before where the
    shape lies, moved by nothing: a probe that moves leaves most of it, a cut next to none.
    """

    disagreement: float
    likeness: float
    sameness: float


def region_around(
    left: float, top: float, right: float, bottom: float, *, width: int, height: int
) -> Region:
    """A box in pixels with surroundings to recognise it by, inside an image of `width` x `height`;
    at least 32 pixels a side where the image has them.
    """
    margin = min(max(0.4 * max(right - left, bottom - top), 20.0), 72.0)
    spans = []
    for low, high, limit in ((left, right, width), (top, bottom, height)):
        first = min(max(int(np.floor(low - margin)), 0), max(limit - MIN_SIDE, 0))
        last = min(max(int(np.ceil(high + margin)), first + MIN_SIDE), limit)
        spans.append((first, last))
    (x0, x1), (y0, y1) = spans
    return Region(x0, y0, x1 - x0, y1 - y0)


class RegionFlow:
    """The displacement of a region of the source frame, kept up to date frame by frame.

    `source` is uint8 (H, W); `inside` bool (region.height, region.width) is the shape. The field
    `displacement` is float32 (region.height, region.width, 2), x then y, in pixels.
    """

    def __init__(self, source: Gray, region: Region, inside: NDArray[np.bool_]) -> None:
        self.region = region
        self._shape = source.shape
        self._previous = _smoothed(source)
        self._source = np.ascontiguousarray(region.of(self._previous))
        self._inside = inside
        near = cv2.dilate(inside.astype(np.uint8), np.ones((13, 13), np.uint8))
        self._near = near.astype(np.bool_)
        self.displacement = np.zeros((region.height, region.width, 2), np.float32)
        columns, rows = np.meshgrid(
            np.arange(region.width, dtype=np.float32), np.arange(region.height, dtype=np.float32)
        )
        self._own = np.stack([columns, rows], axis=-1)
        self._base = self._own + np.array([region.x, region.y], np.float32)
        self._flow = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)

    def step(self, frame: Gray) -> Evidence:
        """Follow the region into the next frame, uint8 of the source's size."""
        current = _smoothed(frame)
        window = self._window()
        before = np.ascontiguousarray(window.of(self._previous))
        after = np.ascontiguousarray(window.of(current))
        forwards = self._flow.calc(before, after, None)
        backwards = self._flow.calc(after, before, None)
        corner = np.array([window.x, window.y], np.float32)
        place = self._base + self.displacement - corner
        moved = _sampled(forwards, place)
        error = np.linalg.norm(moved + _sampled(backwards, place + moved), axis=-1)
        self.displacement += _evened(moved, np.exp(-np.square(error)) + 1e-3)
        sameness = _correlation(_coarse(before), _coarse(after))
        self._previous = current
        self._anchor(current)
        return Evidence(
            disagreement=float(np.median(error[self._inside])),
            likeness=self._likeness(_sampled(current, self._base + self.displacement)),
            sameness=sameness,
        )

    def moved(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        """Where points (n, 2) of the source frame, in pixels, lie in the frame followed last."""
        centre = np.array([self.region.x + 0.5, self.region.y + 0.5])
        found = _sampled(self.displacement, (points - centre).astype(np.float32)[None])[0]
        there: NDArray[np.float64] = points + found.astype(np.float64)
        return there

    def warped(self, values: Floats, window: Region) -> Floats:
        """`values`, float32 over the region, as they lie in a window of the frame followed last."""
        columns, rows = np.meshgrid(
            np.arange(window.width, dtype=np.float32) + (window.x - self.region.x),
            np.arange(window.height, dtype=np.float32) + (window.y - self.region.y),
        )
        target = np.stack([columns, rows], axis=-1)
        place = target - self.displacement.reshape(-1, 2).mean(axis=0)
        # the field is smooth, so the inverse is its fixed point
        for _ in range(8):
            place = target - _sampled(self.displacement, place)
        return _sampled(values, place)

    def _window(self) -> Region:
        """The part of the frame that holds the region now, and as far as it may move."""
        place = (self._base + self.displacement).reshape(-1, 2)
        height, width = self._shape
        low, high = place.min(axis=0) - REACH, place.max(axis=0) + REACH
        spans = []
        for first, last, limit in zip(low, high, (width, height), strict=True):
            begin = min(max(int(first), 0), max(limit - MIN_SIDE, 0))
            spans.append((begin, max(min(int(last) + 1, limit), min(begin + MIN_SIDE, limit))))
        (x0, x1), (y0, y1) = spans
        return Region(x0, y0, x1 - x0, y1 - y0)

    def _anchor(self, current: Gray) -> None:
        """Take out drift, where that makes the region more like its source."""
        seen = _sampled(current, self._base + self.displacement)
        rest = self._flow.calc(self._source, np.ascontiguousarray(seen), None)
        back = self._flow.calc(np.ascontiguousarray(seen), self._source, None)
        error = np.linalg.norm(rest + _sampled(back, self._own + rest), axis=-1)
        rest = _evened(rest, np.exp(-np.square(error)) + 1e-3)
        better = rest + _sampled(self.displacement, self._own + rest)
        corrected = _sampled(current, self._base + better)
        if self._likeness(corrected) > self._likeness(seen):
            self.displacement = better

    def _likeness(self, seen: Gray) -> float:
        return _correlation(self._source[self._near], seen[self._near])


def _correlation(first: Gray, second: Gray) -> float:
    """Normalised cross-correlation of two pictures of one size, -1 to 1."""
    a = first.ravel().astype(np.float64)
    b = second.ravel().astype(np.float64)
    a -= a.mean()
    b -= b.mean()
    scale = float(np.sqrt(np.dot(a, a) * np.dot(b, b)))
    # a region of one grey says nothing either way
    return float(np.dot(a, b)) / scale if scale > 0 else 0.0


def _smoothed(frame: Gray) -> Gray:
    blurred: Gray = cv2.GaussianBlur(frame, (0, 0), 1.2)
    return blurred


def _coarse(picture: Gray) -> Gray:
    """Without speckle, which a small motion makes another."""
    blurred: Gray = cv2.GaussianBlur(picture, (0, 0), 4.0)
    return blurred


def _sampled(values: Values, place: Floats) -> Values:
    """Bilinear reading at array positions (h, w, 2); beyond the edge the edge's value."""
    found: Values = cv2.remap(
        values, np.ascontiguousarray(place), None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    return found


def _evened(field: Floats, weight: Floats) -> Floats:
    """A smooth field that follows trusted values: normalised convolution (Knutsson, 1993)."""
    weight = weight.astype(np.float32)
    over = cv2.GaussianBlur(field * weight[..., None], (0, 0), SMOOTHING)
    under = cv2.GaussianBlur(weight, (0, 0), SMOOTHING)
    evened: Floats = over / np.maximum(under, 1e-6)[..., None]
    return evened
