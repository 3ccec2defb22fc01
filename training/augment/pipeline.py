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
    """Augment a placed image (h, w) and its label map (d * h, d * w): same rng state, same result.

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
        finer = labels.shape[0] // image.shape[0]
        image = _sampled(image, coordinates, cv2.INTER_LINEAR)
        if finer > 1:
            size = (labels.shape[1], labels.shape[0])
            coordinates = (
                finer * cv2.resize(coordinates[0], size, interpolation=cv2.INTER_LINEAR),
                finer * cv2.resize(coordinates[1], size, interpolation=cv2.INTER_LINEAR),
            )
        labels = _sampled(labels, coordinates, cv2.INTER_NEAREST)
    for shading in shadings:
        image = shading.shade(image, rng)
    return image, labels


def _sampled(
    picture: NDArray[np.uint8],
    coordinates: tuple[NDArray[np.float32], NDArray[np.float32]],
    interpolation: int,
) -> NDArray[np.uint8]:
    if picture.ndim == 3:  # shares of readers, a layer a structure
        layers = [
            _sampled(np.ascontiguousarray(picture[..., place]), coordinates, interpolation)
            for place in range(picture.shape[2])
        ]
        return np.stack(layers, axis=-1)
    # OpenCV counts from pixel centres, our coordinates from the picture's corner
    x, y = (each - np.float32(0.5) for each in coordinates)
    sampled = cv2.remap(picture, x, y, interpolation, borderMode=cv2.BORDER_CONSTANT)
    return np.asarray(sampled, np.uint8)


def _pixel_centres(shape: tuple[int, ...]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    y, x = np.mgrid[0 : shape[0], 0 : shape[1]].astype(np.float32) + np.float32(0.5)
    return x, y
