"""Grey frames into network input, and the way back. Training imports this very code.

Coordinates are image pixels with the origin at the top-left corner of the top-left pixel, so that
pixel (0, 0) has its centre at (0.5, 0.5); OpenCV's `resize` follows the same convention.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from inference.engine.errors import EngineError

Normalisation = Literal["unit", "zscore"]
FitMode = Literal["pad"]
Step = Literal["median", "gaussian", "clahe"]

NORMALISATIONS: tuple[str, ...] = ("unit", "zscore")
FIT_MODES: tuple[str, ...] = ("pad",)
STEPS: tuple[str, ...] = ("median", "gaussian", "clahe")
_GREY = np.arange(256, dtype=np.float32)


@dataclass(frozen=True, slots=True)
class Placement:
    """Where a frame of (frame_height, frame_width) lies inside the network's input, in pixels.

    The frame fills rows `top : top + height` and columns `left : left + width`; the rest is zero.
    """

    frame_height: int
    frame_width: int
    top: int
    left: int
    height: int
    width: int

    @property
    def rows(self) -> slice:
        return slice(self.top, self.top + self.height)

    @property
    def columns(self) -> slice:
        return slice(self.left, self.left + self.width)


@dataclass(frozen=True, slots=True)
class Preprocessing:
    """How a model wants its frames: input size, how they fit into it, how grey values are scaled.

    fit "pad": the aspect is kept; the frame's top row (the probe's face) stays the top row, the
    frame is centred from left to right, and zeros fill the rest.
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
        scale = min(self.height / frame_height, self.width / frame_width)
        height = min(self.height, max(1, round(frame_height * scale)))
        width = min(self.width, max(1, round(frame_width * scale)))
        return Placement(frame_height, frame_width, 0, (self.width - width) // 2, height, width)


def place_frame(frame: NDArray[np.uint8], preprocessing: Preprocessing) -> NDArray[np.uint8]:
    """Resize a grey frame (H, W) uint8 into the input's (h, w) uint8, zero padded.

    Shrinking averages over areas, so that speckle does not alias; enlarging is bilinear.
    """
    check_frame(frame)
    where = preprocessing.placement(*frame.shape)
    placed = np.zeros((preprocessing.height, preprocessing.width), np.uint8)
    shrinks = where.height < frame.shape[0] or where.width < frame.shape[1]
    resized = cv2.resize(
        frame,
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
    rows = _nearest_index(detail * where.height, labels.shape[0])
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
class RestoredBox:
    """A box of the frame around all that may be a structure; background fills the rest.

    top, left: its place in the frame, pixels. labels: uint8 (h, w), the likeliest channel. planes:
    channel -> probabilities float32 (h, w), for the channels that can be the likeliest there.
    """

    top: int
    left: int
    labels: NDArray[np.uint8]
    planes: dict[int, NDArray[np.float32]]

    @property
    def rows(self) -> slice:
        return slice(self.top, self.top + self.labels.shape[0])

    @property
    def columns(self) -> slice:
        return slice(self.left, self.left + self.labels.shape[1])


def restore(probabilities: NDArray[np.float32], where: Placement) -> RestoredBox | None:
    """Network output (h, w, c) float32 -> the likeliest channels in the frame's own pixels.

    Bilinear in the probabilities. Between four points that agree on the likeliest channel,
    interpolation agrees too, so only a box around what is not background is interpolated: the
    labels are those of the whole frame interpolated. None where all is background.
    """
    inside = probabilities[where.rows, where.columns]
    # OpenCV wants planes; a network that answers by channel has them already
    planes = {
        channel: np.ascontiguousarray(inside[..., channel]) for channel in range(inside.shape[-1])
    }
    labels = likeliest(planes)
    left, top, width, height = cv2.boundingRect(labels)
    if not width:
        return None
    rows, top_px, height_px = _aligned(top, height, where.height, where.frame_height)
    columns, left_px, width_px = _aligned(left, width, where.width, where.frame_width)
    # the likeliest of c channels has at least 1/c: a channel that nowhere comes near cannot win
    least = 0.99 / len(planes)
    parts = {
        channel: np.ascontiguousarray(plane[rows, columns])
        for channel, plane in planes.items()
        if channel == 0 or plane[rows, columns].max() >= least
    }
    if (where.height, where.width) == (where.frame_height, where.frame_width):
        return RestoredBox(top_px, left_px, labels[rows, columns], parts)
    enlarged = {
        channel: cv2.resize(part, (width_px, height_px), interpolation=cv2.INTER_LINEAR)
        for channel, part in parts.items()
    }
    return RestoredBox(top_px, left_px, likeliest(enlarged), enlarged)


def likeliest(planes: Mapping[int, NDArray[np.float32]]) -> NDArray[np.uint8]:
    """The channel of the largest plane, uint8 (H, W), the first of equal ones.

    planes: channel -> contiguous (H, W), channel 0 among them, channels rising. A tenth of the
    time of NumPy's argmax.
    """
    best = planes[0].copy()
    labels = np.zeros(best.shape, np.uint8)
    for channel, plane in planes.items():
        if channel:
            wins = cv2.compare(plane, best, cv2.CMP_GT)
            # a later channel has the larger number: the maximum writes it over an earlier one
            np.maximum(labels, wins & np.uint8(channel), out=labels)
            cv2.max(best, plane, dst=best)
    return labels


def _aligned(start: int, length: int, placed: int, original: int) -> tuple[slice, int, int]:
    """A range of placed pixels with one to spare, from and to where whole pixels meet whole ones.

    Returns the placed range, and where it starts and how long it is in original pixels.
    """
    common = math.gcd(placed, original)
    step, step_px = placed // common, original // common
    first = max(0, start - 1) // step
    last = -(-min(placed, start + length + 1) // step)
    return (
        slice(first * step, last * step),
        first * step_px,
        (last - first) * step_px,
    )


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
