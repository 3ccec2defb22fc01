"""The JSON form of a shape, as the API and the browser exchange it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from .rle import tightened
from .shapes import (
    MAX_COORDINATE,
    MAX_MASK_PIXELS,
    MAX_MASK_SIDE,
    MAX_POINTS,
    Absent,
    Contour,
    ContourKind,
    Mask,
    Shape,
    ShapeError,
    contour,
)


def parse_shape(document: object) -> Shape:
    """Read the JSON form of a shape.

    Accepts `{"kind": "spline" | "polygon", "points": [[x, y], ...], "uncertain": [...]}` (no
    `uncertain` means none is), `{"kind": "mask", "x", "y", "width", "height", "counts"}` (a loose
    box is tightened) and `{"kind": "absent"}`. Unknown members are ignored.

    Raises ShapeError with a sentence that says what is wrong.
    """
    if not isinstance(document, Mapping):
        raise ShapeError('A shape must be an object with a "kind".')
    kind = document.get("kind")
    if kind == "absent":
        return Absent()
    if kind == "mask":
        return _parse_mask(document)
    if kind == "spline":
        return _parse_contour("spline", document)
    if kind == "polygon":
        return _parse_contour("polygon", document)
    raise ShapeError('The kind of a shape must be "spline", "polygon", "mask" or "absent".')


def shape_to_json(shape: Shape) -> dict[str, Any]:
    """The JSON form of a shape; `parse_shape` reads it back to an equal shape."""
    if isinstance(shape, Absent):
        return {"kind": "absent"}
    if isinstance(shape, Contour):
        return {
            "kind": shape.kind,
            "points": shape.points.tolist(),
            "uncertain": shape.uncertain.tolist(),
        }
    return {
        "kind": "mask",
        "x": shape.x,
        "y": shape.y,
        "width": shape.width,
        "height": shape.height,
        "counts": shape.counts.tolist(),
    }


def _parse_contour(kind: ContourKind, document: Mapping[Any, Any]) -> Contour:
    listed = document.get("points")
    if not isinstance(listed, list):
        raise ShapeError("The points of a contour must be a list of [x, y] pairs.")
    if len(listed) > MAX_POINTS:
        raise ShapeError(
            f"A contour may have at most {MAX_POINTS} points; this one has {len(listed)}."
        )
    points = [_parse_point(index, pair) for index, pair in enumerate(listed)]
    uncertain = document.get("uncertain")
    if uncertain is None:
        uncertain = [False] * len(points)
    if (
        not isinstance(uncertain, list)
        or len(uncertain) != len(points)
        or not all(isinstance(flag, bool) for flag in uncertain)
    ):
        raise ShapeError("The uncertain flags must be a list of true or false, one for each point.")
    return contour(kind, points, uncertain)


def _parse_point(index: int, pair: object) -> tuple[float, float]:
    name = f"Point {index + 1} of the contour"
    if (
        not isinstance(pair, list)
        or len(pair) != 2
        or any(isinstance(value, bool) or not isinstance(value, int | float) for value in pair)
    ):
        raise ShapeError(f"{name} is not a pair of numbers.")
    if any(isinstance(value, float) and not math.isfinite(value) for value in pair):
        raise ShapeError(f"{name} is not finite.")
    if any(abs(value) > MAX_COORDINATE for value in pair):
        raise ShapeError(f"{name} lies more than {MAX_COORDINATE} pixels from the origin.")
    # adding zero turns -0.0 into 0.0, which has the same place but other bytes
    return float(pair[0]) + 0.0, float(pair[1]) + 0.0


def _parse_mask(document: Mapping[Any, Any]) -> Mask:
    box: dict[str, int] = {}
    for name in ("x", "y", "width", "height"):
        value = _whole(document.get(name))
        if value is None:
            raise ShapeError(f'The "{name}" of a mask must be a whole number.')
        box[name] = value
    listed = document.get("counts")
    counts = [_whole(value) for value in listed] if isinstance(listed, list) else [None]
    whole = [value for value in counts if value is not None]
    if len(whole) != len(counts):
        raise ShapeError("The run lengths of a mask must be a list of whole numbers.")
    return checked_mask(box["x"], box["y"], box["width"], box["height"], whole)


def checked_mask(x: int, y: int, width: int, height: int, counts: Sequence[int]) -> Mask:
    """A mask from outside: limits and run lengths checked, its box tightened.

    Raises ShapeError.
    """
    for name, place in (("x", x), ("y", y)):
        if abs(place) > MAX_COORDINATE:
            raise ShapeError(
                f'The "{name}" of a mask lies more than {MAX_COORDINATE} pixels from the origin.'
            )
    for name, side in (("width", width), ("height", height)):
        if not 0 <= side <= MAX_MASK_SIDE:
            raise ShapeError(f'The "{name}" of a mask must be between 0 and {MAX_MASK_SIDE}.')
    if width * height > MAX_MASK_PIXELS:
        raise ShapeError(f"The box of a mask may have at most {MAX_MASK_PIXELS} pixels.")
    for index, count in enumerate(counts):
        if count < min(index, 1):
            raise ShapeError(
                f"Run length {index + 1} of the mask must be at least {min(index, 1)}."
            )
    total = sum(counts)
    if total != width * height:
        raise ShapeError(
            f"The run lengths of the mask add up to {total}, "
            f"but its box has {width * height} pixels."
        )
    return tightened(Mask(x, y, width, height, np.array(counts, dtype=np.uint32)))


def _whole(value: object) -> int | None:
    # JSON has one kind of number: 3.0 from one writer is 3 from another
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return None
