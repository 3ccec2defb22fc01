"""Augmentations that change grey values and leave every pixel where it is.

`shade(image, rng)` takes and returns uint8 (h, w).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Gamma:
    """Grey ** gamma with a log-normal gamma: another gain curve. Black and white stay."""

    probability: float
    sigma: float

    def shade(self, image: NDArray[np.uint8], rng: np.random.Generator) -> NDArray[np.uint8]:
        gamma = math.exp(rng.normal(0.0, self.sigma))
        table = np.rint(255.0 * (np.arange(256) / 255.0) ** gamma).astype(np.uint8)
        return table[image]


@dataclass(frozen=True, slots=True)
class GaussianShadow:
    """A Gaussian-shaped dark patch, as a rib, gas or poor contact throws it (Smistad et al. 2018).

    Strength 0.3 to 0.9 at its centre; widths 10 to 40 % of the sides.
    """

    probability: float

    def shade(self, image: NDArray[np.uint8], rng: np.random.Generator) -> NDArray[np.uint8]:
        height, width = image.shape
        strength = rng.uniform(0.3, 0.9)
        down = _bell(height, rng.uniform(0.0, 1.0), rng.uniform(0.1, 0.4))
        across = _bell(width, rng.uniform(0.0, 1.0), rng.uniform(0.1, 0.4))
        # the bell is separable, so one outer product paints it
        light = np.float32(1.0) - np.float32(strength) * np.outer(down, across)
        return np.asarray(image * light, np.uint8)


@dataclass(frozen=True, slots=True)
class JpegCompression:
    """Blocks and ringing of a JPEG of quality minimum_quality to maximum_quality."""

    probability: float
    minimum_quality: int = 25
    maximum_quality: int = 85

    def shade(self, image: NDArray[np.uint8], rng: np.random.Generator) -> NDArray[np.uint8]:
        quality = int(rng.integers(self.minimum_quality, self.maximum_quality + 1))
        _, packed = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, quality])
        return np.asarray(cv2.imdecode(packed, cv2.IMREAD_GRAYSCALE), np.uint8)


def _bell(length: int, centre_share: float, width_share: float) -> NDArray[np.float32]:
    places = (np.arange(length, dtype=np.float32) + np.float32(0.5)) / np.float32(length)
    return np.asarray(np.exp(-0.5 * ((places - centre_share) / width_share) ** 2), np.float32)
