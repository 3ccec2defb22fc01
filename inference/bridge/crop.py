"""Borders with names and dates are cut off before a frame leaves this machine."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

LEAST_SIDE, MOST_SIDE = 16, 2048


@dataclass(frozen=True, slots=True)
class Crop:
    """A rectangle in image pixels, x1 and y1 just outside; of the source's own frame."""

    x0: int
    y0: int
    x1: int
    y1: int

    def text(self) -> str:
        """As it is given on the command line."""
        return f"{self.x0},{self.y0},{self.x1},{self.y1}"

    def apply(self, grey: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """The rectangle as an array of its own; of a smaller frame what lies within it.

        Where nothing of the frame lies within, a black frame: never the uncropped one.
        """
        inside = grey[self.y0 : self.y1, self.x0 : self.x1]
        if min(inside.shape) < LEAST_SIDE:
            return np.zeros((LEAST_SIDE, LEAST_SIDE), np.uint8)
        return np.ascontiguousarray(inside)


def parse_crop(text: str) -> Crop:
    """`x0,y0,x1,y1` in pixels. Raises ValueError with a sentence."""
    parts = text.split(",")
    if len(parts) != 4 or not all(part.strip().isdecimal() for part in parts):
        raise ValueError("A crop is four whole numbers of pixels: x0,y0,x1,y1.")
    x0, y0, x1, y1 = (int(part) for part in parts)
    if x1 - x0 < LEAST_SIDE or y1 - y0 < LEAST_SIDE:
        raise ValueError(f"A crop is at least {LEAST_SIDE} pixels wide and high, x1 > x0, y1 > y0.")
    return Crop(x0, y0, x1, y1)


def find_sector(grey: NDArray[np.uint8]) -> Crop | None:
    """The largest lit region of a frame (H, W), with text and scales beside it left out.

    For proposing a crop that a person then looks at; None where nothing stands out.
    """
    import cv2

    lit = (cv2.GaussianBlur(grey, (0, 0), 2.0) > 12).astype(np.uint8)
    side = max(3, min(grey.shape) // 60) | 1
    # opening parts the sector from lines and letters that touch it
    opened = cv2.morphologyEx(lit, cv2.MORPH_OPEN, np.ones((side, side), np.uint8))
    count, _, boxes, _ = cv2.connectedComponentsWithStats(opened, connectivity=8)
    if count < 2:
        return None
    best = 1 + int(np.argmax(boxes[1:, cv2.CC_STAT_AREA]))
    x, y, width, height, area = (int(each) for each in boxes[best])
    if area < 0.05 * grey.size or min(width, height) < LEAST_SIDE:
        return None
    return Crop(x, y, x + width, y + height)


def fitted(
    grey: NDArray[np.uint8], microns_per_pixel: float
) -> tuple[NDArray[np.uint8], float] | None:
    """The frame within the sides that a message takes, and its scale; None for one too small."""
    height, width = grey.shape
    if min(height, width) < LEAST_SIDE:
        return None
    size = fitted_size(width, height)
    if size == (width, height):
        return grey, microns_per_pixel
    import cv2

    smaller = np.asarray(cv2.resize(grey, size, interpolation=cv2.INTER_AREA), np.uint8)
    return smaller, microns_per_pixel * width / size[0]


def fitted_size(width: int, height: int) -> tuple[int, int]:
    """Width and height of a frame as it is sent: a message takes no longer sides."""
    longest = max(height, width)
    if longest <= MOST_SIDE:
        return width, height
    factor = MOST_SIDE / longest
    return max(LEAST_SIDE, round(width * factor)), max(LEAST_SIDE, round(height * factor))


CropFrame = Callable[[NDArray[np.uint8]], NDArray[np.uint8]]
