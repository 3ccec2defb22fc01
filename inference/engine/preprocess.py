"""Grey frames into network input, and the way back. Training imports this very code.

Coordinates are image pixels with the origin at the top-left corner of the top-left pixel, so that
pixel (0, 0) has its centre at (0.5, 0.5); OpenCV's `resize` follows the same convention.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from inference.engine.errors import EngineError

Normalisation = Literal["unit", "zscore"]
FitMode = Literal["pad"]

NORMALISATIONS: tuple[str, ...] = ("unit", "zscore")
FIT_MODES: tuple[str, ...] = ("pad",)


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
    """

    height: int
    width: int
    normalisation: Normalisation = "unit"
    fit: FitMode = "pad"

    def __post_init__(self) -> None:
        if self.height < 1 or self.width < 1:
            raise EngineError(f"A network input of {self.width}x{self.height} pixels is no size.")
        if self.normalisation not in NORMALISATIONS:
            raise EngineError(f"Unknown normalisation {self.normalisation!r}.")
        if self.fit not in FIT_MODES:
            raise EngineError(f"Unknown fit {self.fit!r}.")

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
    placed[where.rows, where.columns] = cv2.resize(
        frame,
        (where.width, where.height),
        interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR,
    )
    return placed


def place_labels(labels: NDArray[np.uint8], preprocessing: Preprocessing) -> NDArray[np.uint8]:
    """Bring a label map (H, W) uint8 to the input's (h, w): by nearest neighbour."""
    where = preprocessing.placement(*labels.shape)
    placed = np.zeros((preprocessing.height, preprocessing.width), np.uint8)
    rows = _nearest_index(where.height, labels.shape[0])
    columns = _nearest_index(where.width, labels.shape[1])
    placed[where.rows, where.columns] = labels[rows[:, None], columns[None, :]]
    return placed


def normalise(
    placed: NDArray[np.uint8] | NDArray[np.float32], where: Placement, normalisation: Normalisation
) -> NDArray[np.float32]:
    """Scale placed grey values (h, w) in 0..255 to the network's range, float32 (h, w)."""
    values = placed.astype(np.float32)
    if normalisation == "unit":
        return values / np.float32(255.0)
    inside = values[where.rows, where.columns]
    mean, deviation = float(inside.mean()), float(inside.std())
    scaled = np.zeros_like(values)
    # a frame of one grey value has no deviation; one grey step keeps the division sane
    scaled[where.rows, where.columns] = (inside - mean) / max(deviation, 1.0)
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


def restore_planes(
    probabilities: NDArray[np.float32], where: Placement
) -> tuple[NDArray[np.float32], ...]:
    """Network output (h, w, c) float32 -> one plane (H, W) a channel in the frame's own pixels.

    Bilinear. Planes, because everything after works on one channel at a time.
    """
    size = (where.frame_width, where.frame_height)
    inside = probabilities[where.rows, where.columns]
    return tuple(
        cv2.resize(np.ascontiguousarray(inside[..., channel]), size, interpolation=cv2.INTER_LINEAR)
        for channel in range(inside.shape[-1])
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
