"""Augmentations that move pixels.

Each maps sampling coordinates: `warp(x, y, rng)` gets, for every output pixel (h, w), the image
coordinates it is sampled from so far (float32, pixel centres at +0.5), and returns new ones. The
pipeline samples once at the end.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

Coordinates = tuple[NDArray[np.float32], NDArray[np.float32]]


@dataclass(frozen=True, slots=True)
class Rotation:
    """Rotation about the picture's centre by up to maximum_degrees either way.

    Uniform, or normal with sigma_degrees and clipped where that is given.
    """

    probability: float
    maximum_degrees: float
    sigma_degrees: float | None = None

    def warp(
        self, x: NDArray[np.float32], y: NDArray[np.float32], rng: np.random.Generator
    ) -> Coordinates:
        if self.sigma_degrees is None:
            degrees = rng.uniform(-self.maximum_degrees, self.maximum_degrees)
        else:
            drawn = rng.normal(0.0, self.sigma_degrees)
            degrees = max(-self.maximum_degrees, min(self.maximum_degrees, drawn))
        angle = math.radians(degrees)
        cosine, sine = np.float32(math.cos(angle)), np.float32(math.sin(angle))
        centre_y, centre_x = np.float32(x.shape[0] / 2), np.float32(x.shape[1] / 2)
        across, down = x - centre_x, y - centre_y
        return (
            centre_x + cosine * across - sine * down,
            centre_y + sine * across + cosine * down,
        )


@dataclass(frozen=True, slots=True)
class Flip:
    """Left-right mirror; only where the anatomy may lie on either side."""

    probability: float

    def warp(
        self, x: NDArray[np.float32], y: NDArray[np.float32], rng: np.random.Generator
    ) -> Coordinates:
        del rng  # a mirror has nothing to draw
        return np.float32(x.shape[1]) - x, y


@dataclass(frozen=True, slots=True)
class ScaleShift:
    """Log-normal zoom about the centre and a uniform shift of up to shift_share of each side.

    anisotropy_sigma: log-normal stretch of the width against the height, 0 for none.
    """

    probability: float
    scale_sigma: float
    shift_share: float
    anisotropy_sigma: float = 0.0

    def warp(
        self, x: NDArray[np.float32], y: NDArray[np.float32], rng: np.random.Generator
    ) -> Coordinates:
        height, width = x.shape
        zoom = math.exp(rng.normal(0.0, self.scale_sigma))
        stretch = math.exp(rng.normal(0.0, self.anisotropy_sigma) / 2)
        across, along = np.float32(zoom * stretch), np.float32(zoom / stretch)
        right = np.float32(rng.uniform(-self.shift_share, self.shift_share) * width)
        down = np.float32(rng.uniform(-self.shift_share, self.shift_share) * height)
        centre_x, centre_y = np.float32(width / 2), np.float32(height / 2)
        return (
            centre_x + (x - centre_x) / across + right,
            centre_y + (y - centre_y) / along + down,
        )


@dataclass(frozen=True, slots=True)
class Shear:
    """Sideways shear about the picture's centre, uniform up to maximum_share of the height."""

    probability: float
    maximum_share: float

    def warp(
        self, x: NDArray[np.float32], y: NDArray[np.float32], rng: np.random.Generator
    ) -> Coordinates:
        share = np.float32(rng.uniform(-self.maximum_share, self.maximum_share))
        return x + share * (y - np.float32(x.shape[0] / 2)), y


@dataclass(frozen=True, slots=True)
class DepthCut:
    """Another depth setting: up to maximum_share of the depth is cut off, the rest enlarged.

    Enlarges about the middle of the top edge with the aspect kept, as a shallower scan would show.
    """

    probability: float
    maximum_share: float

    def warp(
        self, x: NDArray[np.float32], y: NDArray[np.float32], rng: np.random.Generator
    ) -> Coordinates:
        kept = np.float32(1.0 - rng.uniform(0.0, self.maximum_share))
        centre_x = np.float32(x.shape[1] / 2)
        return centre_x + (x - centre_x) * kept, y * kept


@dataclass(frozen=True, slots=True)
class Elastic:
    """Smooth random displacement, drawn on a coarse grid and interpolated with cubics.

    sigma_share: standard deviation of the grid's displacements as a share of the height.
    grid, columns: points of the grid down and across; as many across as down where columns is None.
    """

    probability: float
    sigma_share: float
    grid: int = 5
    columns: int | None = None

    def warp(
        self, x: NDArray[np.float32], y: NDArray[np.float32], rng: np.random.Generator
    ) -> Coordinates:
        height, width = x.shape
        coarse = rng.normal(
            0.0, self.sigma_share * height, (self.grid, self.columns or self.grid, 2)
        )
        moved = cv2.resize(
            coarse.astype(np.float32), (width, height), interpolation=cv2.INTER_CUBIC
        )
        return x + moved[..., 0], y + moved[..., 1]
