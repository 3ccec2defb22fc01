"""Shapes a person or a model draws on a frame.

Coordinates are image pixels with the origin at the top-left corner of the top-left pixel, so pixel
(0, 0) has its centre at (0.5, 0.5). A pixel belongs to a shape when its centre does (even-odd).
The same rules are written in TypeScript under `frontend/src/geometry`; `tests/vectors` holds both
to one answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

MAX_POINTS = 2000
MAX_COORDINATE = 100_000
MAX_MASK_SIDE = 16_384
MAX_MASK_PIXELS = 2**26

ContourKind = Literal["spline", "polygon"]


class ShapeError(ValueError):
    """A shape, or its stored form, is not valid; the message is a sentence for the person."""


@dataclass(frozen=True, slots=True, eq=False)
class Contour:
    """A closed curve through control points (`spline`) or straight between them (`polygon`).

    `points` is float64 (n, 2), x then y, in pixels. `uncertain` is bool (n,): entry i marks the
    segment from point i to point i + 1, the last one back to point 0.
    """

    kind: ContourKind
    points: NDArray[np.float64]
    uncertain: NDArray[np.bool_]

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Contour):
            return NotImplemented
        return (
            self.kind == other.kind
            and np.array_equal(self.points, other.points)
            and np.array_equal(self.uncertain, other.uncertain)
        )

    def __hash__(self) -> int:
        return hash((self.kind, self.points.tobytes(), self.uncertain.tobytes()))


@dataclass(frozen=True, slots=True, eq=False)
class Mask:
    """A set of pixels as run lengths over its bounding box.

    The box covers columns x..x+width-1 and rows y..y+height-1. `counts` is uint32 (m,): lengths of
    runs in row-major order, background first, so only the first may be 0; they sum to
    width * height. The box is tight; the empty mask is 0, 0, 0, 0 and no counts.
    """

    x: int
    y: int
    width: int
    height: int
    counts: NDArray[np.uint32]

    @property
    def is_empty(self) -> bool:
        return self.width == 0

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Mask):
            return NotImplemented
        return (self.x, self.y, self.width, self.height) == (
            other.x,
            other.y,
            other.width,
            other.height,
        ) and np.array_equal(self.counts, other.counts)

    def __hash__(self) -> int:
        return hash((self.x, self.y, self.width, self.height, self.counts.tobytes()))


@dataclass(frozen=True, slots=True)
class Absent:
    """The structure is not in the picture from this frame until its next keyframe."""


Shape = Contour | Mask | Absent

EMPTY_MASK = Mask(0, 0, 0, 0, np.zeros(0, dtype=np.uint32))


def contour(
    kind: ContourKind,
    points: Sequence[Sequence[float]] | NDArray[np.float64],
    uncertain: Sequence[bool] | NDArray[np.bool_] | None = None,
) -> Contour:
    """Build a contour from its own copy of `points` (n, 2); no segment is uncertain by default.

    Raises ShapeError when lengths differ, or a coordinate is not finite or beyond the limit.
    """
    own = np.array(points, dtype=np.float64).reshape(-1, 2)
    flags = np.zeros(len(own), dtype=bool) if uncertain is None else np.array(uncertain, dtype=bool)
    if flags.shape != (len(own),):
        raise ShapeError("The uncertain flags must be a list of true or false, one for each point.")
    if not bool(np.all(np.abs(own) <= MAX_COORDINATE)):
        raise ShapeError(f"A point lies more than {MAX_COORDINATE} pixels from the origin.")
    own.setflags(write=False)
    flags.setflags(write=False)
    return Contour(kind, own, flags)
