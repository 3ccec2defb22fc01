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
class BrightnessContrast:
    """Grey * contrast + brightness: contrast log-normal, brightness normal in grey values."""

    probability: float
    contrast_sigma: float = 0.2
    brightness_sigma: float = 12.0

    def shade(self, image: NDArray[np.uint8], rng: np.random.Generator) -> NDArray[np.uint8]:
        contrast = math.exp(rng.normal(0.0, self.contrast_sigma))
        shifted = np.arange(256) * contrast + rng.normal(0.0, self.brightness_sigma)
        table = np.rint(np.clip(shifted, 0.0, 255.0)).astype(np.uint8)
        return np.asarray(table[image], np.uint8)


@dataclass(frozen=True, slots=True)
class Attenuation:
    """Exponential loss of echo with depth, or its over-correction: grey * exp(-rate * depth).

    rate is normal with sigma rate_sigma per picture height; the gain at mid-depth stays 1.
    """

    probability: float
    rate_sigma: float = 0.6

    def shade(self, image: NDArray[np.uint8], rng: np.random.Generator) -> NDArray[np.uint8]:
        depth = (np.arange(image.shape[0], dtype=np.float32) + np.float32(0.5)) / image.shape[0]
        gain = np.exp(-np.float32(rng.normal(0.0, self.rate_sigma)) * (depth - np.float32(0.5)))
        return np.asarray(np.minimum(image * gain[:, None], np.float32(255.0)), np.uint8)


@dataclass(frozen=True, slots=True)
class Blur:
    """Gaussian blur: a poorer focus. sigma uniform up to maximum_sigma pixels."""

    probability: float
    maximum_sigma: float = 1.0

    def shade(self, image: NDArray[np.uint8], rng: np.random.Generator) -> NDArray[np.uint8]:
        sigma = rng.uniform(0.2, self.maximum_sigma)
        return np.asarray(cv2.GaussianBlur(image, (0, 0), sigma), np.uint8)


@dataclass(frozen=True, slots=True)
class Speckle:
    """Multiplicative noise, one normal factor a pixel, smoothed to the grain of speckle."""

    probability: float
    maximum_deviation: float = 0.25

    def shade(self, image: NDArray[np.uint8], rng: np.random.Generator) -> NDArray[np.uint8]:
        deviation = np.float32(rng.uniform(0.05, self.maximum_deviation))
        grain = cv2.GaussianBlur(rng.standard_normal(image.shape, np.float32), (0, 0), 0.7)
        # blurring by sigma 0.7 leaves 0.41 of the deviation
        factor = np.float32(1.0) + deviation / np.float32(0.41) * grain
        return np.asarray(np.clip(image * factor, 0.0, 255.0), np.uint8)


@dataclass(frozen=True, slots=True)
class MarkerDot:
    """A scanner's orientation dot beside the probe's face, bright, on either side.

    The real one stands on the side of the probe's marker and would tell left from right.
    """

    probability: float

    def shade(self, image: NDArray[np.uint8], rng: np.random.Generator) -> NDArray[np.uint8]:
        height, width = image.shape
        edge = rng.uniform(0.0, 0.12) * width
        column = edge if rng.random() < 0.5 else width - 1 - edge
        centre = (round(column), round(float(rng.uniform(0.0, 0.2)) * height))
        radius = max(1, round(float(rng.uniform(0.01, 0.03)) * height))
        marked = image.copy()
        cv2.circle(marked, centre, radius, int(rng.integers(90, 256)), cv2.FILLED)
        return marked


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
