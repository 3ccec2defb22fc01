"""Where the ultrasound picture stands in a frame: the rectangle of a linear probe or the sector of
a curved or phased one.

Echo texture fills its region densely, is nowhere flat, and changes from frame to frame; what a
scanner's screen puts around it is thin, flat or still. So pixels that are textured or change are
counted in a window, and what is filled over more than the height of a line of text is the picture.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from .redaction import Box, Grey

Flags = NDArray[np.bool_]
Corners = tuple[tuple[float, float], ...]

_TEXTURE = 4  # grey levels within 5x5 pixels that video coding leaves on a flat ground
_CHANGE = 1.5  # standard deviation over time above that of coding noise
_REST = 0.3  # echoes never rest; a coded still ground mostly does
_SECTOR_FILL = 0.93  # a rectangle's hull fills its box but for noise
_LEAST_SHARE = 0.01  # of the frame's pixels; a smaller patch is no picture
_FAINT = 0.6  # of a row of the picture is above the ground, of coding noise about half
_BESIDE = 0.5  # a second picture beside the first is at least this much of it


@dataclass(frozen=True, slots=True)
class Scene:
    """Samples of one clip, summed up once for all finders.

    `typical` uint8 (H, W): median over the samples. `change` float32 (H, W): standard deviation
    over time, all 0 when there is one sample or the clip stands still. `ground`: the grey level of
    the empty screen.
    """

    samples: tuple[Grey, ...]
    typical: Grey
    change: NDArray[np.float32]
    ground: int

    @property
    def is_moving(self) -> bool:
        """True when enough of the picture changes to tell it from what stands still."""
        return float((self.change > _CHANGE).mean()) > _LEAST_SHARE


@dataclass(frozen=True, slots=True)
class Region:
    """The ultrasound picture: its box, and its outline where it is a sector.

    `corners` is a polygon in source pixels around the sector, None for a rectangle.
    """

    box: Box
    corners: Corners | None
    confidence: float


def scene(samples: tuple[Grey, ...]) -> Scene:
    """Sum up samples uint8 (H, W), all of one size, at least one."""
    stack = np.stack(samples)
    typical = np.median(stack, axis=0).astype(np.uint8) if len(stack) > 1 else stack[0]
    change = stack.std(axis=0, dtype=np.float32)
    return Scene(samples, typical, change, _ground(typical))


def find_region(seen: Scene, written: Flags, within: Box | None = None) -> Region | None:
    """The ultrasound picture, None where there is none to be told.

    `written` bool (H, W) marks text, which counts as no echo. `within`: the box of the picture when
    the file states it; then only the sector inside is looked for.
    """
    height, width = seen.typical.shape
    active = _texture(seen.typical) > _TEXTURE
    if seen.is_moving:
        active &= seen.change > _REST
        active |= seen.change > _CHANGE
    limit = within or Box(0, 0, width, height)
    known = ~written
    if within is not None:
        known &= _filled(within, height, width)
        active &= known
    dense = _bridged(_dense(active & known, known), written)
    body = _body(dense, seen)
    if body is None:
        return None if within is None else Region(within, None, 1.0)
    lit = _lit(seen)
    margin = max(3, round(0.008 * min(height, width)))
    whole = within or _extended(_box(body), lit, known)
    parts = _narrow_parts(dense, body) | (lit & known & _filled(whole, height, width))
    corners = _sector(body, parts, limit, margin)
    if within is not None:
        return Region(within, corners, 1.0)
    confidence = _confidence(body & known, active, seen)
    if corners is not None:
        return Region(_polygon_box(corners, height, width), corners, confidence)
    return Region(_extended(_box(_trimmed(body)), lit, known), None, confidence)


def _ground(typical: Grey) -> int:
    """The darkest grey that many flat places share; 0 when hardly any place is flat."""
    flat = _texture(typical) <= 2
    levels = np.bincount(typical[flat], minlength=256)[:96]
    common = np.flatnonzero(levels > 0.02 * typical.size)
    # panels, colour bars and the dark depth of the picture are flat too, and brighter
    return int(common[0]) if len(common) else 0


def _texture(grey: Grey) -> Grey:
    """Range of grey levels within 5x5 pixels."""
    window = np.ones((5, 5), dtype=np.uint8)
    return np.asarray(cv2.dilate(grey, window) - cv2.erode(grey, window), dtype=np.uint8)


def _lit(seen: Scene) -> Flags:
    """Pixels above the empty screen, however faintly; in a moving clip no bright ones that rest."""
    above = seen.typical.astype(np.int16) - seen.ground
    if not seen.is_moving:
        return np.asarray(above > 1, dtype=np.bool_)
    # coding noise of videos lifts an empty screen by a level or two; echoes never quite rest
    return np.asarray((above > 2) & (seen.change > _REST), dtype=np.bool_)


def _dense(active: Flags, known: Flags) -> Flags:
    """Where more than half of the known pixels of a window are active.

    Pixels under text say nothing; what surrounds the text decides for them.
    """
    side = max(5, min(active.shape) // 32) | 1
    share = np.zeros(active.shape, dtype=np.float32)
    # from the widest window to the closest, each where it knows enough
    for window in (5 * side, side):
        size = (window, window)
        weight = cv2.blur(known.astype(np.float32), size, borderType=cv2.BORDER_REFLECT)
        value = cv2.blur(active.astype(np.float32), size, borderType=cv2.BORDER_REFLECT)
        share = np.where(weight > 0.4, value / np.maximum(weight, 0.01), share)
    return np.asarray(share > 0.5, dtype=np.bool_)


def _bridged(dense: Flags, written: Flags) -> Flags:
    """With what lies under a line of text where the picture goes on above and below it.

    A line from side to side would else cut the picture in two.
    """
    side = max(5, min(dense.shape) // 32) | 1
    near = cv2.dilate(written.astype(np.uint8), np.ones((2 * side + 1, 2 * side + 1), np.uint8))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(near, connectivity=4)
    # other lines of text beside the picture are dense too, but thin
    solid = _opened(dense, _thickness(dense.shape)) > 0
    bridged = dense.copy()
    for index in range(1, count):
        x, y, w, h = (int(value) for value in stats[index, :4])
        columns = slice(x, x + w)
        above = solid[max(y - side, 0) : y, columns].any(axis=0)
        below = solid[y + h : y + h + side, columns].any(axis=0)
        own = labels[y : y + h, columns] == index
        bridged[y : y + h, columns] |= own & (above & below)
    return bridged


def _opened(dense: Flags, side: int) -> NDArray[np.uint8]:
    """Without what is narrower than `side` pixels; the frame's edge counts as more of the same."""
    kernel = np.ones((side, side), dtype=np.uint8)
    opened = cv2.morphologyEx(
        dense.astype(np.uint8), cv2.MORPH_OPEN, kernel, borderType=cv2.BORDER_REPLICATE
    )
    return np.asarray(opened, dtype=np.uint8)


def _thickness(shape: tuple[int, ...]) -> int:
    """Pixels that no line of text, ruler or bar of a screen is thick."""
    return max(9, min(shape) // 14) | 1


def _narrow_parts(dense: Flags, body: Flags) -> Flags:
    """The patch with its narrow ends, as a phased probe's sector has at the top."""
    opened = _opened(dense, max(5, _thickness(dense.shape) // 3) | 1)
    _, labels = cv2.connectedComponents(opened, connectivity=4)
    own = np.unique(labels[body])
    return np.asarray(np.isin(labels, own[own > 0]), dtype=np.bool_)


def _body(dense: Flags, seen: Scene) -> Flags | None:
    """The densely filled patch, or two such side by side."""
    height, width = dense.shape
    solid = _opened(dense, _thickness(dense.shape))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(solid, connectivity=4)
    if count < 2:
        return None
    weights = np.zeros(count)
    for index in range(1, count):
        x, y, w, h, area = (int(value) for value in stats[index])
        window = (slice(y, y + h), slice(x, x + w))
        own = labels[window] == index
        moving = float((seen.change[window][own] > _CHANGE).mean())
        # where the clip moves, a patch that stands still is part of the screen
        weights[index] = area * (0.05 + moving) if seen.is_moving else area
    best = int(weights.argmax())
    if stats[best, cv2.CC_STAT_AREA] < _LEAST_SHARE * height * width:
        return None
    chosen = [best]
    top, rows = stats[best, cv2.CC_STAT_TOP], stats[best, cv2.CC_STAT_HEIGHT]
    for index in range(1, count):
        if index == best or weights[index] < _BESIDE * weights[best]:
            continue
        low, high = stats[index, cv2.CC_STAT_TOP], stats[index, cv2.CC_STAT_HEIGHT]
        shared = min(top + rows, low + high) - max(top, low)
        if shared > 0.7 * min(rows, high):
            chosen.append(index)
    return np.asarray(np.isin(labels, chosen), dtype=np.bool_)


def _trimmed(body: Flags) -> Flags:
    """The patch without what sticks out of it: a logo or a bar that touches the picture."""
    kept = _opened(body, max(3, int(0.15 * float(body.sum()) ** 0.5)) | 1) > 0
    return np.asarray(kept, dtype=np.bool_) if kept.any() else body


def _extended(box: Box, lit: Flags, known: Flags) -> Box:
    """Move each side out while the rows or columns beyond it are faintly lit.

    Depth is dark long before it ends, and a texture window blurs the sides by a few pixels.
    """
    height, width = lit.shape
    gap = max(2, min(height, width) // 160)
    lit = lit & known
    part = slice(box.x0, box.x1)
    rows = lit[:, part].sum(axis=1) > _FAINT * np.maximum(known[:, part].sum(axis=1), 1)
    y0, y1 = _reach(rows, box.y0, box.y1, gap)
    columns = lit[y0:y1].sum(axis=0) > _FAINT * np.maximum(known[y0:y1].sum(axis=0), 1)
    x0, x1 = _reach(columns, box.x0, box.x1, gap)
    return Box(x0, y0, x1, y1)


def _reach(filled: Flags, start: int, stop: int, gap: int) -> tuple[int, int]:
    """Widen [start, stop) over filled places, stepping over dark ones up to `gap` long."""
    at = stop
    while at < len(filled) and at - stop < gap:
        at += 1
        if filled[at - 1]:
            stop = at
    at = start
    while at > 0 and start - at < gap:
        at -= 1
        if filled[at]:
            start = at
    return start, stop


def _sector(body: Flags, parts: Flags, limit: Box, margin: int) -> Corners | None:
    """The outline of a sector or trapezoid, None when the picture is a rectangle."""
    # faint parts count when they hang together with the body
    joined = cv2.morphologyEx(
        (parts | body).astype(np.uint8), cv2.MORPH_OPEN, np.ones((3, 3), dtype=np.uint8)
    )
    joined = cv2.morphologyEx(joined, cv2.MORPH_CLOSE, np.ones((9, 9), dtype=np.uint8))
    _, labels = cv2.connectedComponents(joined, connectivity=4)
    own = np.unique(labels[body])
    part = np.isin(labels, own[own > 0]).astype(np.uint8)
    outlines, _ = cv2.findContours(part, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    if not outlines:
        return None
    hull = cv2.convexHull(np.concatenate(outlines))
    x, y, w, h = cv2.boundingRect(hull)
    if cv2.contourArea(hull) > _SECTOR_FILL * (w - 1) * (h - 1):
        return None
    corner_w, corner_h = max(w // 6, 2), max(h // 8, 2)
    filled = np.zeros(part.shape, dtype=np.uint8)
    cv2.fillConvexPoly(filled, hull, 1)
    left = filled[y : y + corner_h, x : x + corner_w].mean()
    right = filled[y : y + corner_h, x + w - corner_w : x + w].mean()
    # a sector lacks both upper corners; a shadow at one side of a rectangle takes one
    if max(left, right) > 0.75 or min(left, right) > 0.6:
        return None
    cv2.fillConvexPoly(filled, _symmetric(hull), 1)
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * margin + 1,) * 2)
    grown = cv2.dilate(filled, disc)
    outlines, _ = cv2.findContours(grown, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    edge = cv2.approxPolyDP(cv2.convexHull(np.concatenate(outlines)), 0.7, closed=True)[:, 0]
    # contour points are pixel indices; their centres are half a pixel on
    return tuple(
        (
            min(max(float(px) + 0.5, limit.x0), limit.x1),
            min(max(float(py) + 0.5, limit.y0), limit.y1),
        )
        for px, py in edge
    )


def _symmetric(hull: NDArray[np.int32]) -> NDArray[np.int32]:
    """The hull with its mirror image about the probe's axis.

    A side without echoes is dark, and a sector is symmetric about the middle of its upper end.
    """
    points = hull[:, 0]
    top, bottom = points[:, 1].min(), points[:, 1].max()
    upper = points[points[:, 1] <= top + max((bottom - top) // 40, 1)]
    twice_axis = int(upper[:, 0].min() + upper[:, 0].max())
    mirrored = points.copy()
    mirrored[:, 0] = twice_axis - points[:, 0]
    return np.asarray(cv2.convexHull(np.concatenate((points, mirrored))), dtype=np.int32)


def _confidence(body: Flags, active: Flags, seen: Scene) -> float:
    """How well the patch is filled and, in a moving clip, how much of it changes; 0 to 1."""
    filled = float(active[body].mean())
    if not seen.is_moving:
        return round(0.8 * filled, 3)
    return round(filled * (0.5 + 0.5 * float((seen.change[body] > _CHANGE).mean())), 3)


def _filled(box: Box, height: int, width: int) -> Flags:
    inside = np.zeros((height, width), dtype=np.bool_)
    inside[box.y0 : box.y1, box.x0 : box.x1] = True
    return inside


def _box(body: Flags) -> Box:
    rows, columns = np.flatnonzero(body.any(axis=1)), np.flatnonzero(body.any(axis=0))
    return Box(int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1)


def _polygon_box(corners: Corners, height: int, width: int) -> Box:
    xs, ys = [x for x, _ in corners], [y for _, y in corners]
    return Box(
        max(int(min(xs)), 0),
        max(int(min(ys)), 0),
        min(int(max(xs)) + 1, width),
        min(int(max(ys)) + 1, height),
    )
