"""Runs a list of augmentations on one image and its label map."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

import cv2
import numpy as np
from numpy.typing import NDArray


@runtime_checkable
class Warping(Protocol):
    """Moves pixels: maps sampling coordinates (x, y), each float32 (h, w)."""

    @property
    def probability(self) -> float: ...

    def warp(
        self, x: NDArray[np.float32], y: NDArray[np.float32], rng: np.random.Generator
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]: ...


@runtime_checkable
class Shading(Protocol):
    """Changes grey values in place: uint8 (h, w) -> uint8 (h, w)."""

    @property
    def probability(self) -> float: ...

    def shade(self, image: NDArray[np.uint8], rng: np.random.Generator) -> NDArray[np.uint8]: ...


Augmentation = Warping | Shading


def augment(
    image: NDArray[np.uint8],
    labels: NDArray[np.uint8],
    augmentations: Sequence[Augmentation],
    rng: np.random.Generator,
) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Augment a placed image (h, w) and its label map (h, w): same rng state, same result.

    Pixels are moved first (one remap for all warps, zeros from outside), then shaded. Labels are
    sampled by nearest neighbour and never shaded. The inputs are left as they are.
    """
    coordinates: tuple[NDArray[np.float32], NDArray[np.float32]] | None = None
    shadings: list[Shading] = []
    for augmentation in augmentations:
        if rng.random() >= augmentation.probability:
            continue
        if isinstance(augmentation, Warping):
            coordinates = augmentation.warp(*(coordinates or _pixel_centres(image.shape)), rng)
        else:
            shadings.append(augmentation)
    if coordinates is not None:
        # OpenCV counts from pixel centres, our coordinates from the picture's corner
        x, y = (each - np.float32(0.5) for each in coordinates)
        image = cv2.remap(image, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT)
        labels = cv2.remap(labels, x, y, cv2.INTER_NEAREST, borderMode=cv2.BORDER_CONSTANT)
    for shading in shadings:
        image = shading.shade(image, rng)
    return image, labels


def _pixel_centres(shape: tuple[int, ...]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    y, x = np.mgrid[0 : shape[0], 0 : shape[1]].astype(np.float32) + np.float32(0.5)
    return x, y
