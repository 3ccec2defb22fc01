"""Grey frames into network input, and the way back. Training imports this very code.

Coordinates are image pixels with the origin at the top-left corner of the top-left pixel, so that
pixel (0, 0) has its centre at (0.5, 0.5); OpenCV's `resize` follows the same convention.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from inference.engine.errors import EngineError

Normalisation = Literal["unit", "zscore"]
FitMode = Literal["pad", "crop"]
Step = Literal["median", "gaussian", "clahe"]

NORMALISATIONS: tuple[str, ...] = ("unit", "zscore")
FIT_MODES: tuple[str, ...] = ("pad", "crop")
STEPS: tuple[str, ...] = ("median", "gaussian", "clahe")
_GREY = np.arange(256, dtype=np.float32)


@dataclass(frozen=True, slots=True)
class Placement:
    """Where a frame of (frame_height, frame_width) lies inside the network's input, in pixels.

    The frame's rows above `seen_height` fill rows `top : top + height` and columns
    `left : left + width`; the rest is zero. What lies below them the network does not see.
    """

    frame_height: int
    frame_width: int
    top: int
    left: int
    height: int
    width: int
    seen_height: int

    @property
    def rows(self) -> slice:
        return slice(self.top, self.top + self.height)

    @property
    def columns(self) -> slice:
        return slice(self.left, self.left + self.width)


@dataclass(frozen=True, slots=True)
class Preprocessing:
    """How a model wants its frames: input size, how they fit into it, how grey values are scaled.

    fit: the aspect is kept, and the frame's top row (the probe's face) stays the top row. "pad":
    the whole frame is seen, centred from left to right, and zeros fill the rest. "crop": the frame
    fills the input's width; of one that is too high the bottom is cut off, below one that is too
    low are zeros (E. Smistad et al., J. Med. Imaging 5(4), 2018).
    normalisation "unit": grey / 255. "zscore": (grey - mean) / standard deviation over the frame's
    own pixels, with zeros outside it.
    steps, in order, change the frame's pixels once it is resized: "median" and "gaussian" denoise
    over 3x3 pixels, "clahe" is contrast-limited adaptive histogram equalisation (K. Zuiderveld,
    Graphics Gems IV, 1994) over 8x8 tiles with limit 2.
    """

    height: int
    width: int
    normalisation: Normalisation = "unit"
    fit: FitMode = "pad"
    steps: tuple[Step, ...] = ()

    def __post_init__(self) -> None:
        if self.height < 1 or self.width < 1:
            raise EngineError(f"A network input of {self.width}x{self.height} pixels is no size.")
        if self.normalisation not in NORMALISATIONS:
            raise EngineError(f"Unknown normalisation {self.normalisation!r}.")
        if self.fit not in FIT_MODES:
            raise EngineError(f"Unknown fit {self.fit!r}.")
        for step in self.steps:
            if step not in STEPS:
                raise EngineError(f"Unknown preprocessing step {step!r}.")

    def placement(self, frame_height: int, frame_width: int) -> Placement:
        """Where a frame of this size comes to lie in the network's input."""
        if frame_height < 1 or frame_width < 1:
            raise EngineError(f"A frame of {frame_width}x{frame_height} pixels holds no picture.")
        seen = frame_height
        if self.fit == "crop":
            seen = min(frame_height, max(1, self.height * frame_width // self.width))
        scale = min(self.height / seen, self.width / frame_width)
        height = min(self.height, max(1, round(seen * scale)))
        width = min(self.width, max(1, round(frame_width * scale)))
        left = (self.width - width) // 2
        return Placement(frame_height, frame_width, 0, left, height, width, seen)


def place_frame(frame: NDArray[np.uint8], preprocessing: Preprocessing) -> NDArray[np.uint8]:
    """Resize a grey frame (H, W) uint8 into the input's (h, w) uint8, zero padded.

    Shrinking averages over areas, so that speckle does not alias; enlarging is bilinear.
    """
    check_frame(frame)
    where = preprocessing.placement(*frame.shape)
    placed = np.zeros((preprocessing.height, preprocessing.width), np.uint8)
    shrinks = where.height < where.seen_height or where.width < where.frame_width
    resized = cv2.resize(
        frame[: where.seen_height],
        (where.width, where.height),
        interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR,
    )
    for step in preprocessing.steps:
        resized = _STEP_FUNCTIONS[step](resized)
    placed[where.rows, where.columns] = resized
    return placed


_STEP_FUNCTIONS: dict[str, Callable[[Any], Any]] = {
    "median": lambda grey: cv2.medianBlur(grey, 3),
    "gaussian": lambda grey: cv2.GaussianBlur(grey, (3, 3), 0),
    "clahe": lambda grey: cv2.createCLAHE(clipLimit=2.0, tileGridSize=(8, 8)).apply(grey),
}


def place_labels(
    labels: NDArray[np.uint8], preprocessing: Preprocessing, detail: int = 1
) -> NDArray[np.uint8]:
    """Bring a label map (H, W) uint8 to the input's (h, w): by nearest neighbour.

    detail: (detail * h, detail * w) instead, so many label pixels a side for each of the input's.
    """
    where = preprocessing.placement(*labels.shape)
    placed = np.zeros((detail * preprocessing.height, detail * preprocessing.width), np.uint8)
    rows = _nearest_index(detail * where.height, where.seen_height)
    columns = _nearest_index(detail * where.width, labels.shape[1])
    top, left = detail * where.top, detail * where.left
    placed[top : top + len(rows), left : left + len(columns)] = labels[
        rows[:, None], columns[None, :]
    ]
    return placed


def normalise(
    placed: NDArray[np.uint8] | NDArray[np.float32], where: Placement, normalisation: Normalisation
) -> NDArray[np.float32]:
    """Scale placed grey values (h, w) in 0..255 to the network's range, float32 (h, w)."""
    if placed.dtype == np.uint8:
        return _normalise_grey(np.asarray(placed, np.uint8), where, normalisation)
    values = placed.astype(np.float32)
    if normalisation == "unit":
        return values / np.float32(255.0)
    inside = values[where.rows, where.columns]
    mean, deviation = float(inside.mean()), float(inside.std())
    scaled = np.zeros_like(values)
    # a frame of one grey value has no deviation; one grey step keeps the division sane
    scaled[where.rows, where.columns] = (inside - mean) / max(deviation, 1.0)
    return scaled


def _normalise_grey(
    placed: NDArray[np.uint8], where: Placement, normalisation: Normalisation
) -> NDArray[np.float32]:
    """The same through a table of the 256 grey values: a third of the time."""
    if normalisation == "unit":
        return np.asarray(cv2.LUT(placed, _GREY / np.float32(255.0)), np.float32)
    inside = placed[where.rows, where.columns]
    mean, deviation = (float(each[0, 0]) for each in cv2.meanStdDev(inside))
    scaled = np.zeros(placed.shape, np.float32)
    table = (_GREY - np.float32(mean)) / np.float32(max(deviation, 1.0))
    scaled[where.rows, where.columns] = cv2.LUT(inside, table)
    return scaled


def prepare(frames: NDArray[np.uint8], preprocessing: Preprocessing) -> NDArray[np.float32]:
    """Grey frames (n, H, W) or one frame (H, W), uint8 -> network input float32 (n, h, w, 1)."""
    stack = frames[None] if frames.ndim == 2 else frames
    if stack.ndim != 3:
        raise EngineError(f"Frames must be (n, height, width); these are {frames.shape}.")
    batch = np.empty((len(stack), preprocessing.height, preprocessing.width, 1), dtype=np.float32)
    for number, frame in enumerate(stack):
        placed = place_frame(frame, preprocessing)
        where = preprocessing.placement(*frame.shape)
        batch[number, :, :, 0] = normalise(placed, where, preprocessing.normalisation)
    return batch


@dataclass(frozen=True, slots=True)
class RestoredPlane:
    """Probabilities float32 (h, w) of one channel, and the rows and columns of the frame that they
    lie on; beyond them the channel cannot be the likeliest.
    """

    rows: slice
    columns: slice
    values: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Restored:
    """What a frame (H, W) shows, in its own pixels.

    labels: uint8 (H, W), the likeliest channel. planes: by channel, of those that can be the
    likeliest anywhere; background is not among them.
    """

    labels: NDArray[np.uint8]
    planes: dict[int, RestoredPlane]


def restore(probabilities: NDArray[np.float32], where: Placement) -> Restored:
    """Network output (h, w, c) float32 -> the likeliest channels in the frame's own pixels.

    Bilinear in the probabilities, which are those of a softmax. Interpolation never leaves the
    range of the points it lies between, so each channel is interpolated only in a box around the
    points where it could be the likeliest, and background only around what may not be background:
    the labels are those of the whole frame interpolated, at a fraction of the cost.
    """
    inside = probabilities[where.rows, where.columns]
    # OpenCV wants planes; a network that answers by channel has them already
    coarse = [np.ascontiguousarray(inside[..., channel]) for channel in range(inside.shape[-1])]
    labels = np.zeros((where.frame_height, where.frame_width), np.uint8)
    # where background has more than half nothing else can be the likeliest; 0.01 is for rounding
    frame_box = _Box.around(cv2.compare(coarse[0], 0.51, cv2.CMP_LE), where)
    if frame_box is None:
        return Restored(labels, {})
    if (where.seen_height, where.frame_width) == coarse[0].shape:
        return _as_it_is(labels, coarse, (frame_box.rows, frame_box.columns))
    best = frame_box.enlarged(coarse[0])
    labels_in_box = labels[frame_box.rows_px, frame_box.columns_px]
    # the likeliest of c channels has at least 1/c: where no point comes near, it cannot win
    least = 0.99 / len(coarse)
    planes: dict[int, RestoredPlane] = {}
    for channel, plane in enumerate(coarse):
        if not channel:
            continue
        box = _Box.around(cv2.compare(plane, least, cv2.CMP_GE), where)
        box = None if box is None else box.within(frame_box)
        if box is None:
            continue
        values = box.enlarged(plane)
        own = box.relative_to(frame_box)
        wins = cv2.compare(values, best[own], cv2.CMP_GT)
        # channels rise: the maximum writes a later one over an earlier one
        np.maximum(labels_in_box[own], wins & np.uint8(channel), out=labels_in_box[own])
        np.maximum(best[own], values, out=best[own])
        planes[channel] = RestoredPlane(box.rows_px, box.columns_px, values)
    return Restored(labels, planes)


def _as_it_is(
    labels: NDArray[np.uint8],
    planes: Sequence[NDArray[np.float32]],
    box: tuple[slice, slice],
) -> Restored:
    """A frame of the network's own size: nothing to interpolate. Beyond the box is background."""
    likely = likeliest([plane[box] for plane in planes])
    labels[box] = likely
    found: dict[int, RestoredPlane] = {}
    for channel, plane in enumerate(planes[1:], start=1):
        left, top, width, height = cv2.boundingRect(cv2.compare(likely, channel, cv2.CMP_EQ))
        if width:
            top, left = top + box[0].start, left + box[1].start
            rows, columns = slice(top, top + height), slice(left, left + width)
            found[channel] = RestoredPlane(rows, columns, plane[rows, columns])
    return Restored(labels, found)


@dataclass(frozen=True, slots=True)
class _Box:
    """A range of placed pixels that begins and ends where whole pixels of the frame do."""

    rows: slice
    columns: slice
    rows_px: slice
    columns_px: slice

    @staticmethod
    def around(mask: NDArray[np.uint8], where: Placement) -> _Box | None:
        """Around what is not 0 in (h, w), with one to spare, or None where all is."""
        left, top, width, height = cv2.boundingRect(mask)
        if not width:
            return None
        rows, rows_px = _aligned(top, height, where.height, where.seen_height)
        columns, columns_px = _aligned(left, width, where.width, where.frame_width)
        return _Box(rows, columns, rows_px, columns_px)

    def within(self, other: _Box) -> _Box | None:
        """What both hold, or None."""
        mine = (self.rows, self.columns, self.rows_px, self.columns_px)
        theirs = (other.rows, other.columns, other.rows_px, other.columns_px)
        both = [
            slice(max(a.start, b.start), min(a.stop, b.stop))
            for a, b in zip(mine, theirs, strict=True)
        ]
        return _Box(*both) if all(each.start < each.stop for each in both) else None

    def relative_to(self, other: _Box) -> tuple[slice, slice]:
        """The frame's pixels of this box, counted from the other's corner."""
        top, left = other.rows_px.start, other.columns_px.start
        return (
            slice(self.rows_px.start - top, self.rows_px.stop - top),
            slice(self.columns_px.start - left, self.columns_px.stop - left),
        )

    def enlarged(self, plane: NDArray[np.float32]) -> NDArray[np.float32]:
        """The box's part of a plane (h, w), bilinear in the frame's pixels."""
        size = (
            self.columns_px.stop - self.columns_px.start,
            self.rows_px.stop - self.rows_px.start,
        )
        part = plane[self.rows, self.columns]
        return np.asarray(cv2.resize(part, size, interpolation=cv2.INTER_LINEAR), np.float32)


def likeliest(planes: Sequence[NDArray[np.float32]]) -> NDArray[np.uint8]:
    """The number of the largest plane, uint8 (H, W), the first of equal ones.

    A tenth of the time of NumPy's argmax.
    """
    best = planes[0].copy()
    labels = np.zeros(best.shape, np.uint8)
    for channel, plane in enumerate(planes):
        if channel:
            wins = cv2.compare(plane, best, cv2.CMP_GT)
            # a later channel has the larger number: the maximum writes it over an earlier one
            np.maximum(labels, wins & np.uint8(channel), out=labels)
            cv2.max(best, plane, dst=best)
    return labels


def _aligned(start: int, length: int, placed: int, original: int) -> tuple[slice, slice]:
    """A range of placed pixels with one to spare, from and to where whole pixels meet whole ones,
    and the same range in original pixels.
    """
    common = math.gcd(placed, original)
    step, step_px = placed // common, original // common
    first = max(0, start - 1) // step
    last = -(-min(placed, start + length + 1) // step)
    return slice(first * step, last * step), slice(first * step_px, last * step_px)


def check_frame(frame: NDArray[np.uint8]) -> None:
    """Raise EngineError unless the frame is a grey picture: (H, W), uint8, not empty."""
    if frame.ndim != 2 or frame.dtype != np.uint8:
        raise EngineError(
            f"A frame must be grey 8-bit (height, width); this one is {frame.dtype} {frame.shape}."
        )
    if 0 in frame.shape:
        raise EngineError("A frame of no pixels holds no picture.")


def _nearest_index(placed: int, original: int) -> NDArray[np.intp]:
    """For each placed pixel the original pixel under its centre."""
    centres = (np.arange(placed) + 0.5) * (original / placed)
    return np.minimum(centres.astype(np.intp), original - 1)
