"""Label maps into regions: outline, area, centre, and where a text label can stand.

Coordinates are image pixels, origin at the top-left corner of the top-left pixel. Regions are
8-connected.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from annotation.measures.regions import minimum_region_area

__all__ = ["Region", "drop_small_regions", "find_regions", "minimum_region_area"]

# more label values than this are found by counting all at once
MANY_CHANNELS = 16


@dataclass(frozen=True, slots=True)
class Region:
    """One connected region of one structure.

    channel: label value. area_px: pixels of the frame. centroid and anchor: (x, y); the anchor is
    the pixel centre deepest inside, so that a label there is on the structure even where that is
    a crescent. contours: (n, 2) float32 rings of (x, y), the outer ring first, then holes; each
    runs a quarter pixel inside the region's edge, so that rasterising them by pixel centres under
    the even-odd rule gives back the region exactly.
    """

    channel: int
    area_px: int
    centroid: tuple[float, float]
    anchor: tuple[float, float]
    contours: tuple[NDArray[np.float32], ...]


def drop_small_regions(
    labels: NDArray[np.uint8],
    minimum_area: float,
    single: Collection[int] = (),
    boxes: Mapping[int, tuple[slice, slice]] | None = None,
) -> NDArray[np.uint8]:
    """Turn regions of fewer than minimum_area pixels into background; (H, W) uint8 -> a copy.

    Of the channels in `single`, of which anatomy has one, only the largest region is kept. boxes:
    the rows and columns that hold all of each channel, where they are known.
    """
    kept = labels.copy()
    if boxes is None:
        boxes = dict.fromkeys(_channels(labels), (slice(None), slice(None)))
    for channel, box in boxes.items():
        mask, top, left = _cropped(labels[box], channel)
        if not mask.size:
            continue
        count, components, statistics, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
        areas = statistics[:, cv2.CC_STAT_AREA]
        dropped = areas < minimum_area
        if channel in single and count > 2:
            dropped |= np.arange(count) != 1 + int(np.argmax(areas[1:]))
        dropped[0] = False
        if dropped.any():
            height, width = mask.shape
            kept[box][top : top + height, left : left + width][dropped[components]] = 0
    return kept


def find_regions(labels: NDArray[np.uint8], minimum_area: float = 0.0) -> tuple[Region, ...]:
    """Regions of at least minimum_area pixels in a label map (H, W): by channel, largest first."""
    found: list[Region] = []
    for channel in _channels(labels):
        mask, first_row, first_column = _cropped(labels, channel)
        _, components, statistics, centroids = cv2.connectedComponentsWithStats(
            mask, connectivity=8
        )
        order = np.argsort(-statistics[1:, cv2.CC_STAT_AREA], kind="stable") + 1
        for component in order:
            left, top, width, height, area = (int(value) for value in statistics[component])
            if area < minimum_area:
                continue
            box = (components[top : top + height, left : left + width] == component).view(np.uint8)
            centre_x, centre_y = centroids[component]
            found.append(
                Region(
                    channel=channel,
                    area_px=area,
                    centroid=(
                        first_column + float(centre_x) + 0.5,
                        first_row + float(centre_y) + 0.5,
                    ),
                    anchor=_anchor(box, first_column + left, first_row + top),
                    contours=_contours(box, first_column + left, first_row + top),
                )
            )
    return tuple(found)


def _channels(labels: NDArray[np.uint8]) -> list[int]:
    """The label values that occur, background left out, rising."""
    highest = int(labels.max(initial=0))
    if highest > MANY_CHANNELS:
        return [int(each) for each in np.flatnonzero(np.bincount(labels.ravel())) if each]
    # bincount first makes eight bytes of each pixel
    return [channel for channel in range(1, highest + 1) if (labels == channel).any()]


def _cropped(labels: NDArray[np.uint8], channel: int) -> tuple[NDArray[np.uint8], int, int]:
    """The channel's mask within its bounding box, and the box's top row and left column.

    Finding components costs by the pixel, and a structure fills little of a frame.
    """
    mask = (labels == channel).view(np.uint8)
    left, top, width, height = cv2.boundingRect(mask)
    return mask[top : top + height, left : left + width], top, left


def _anchor(box: NDArray[np.uint8], left: int, top: int) -> tuple[float, float]:
    # a frame's edge ends a structure too
    padded = cv2.copyMakeBorder(box, 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=0)
    _, _, _, (column, row) = cv2.minMaxLoc(cv2.distanceTransform(padded, cv2.DIST_L2, 3))
    return left + float(column) - 0.5, top + float(row) - 0.5


def _contours(box: NDArray[np.uint8], left: int, top: int) -> tuple[NDArray[np.float32], ...]:
    # OpenCV's contours run through pixel centres; on the doubled picture those centres lie a
    # quarter pixel inside the region's edge, which keeps thin regions from collapsing to a line.
    doubled = cv2.resize(box, None, fx=2, fy=2, interpolation=cv2.INTER_NEAREST)
    rings, hierarchy = cv2.findContours(doubled, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_SIMPLE)
    is_hole = hierarchy[0, :, 3] >= 0
    ordered = sorted(zip(is_hole, rings, strict=True), key=lambda pair: bool(pair[0]))
    offset = np.array([left, top], np.float32)
    return tuple(
        (ring.reshape(-1, 2).astype(np.float32) + np.float32(0.5)) / np.float32(2) + offset
        for _, ring in ordered
    )
