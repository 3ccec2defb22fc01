"""What of a clip's pixels is kept, and its application to a frame.

All places are in source pixels, those of the frame as it was decoded: origin at the top-left corner
of the top-left pixel, x to the right, y down. The three parts compose in one order: the crop fixes
the output's size and origin, then every pixel inside a blank box or outside the keep polygon is set
to 0. A pixel belongs to the polygon when its centre does, by the even-odd rule of
`annotation.geometry`, so the page and the server agree on every pixel.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from annotation.geometry import MAX_COORDINATE, MAX_POINTS, contour, dense_from_mask, shape_mask

from .problem import DeidentifyError

Grey = NDArray[np.uint8]

MAX_BLANKS = 1000
_KEYS = frozenset({"crop", "blanks", "keep"})
_BOX_KEYS = ("x0", "y0", "x1", "y1")


@dataclass(frozen=True, slots=True)
class Box:
    """Half-open box of whole pixels: columns x0..x1-1 and rows y0..y1-1, never empty."""

    x0: int
    y0: int
    x1: int
    y1: int

    def __post_init__(self) -> None:
        if not (0 <= self.x0 < self.x1 <= MAX_COORDINATE):
            raise DeidentifyError(f"A box from column {self.x0} to {self.x1} holds no pixels.")
        if not (0 <= self.y0 < self.y1 <= MAX_COORDINATE):
            raise DeidentifyError(f"A box from row {self.y0} to {self.y1} holds no pixels.")

    @property
    def width(self) -> int:
        return self.x1 - self.x0

    @property
    def height(self) -> int:
        return self.y1 - self.y0

    @property
    def area(self) -> int:
        """Number of pixels."""
        return self.width * self.height

    def overlap(self, other: Box) -> int:
        """Number of pixels in both."""
        width = min(self.x1, other.x1) - max(self.x0, other.x0)
        height = min(self.y1, other.y1) - max(self.y0, other.y0)
        return max(width, 0) * max(height, 0)

    def around(self, other: Box) -> Box:
        """The smallest box around both."""
        return Box(
            min(self.x0, other.x0),
            min(self.y0, other.y0),
            max(self.x1, other.x1),
            max(self.y1, other.y1),
        )

    def grown(self, margin: int, height: int, width: int) -> Box:
        """This box with `margin` pixels more on every side, inside a height x width picture."""
        return Box(
            max(self.x0 - margin, 0),
            max(self.y0 - margin, 0),
            min(self.x1 + margin, width),
            min(self.y1 + margin, height),
        )

    def to_json(self) -> dict[str, int]:
        """`{x0, y0, x1, y1}`."""
        return {key: getattr(self, key) for key in _BOX_KEYS}

    @classmethod
    def from_json(cls, value: object) -> Box:
        """The box of `{x0, y0, x1, y1}`; whole numbers, also when written as 3.0.

        Raises DeidentifyError when it is anything else.
        """
        if not isinstance(value, Mapping) or set(value) != set(_BOX_KEYS):
            raise DeidentifyError("A box is written as x0, y0, x1 and y1, and nothing else.")
        return cls(*(_whole(value[key]) for key in _BOX_KEYS))


@dataclass(frozen=True, slots=True)
class Redaction:
    """What is kept of every frame of one clip.

    `crop`: the part that becomes the frame, None for all of it. `blanks`: boxes set to 0; they may
    reach beyond the crop. `keep`: corners ((x, y), ...) of a polygon outside which all is 0, None
    for no such limit.
    """

    crop: Box | None = None
    blanks: tuple[Box, ...] = ()
    keep: tuple[tuple[float, float], ...] | None = None

    def __post_init__(self) -> None:
        if len(self.blanks) > MAX_BLANKS:
            raise DeidentifyError(f"A redaction may hold at most {MAX_BLANKS} blanked boxes.")
        if self.keep is None:
            return
        if not 3 <= len(self.keep) <= MAX_POINTS:
            raise DeidentifyError(f"The kept sector needs 3 to {MAX_POINTS} corners.")
        for x, y in self.keep:
            if not (math.isfinite(x) and math.isfinite(y)) or max(abs(x), abs(y)) > MAX_COORDINATE:
                raise DeidentifyError("A corner of the kept sector lies outside any picture.")

    @property
    def is_identity(self) -> bool:
        """True when every pixel of every frame is kept."""
        return self.crop is None and not self.blanks and self.keep is None

    def output_size(self, height: int, width: int) -> tuple[int, int]:
        """(height, width) of what becomes of a height x width frame.

        Raises DeidentifyError when the crop reaches outside the frame.
        """
        if self.crop is None:
            return height, width
        if self.crop.x1 > width or self.crop.y1 > height:
            raise DeidentifyError(
                f"The crop reaches to column {self.crop.x1} and row {self.crop.y1}, "
                f"outside the {width} x {height} picture."
            )
        return self.crop.height, self.crop.width

    def keep_mask(self, height: int, width: int) -> Grey:
        """uint8 (h, w) of the output's size: 255 where a pixel is kept and 0 where it is blanked.

        Read-only and computed once for a size. Raises DeidentifyError as `output_size` does.
        """
        self.output_size(height, width)
        mask = _mask(self, height, width)
        if mask is None:
            mask = np.full(self.output_size(height, width), 255, dtype=np.uint8)
            mask.flags.writeable = False
        return mask

    def apply(self, grey: Grey) -> Grey:
        """The kept pixels, uint8 (h, w), of a frame uint8 (H, W).

        The result is contiguous and shares no memory with `grey`. Raises DeidentifyError when
        `grey` is no such frame or the crop reaches outside it.
        """
        if grey.ndim != 2 or grey.dtype != np.uint8:
            raise DeidentifyError("Only 8-bit grey frames can be redacted.")
        height, width = grey.shape
        self.output_size(height, width)
        crop = self.crop
        part = grey if crop is None else grey[crop.y0 : crop.y1, crop.x0 : crop.x1]
        mask = _mask(self, height, width)
        if mask is None:
            return np.array(part, order="C", copy=True)
        return np.bitwise_and(part, mask, order="C")

    def to_json(self) -> dict[str, Any]:
        """`{crop: {x0, y0, x1, y1} | null, blanks: [...], keep: [[x, y], ...] | null}`."""
        return {
            "crop": None if self.crop is None else self.crop.to_json(),
            "blanks": [box.to_json() for box in self.blanks],
            "keep": None if self.keep is None else [[x, y] for x, y in self.keep],
        }

    @classmethod
    def from_json(cls, value: object) -> Redaction:
        """The redaction of what `to_json` writes; a key left out counts as null.

        Raises DeidentifyError with a sentence when it is anything else.
        """
        if not isinstance(value, Mapping) or not set(value) <= _KEYS:
            raise DeidentifyError("A redaction is written as crop, blanks and keep.")
        crop, blanks, keep = (value.get(key) for key in ("crop", "blanks", "keep"))
        blanks = [] if blanks is None else blanks
        if not isinstance(blanks, list):
            raise DeidentifyError("The blanked boxes are written as a list.")
        return cls(
            crop=None if crop is None else Box.from_json(crop),
            blanks=tuple(Box.from_json(box) for box in blanks),
            keep=None if keep is None else _corners(keep),
        )


@lru_cache(maxsize=16)
def _mask(redaction: Redaction, height: int, width: int) -> Grey | None:
    """The keep mask of one redaction and frame size, None when nothing is blanked."""
    crop = redaction.crop or Box(0, 0, width, height)
    if redaction.keep is None:
        kept = np.ones((crop.height, crop.width), dtype=np.bool_)
    else:
        polygon = shape_mask(contour("polygon", redaction.keep), width, height)
        kept = dense_from_mask(polygon, crop.width, crop.height, crop.x0, crop.y0)
    for box in redaction.blanks:
        rows = slice(max(box.y0 - crop.y0, 0), max(box.y1 - crop.y0, 0))
        kept[rows, max(box.x0 - crop.x0, 0) : max(box.x1 - crop.x0, 0)] = False
    if kept.all():
        return None
    mask = kept.astype(np.uint8) * np.uint8(255)
    mask.flags.writeable = False
    return mask


def _whole(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int | float) or value != value // 1:
        raise DeidentifyError("The sides of a box are whole pixels.")
    return int(value)


def _corners(value: object) -> tuple[tuple[float, float], ...]:
    if not isinstance(value, list):
        raise DeidentifyError("The kept sector is written as a list of corners.")
    corners = []
    for corner in value:
        if not isinstance(corner, list | tuple) or len(corner) != 2:
            raise DeidentifyError("A corner of the kept sector is written as [x, y].")
        if any(isinstance(side, bool) or not isinstance(side, int | float) for side in corner):
            raise DeidentifyError("A corner of the kept sector is two numbers.")
        corners.append((float(corner[0]), float(corner[1])))
    return tuple(corners)
