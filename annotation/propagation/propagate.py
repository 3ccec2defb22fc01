"""A shape carried through frames until they end or it can no longer be trusted."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from annotation.geometry import (
    Contour,
    Mask,
    area,
    bounding_box,
    contour,
    dense_from_mask,
    mask_from_dense,
    shape_mask,
)
from annotation.geometry.distance import signed_distance

from .confidence import Signs, expected_dice
from .refine import LEAST_AGREEMENT, Refiner, pulled
from .region_flow import Region, RegionFlow, region_around

Gray = NDArray[np.uint8]

DEFAULT_FLOOR = 0.6
# share of the shape's area that must still be in the picture
LEAST_INSIDE = 0.25


@dataclass(frozen=True, slots=True)
class Carried:
    """The shape `distance` frames from the source, and the Dice to be expected of it, 0 to 1."""

    distance: int
    shape: Contour | Mask
    confidence: float
    signs: Signs


@dataclass
class Propagation:
    """An iterator over carried shapes that knows why it ended.

    `stopped_because` is a sentence once it has stopped before the frames ended, else "".
    """

    _steps: Iterator[Carried]
    _stopped: list[str] = field(default_factory=list)

    def __iter__(self) -> Iterator[Carried]:
        return self._steps

    @property
    def stopped_because(self) -> str:
        """Why it ended before the frames did."""
        return self._stopped[-1] if self._stopped else ""


def propagate(
    shape: Contour | Mask,
    source: Gray,
    frames: Iterable[Gray],
    *,
    refiner: Refiner | None = None,
    floor: float = DEFAULT_FLOOR,
) -> Propagation:
    """Carry a shape of `source`, uint8 (H, W), into `frames` one after the other.

    Contours keep their kind, points and uncertain segments; masks stay masks. Frames are read one
    at a time, as the answer is. It ends by itself before the first frame in which the expected Dice
    is below `floor`, or less than a quarter of the shape is left in the picture.

    Raises ValueError when the shape covers no pixel of the source.
    """
    height, width = source.shape
    mask = shape_mask(shape, width, height)
    if mask.is_empty:
        raise ValueError("The shape covers no pixel of its frame.")
    stopped: list[str] = []
    return Propagation(
        _steps(shape, mask, source, frames, refiner=refiner, floor=floor, stop=stopped.append),
        stopped,
    )


def _steps(
    shape: Contour | Mask,
    mask: Mask,
    source: Gray,
    frames: Iterable[Gray],
    *,
    refiner: Refiner | None,
    floor: float,
    stop: Callable[[str], None],
) -> Iterator[Carried]:
    height, width = source.shape
    box = bounding_box(mask)
    assert box is not None  # noqa: S101  # the mask has pixels
    region = region_around(box.left, box.top, box.right, box.bottom, width=width, height=height)
    inside = dense_from_mask(mask, region.width, region.height, region.x, region.y)
    carrier = _Carrier(shape, RegionFlow(source, region, inside), inside, width, height)
    whole, pixels = area(shape), float(inside.sum())
    radius = math.sqrt(pixels / math.pi)
    squares = jump = 0.0
    for distance, frame in enumerate(frames, start=1):
        evidence = carrier.flow.step(frame)
        squares += evidence.disagreement**2
        jump = max(jump, 1.0 - evidence.sameness)
        carried = carrier.shape()
        left = dense_from_mask(shape_mask(carried, width, height), width, height).sum()
        if left < LEAST_INSIDE * pixels:
            stop("The shape has left the picture.")
            return
        signs = Signs(
            likeness=evidence.likeness,
            drift=math.sqrt(squares) / radius,
            change=abs(math.log(max(area(carried), 1e-6) / max(whole, 1e-6))),
            jump=jump,
        )
        if signs.is_beyond_cut and floor > 0:
            stop("The picture becomes another one all at once here, as at a cut.")
            return
        confidence = expected_dice(signs)
        if refiner is not None:
            carried, confidence = _refined(carried, confidence, refiner, frame)
        if confidence < floor:
            stop("The picture no longer looks enough like the frame the shape was taken from.")
            return
        yield Carried(distance, carried, confidence, signs)


def _refined(
    shape: Contour | Mask, confidence: float, refiner: Refiner, frame: Gray
) -> tuple[Contour | Mask, float]:
    """The shape pulled onto what the model sees. Two that agree are trusted more than one alone,
    two that do not, less.
    """
    seen = refiner.refine(frame)
    if seen is None or not seen.pixels.any():
        return shape, 0.85 * confidence
    better, agreed = pulled(shape, seen.pixels)
    if agreed < LEAST_AGREEMENT:
        return shape, 0.85 * confidence
    return better, 0.5 * (confidence + agreed)


class _Carrier:
    """The shape where the flow has taken it."""

    def __init__(
        self,
        shape: Contour | Mask,
        flow: RegionFlow,
        inside: NDArray[np.bool_],
        width: int,
        height: int,
    ) -> None:
        self.flow = flow
        self._shape = shape
        self._size = width, height
        self._distance = (
            signed_distance(inside).astype(np.float32)
            if isinstance(shape, Mask) and not inside.all()
            else None
        )

    def shape(self) -> Contour | Mask:
        """As a contour of the same points, or as a mask."""
        if isinstance(self._shape, Contour):
            points = self.flow.moved(self._shape.points)
            return contour(self._shape.kind, points, self._shape.uncertain)
        if self._distance is None:
            return self._shape
        width, height = self._size
        region, moved = self.flow.region, self.flow.displacement.reshape(-1, 2)
        low, high = np.floor(moved.min(axis=0)), np.ceil(moved.max(axis=0))
        x0, y0 = max(region.x + int(low[0]), 0), max(region.y + int(low[1]), 0)
        x1 = min(region.x + region.width + int(high[0]), width)
        y1 = min(region.y + region.height + int(high[1]), height)
        if x0 >= x1 or y0 >= y1:
            return mask_from_dense(np.zeros((1, 1), np.bool_))
        window = Region(x0, y0, x1 - x0, y1 - y0)
        return mask_from_dense(self.flow.warped(self._distance, window) >= 0, x0, y0)
