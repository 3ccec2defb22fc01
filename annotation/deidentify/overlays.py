"""What stands in a frame besides echoes and text: rulers, logos, marks, bars and panels."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from .redaction import Box
from .region import Flags, Scene

_INK = 25  # grey levels above the empty screen
_MOST = 40  # findings of one kind that are still worth a person's look
_TICKS = 5


@dataclass(frozen=True, slots=True)
class Ruler:
    """A row of ticks at equal distances: their box and the spacing in pixels."""

    box: Box
    is_vertical: bool
    ticks: int
    spacing: float
    confidence: float


def still_ink(seen: Scene) -> Flags:
    """Pixels well above the empty screen that, in a moving clip, do not change."""
    ink = seen.typical.astype(np.int16) > seen.ground + _INK
    if seen.is_moving:
        # a sharp edge in coded video trembles by a few levels
        ink &= seen.change < np.maximum(3.0, 0.06 * seen.typical)
    return np.asarray(ink, dtype=np.bool_)


def find_rulers(ink: Flags, outside: Flags) -> tuple[Ruler, ...]:
    """Depth and width rulers among still ink bool (H, W) where `outside` bool (H, W) is true."""
    upright = _rulers(ink & outside)
    lying = tuple(
        Ruler(
            Box(one.box.y0, one.box.x0, one.box.y1, one.box.x1),
            is_vertical=False,
            ticks=one.ticks,
            spacing=one.spacing,
            confidence=one.confidence,
        )
        for one in _rulers((ink & outside).T)
    )
    return upright + lying


def find_still_patches(ink: Flags, elsewhere: Flags) -> tuple[Box, ...]:
    """Boxes of what stands still where `elsewhere` bool (H, W) is true, the largest first."""
    pixels = (ink & elsewhere).astype(np.uint8)
    side = max(5, min(ink.shape) // 60) | 1
    joined = cv2.dilate(pixels, np.ones((side, side), dtype=np.uint8))
    count, labels, _, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    labels = labels * pixels
    sizes = np.bincount(labels.ravel(), minlength=count)
    sizes[0] = 0
    boxes = []
    for index in np.argsort(sizes)[::-1][:_MOST]:
        if sizes[index] < 12:
            break
        boxes.append(_tight(labels == index))
    return tuple(boxes)


def find_marks(seen: Scene, region: Flags, box: Box) -> tuple[Box, ...]:
    """Evenly filled small marks on the rim of the picture: orientation dots and logos.

    Echoes are nowhere of one grey. `region` bool (H, W) is the picture, `box` its box.
    """
    height, width = seen.typical.shape
    smooth = cv2.medianBlur(seen.typical, 3)
    window = np.ones((3, 3), dtype=np.uint8)
    flat = (cv2.dilate(smooth, window) - cv2.erode(smooth, window)) <= 6
    flat &= smooth.astype(np.int16) > seen.ground + 50
    if seen.is_moving:
        flat &= seen.change < 3
    rim = max(12, round(0.14 * min(box.width, box.height)))
    near = region.copy()
    near[box.y0 + rim : box.y1 - rim, box.x0 + rim : box.x1 - rim] = False
    pixels = (flat & near).astype(np.uint8)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(pixels, connectivity=4)
    marks = []
    for index in range(1, count):
        x, y, w, h, area = (int(value) for value in stats[index])
        if not 20 <= area <= 0.004 * height * width or max(w, h) > 2.2 * min(w, h):
            continue
        if area < 0.6 * w * h:
            continue
        found = Box(x, y, x + w, y + h).grown(2, height, width)
        around = found.grown(2, height, width)
        ring = np.ones((around.height, around.width), dtype=np.bool_)
        ring[
            found.y0 - around.y0 : found.y1 - around.y0, found.x0 - around.x0 : found.x1 - around.x0
        ] = False
        beyond = seen.typical[around.y0 : around.y1, around.x0 : around.x1][ring]
        own = float(np.median(smooth[labels == index]))
        if own >= 40 + float(np.percentile(beyond, 75)):
            marks.append(found)
    return tuple(marks[:_MOST])


def find_still_rims(seen: Scene, region: Flags, box: Box) -> tuple[Box, ...]:
    """What stands still at the sides of a moving picture: grey bars, digits of a ruler, arrows.

    `region` bool (H, W) is the picture, `box` its box. The upper end is left out: skin under the
    probe stands still too. Nothing in a clip without motion, where all does.
    """
    if not seen.is_moving:
        return ()
    height, width = seen.typical.shape
    around = cv2.blur(seen.change, (25, 25))
    still = still_ink(seen) & region & (seen.change < 0.35 * around)
    rim = max(12, round(0.06 * box.width))
    top = box.y0 + max(12, round(0.08 * box.height))
    near = np.zeros_like(still)
    near[top : box.y1, box.x0 : box.x0 + rim] = True
    near[top : box.y1, box.x1 - rim : box.x1] = True
    pixels = np.asarray(still & near, dtype=np.uint8)
    joined = cv2.dilate(pixels, np.ones((5, 5), dtype=np.uint8))
    count, labels, _, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    labels = labels * pixels
    sizes = np.bincount(labels.ravel(), minlength=count)
    sizes[0] = 0
    largest = [int(index) for index in np.argsort(sizes)[::-1][:8] if sizes[index] >= 25]
    return tuple(_tight(labels == index).grown(2, height, width) for index in largest)


def _rulers(ink: Flags) -> tuple[Ruler, ...]:
    """Rulers whose ticks stand one above the other."""
    height, width = ink.shape
    pixels = ink.astype(np.uint8)
    # the line along the ticks joins them to one piece; without it they are apart
    long = np.ones((max(15, height // 30), 1), dtype=np.uint8)
    ticks = pixels & ~cv2.dilate(cv2.morphologyEx(pixels, cv2.MORPH_OPEN, long), np.ones((1, 3)))
    count, _, stats, centres = cv2.connectedComponentsWithStats(ticks, connectivity=8)
    small = [
        index
        for index in range(1, count)
        if stats[index, cv2.CC_STAT_HEIGHT] <= max(5, height // 90)
        and 1 <= stats[index, cv2.CC_STAT_WIDTH] <= max(18, width // 30)
    ]
    if len(small) < _TICKS:
        return ()
    left = stats[small, cv2.CC_STAT_LEFT]
    right = left + stats[small, cv2.CC_STAT_WIDTH]
    middle = centres[small, 1]
    found: list[Ruler] = []
    taken = np.zeros(len(small), dtype=np.bool_)
    for side in (left, right, (left + right) // 2):
        for place in np.unique(side):
            members = np.flatnonzero((np.abs(side - place) <= 1) & ~taken)
            if len(members) < _TICKS:
                continue
            members = members[np.argsort(middle[members])]
            regular = _regular(middle[members])
            if regular is None:
                continue
            chosen, spacing, share = regular
            own = members[chosen]
            taken[own] = True
            rows = np.concatenate((stats[small, 1][own], (stats[small, 1] + stats[small, 3])[own]))
            box = Box(int(left[own].min()), int(rows.min()), int(right[own].max()), int(rows.max()))
            found.append(
                Ruler(box, is_vertical=True, ticks=len(own), spacing=spacing, confidence=share)
            )
    return tuple(found)


def _regular(
    places: NDArray[np.float64],
) -> tuple[NDArray[np.int64], float, float] | None:
    """Which of the sorted places stand at equal distances, the distance, and how regularly.

    None when fewer than five do. One tick may be missing here and there (hidden by a number).
    """
    gaps = np.diff(places)
    gaps = gaps[gaps > 3]
    if len(gaps) < _TICKS - 1:
        return None
    spacing = float(np.median(gaps))
    best: NDArray[np.int64] = np.zeros(0, dtype=np.int64)
    for start in places:
        offset = (places - start) / spacing
        fits = np.flatnonzero(np.abs(offset - np.round(offset)) * spacing <= 1.6)
        if len(fits) > len(best):
            best = fits
    if len(best) < _TICKS:
        return None
    steps = round(float(places[best[-1]] - places[best[0]]) / spacing)
    share = len(best) / max(len(places), steps + 1)
    if share < 0.7:
        return None
    return best, float(places[best[-1]] - places[best[0]]) / max(steps, 1), round(share, 3)


def _tight(pixels: Flags) -> Box:
    rows, columns = np.flatnonzero(pixels.any(axis=1)), np.flatnonzero(pixels.any(axis=0))
    return Box(int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1)
