"""Shapes of tissue in millimetres: closed outlines and curves that run across the picture.

Coordinates: x grows to the right with 0 at the middle of the probe, y grows with depth from 0 at
the probe face.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]


class Box(NamedTuple):
    """Axis-aligned extent in millimetres."""

    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True, slots=True)
class Outline:
    """A closed contour, star-shaped about its centre.

    In the frame of an ellipse (semi-axes `half_width`, `half_height`, turned by `tilt` radians,
    positive from x towards y) the contour is a radius for each of `len(radii)` equally spaced
    angles; a plain ellipse has every radius 1.
    """

    x: float
    y: float
    half_width: float
    half_height: float
    tilt: float = 0.0
    radii: tuple[float, ...] = (1.0, 1.0, 1.0, 1.0)

    def box(self, margin: float = 1.0) -> Box:
        """Return the extent of the contour scaled by `margin` about its centre."""
        reach = margin * max(self.radii)
        cosine, sine = np.cos(self.tilt), np.sin(self.tilt)
        dx = reach * float(np.hypot(self.half_width * cosine, self.half_height * sine))
        dy = reach * float(np.hypot(self.half_width * sine, self.half_height * cosine))
        return Box(self.x - dx, self.y - dy, self.x + dx, self.y + dy)

    def rho(self, x: Floats, y: Floats) -> Floats:
        """Return the scaled radius of points (mm): below 1 inside, 1 on the contour, above 1
        outside.
        """
        cosine, sine = np.float32(np.cos(self.tilt)), np.float32(np.sin(self.tilt))
        dx, dy = x - np.float32(self.x), y - np.float32(self.y)
        u = (dx * cosine + dy * sine) / np.float32(self.half_width)
        v = (dy * cosine - dx * sine) / np.float32(self.half_height)
        return (np.hypot(u, v) / self._radius(np.arctan2(v, u))).astype(np.float32)

    def area_mm2(self) -> float:
        """Return the enclosed area in square millimetres."""
        angles = np.linspace(0, 2 * np.pi, 1440, endpoint=False).astype(np.float32)
        unit = 0.5 * float(np.mean(self._radius(angles) ** 2)) * 2 * np.pi
        return unit * self.half_width * self.half_height

    def _radius(self, angle: Floats) -> Floats:
        count = len(self.radii)
        table = np.asarray((*self.radii, self.radii[0]), np.float32)
        turn = 2 * np.pi
        place = np.asarray(np.mod(angle, turn) * (count / turn), np.float32)
        below = np.minimum(place.astype(np.int32), count - 1)
        part = (place - below).astype(np.float32)
        return np.asarray(table[below] * (1 - part) + table[below + 1] * part, np.float32)


@dataclass(frozen=True, slots=True)
class Curve:
    """A line across the picture: depth in mm as a function of x in mm (straight part, one bow,
    waves).
    """

    depth: float
    slope: float = 0.0
    bow: float = 0.0
    bow_x: float = 0.0
    bow_width: float = 10.0
    waves: tuple[tuple[float, float, float], ...] = ()
    """(amplitude mm, wavelength mm, phase radians) of each wave."""

    def y(self, x: Floats) -> Floats:
        """Return the depth in mm at each x in mm."""
        depth = self.depth + self.slope * x
        depth = depth + self.bow * np.exp(-0.5 * ((x - self.bow_x) / self.bow_width) ** 2)
        for amplitude, wavelength, phase in self.waves:
            depth = depth + amplitude * np.sin(2 * np.pi * x / wavelength + phase)
        return np.asarray(depth, np.float32)


def wobbly_radii(rng: np.random.Generator, roughness: float, count: int = 96) -> tuple[float, ...]:
    """Return radii near 1 made of the second to fifth harmonic; `roughness` is about their standard
    deviation.
    """
    angles = np.linspace(0, 2 * np.pi, count, endpoint=False)
    radii = np.ones(count)
    for order in range(2, 6):
        radii += rng.normal(0, roughness / (order - 1)) * np.cos(
            order * angles + rng.uniform(0, 2 * np.pi)
        )
    return tuple(float(r) for r in np.clip(radii, 0.6, 1.4))


def teardrop_radii(
    rng: np.random.Generator, tail: float = 1.0, count: int = 128
) -> tuple[float, ...]:
    """Return radii of a drop within the unit ellipse: blunt towards +x, drawn out to a tip towards
    -x.

    `tail` above 0 sharpens the tip. The contour is v = +-(1 + u) ** tail scaled to reach the
    ellipse on the blunt side.
    """
    parameter = np.linspace(0, 2 * np.pi, 2048, endpoint=False)
    u = np.cos(parameter)
    v = np.sin(parameter) * ((1 + u) / 2) ** (0.5 * tail) * 1.25
    u = (
        u - 0.18
    )  # the star's centre lies in the blunt part, so that every ray meets the contour once
    angles = np.mod(np.arctan2(v, u), 2 * np.pi)
    order = np.argsort(angles)
    wanted = np.linspace(0, 2 * np.pi, count, endpoint=False)
    radii = np.interp(wanted, angles[order], np.hypot(u, v)[order], period=2 * np.pi)
    radii *= 1 + rng.normal(0, 0.03) * np.cos(3 * wanted + rng.uniform(0, 2 * np.pi))
    return tuple(float(r) for r in radii)
