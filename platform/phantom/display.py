"""From echoes to grey: what attenuates on the way, the time gain, noise, and log compression to 8
bits.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from phantom.geometry import Floats

_NEPER_PER_DB = np.log(10) / 20
_DEEPEST_SHADOW_DB = -30.0


@dataclass(frozen=True, slots=True)
class ScannerLook:
    """How one scanner and its settings turn echo level into grey."""

    gain_db: float
    dynamic_range_db: float
    floor_db: float
    """Echo level shown as black before gain."""
    noise_db: float
    """Electronic noise at the probe face; time gain raises it with depth."""
    fall_db_per_mm: float
    """Attenuation that the time gain leaves uncompensated."""
    time_gain_db_per_mm: float
    contact_left: float
    contact_right: float
    """Share of the aperture at each edge that has poor contact with the skin."""
    haze_db: float
    """Near-field reverberation at the probe face."""
    speckle_scale: float
    smoothing_mm: float
    """Speckle reduction on the log-compressed picture: standard deviation across the beam."""

    @staticmethod
    def draw(rng: np.random.Generator) -> ScannerLook:
        """Draw a scanner: gain, dynamic range, noise, contact and resolution vary."""
        edge = rng.random(2) < 0.3
        return ScannerLook(
            gain_db=float(rng.normal(0, 2.5)),
            dynamic_range_db=float(rng.uniform(52, 66)),
            floor_db=float(rng.uniform(-29, -25)),
            noise_db=float(rng.uniform(-38, -31)),
            fall_db_per_mm=float(rng.uniform(0.06, 0.3)),
            time_gain_db_per_mm=float(rng.uniform(0.05, 0.18)),
            contact_left=float(edge[0] * rng.uniform(0.02, 0.14)),
            contact_right=float(edge[1] * rng.uniform(0.02, 0.14)),
            haze_db=float(rng.uniform(-8, 4)),
            speckle_scale=float(rng.uniform(0.8, 1.25)),
            smoothing_mm=float(rng.uniform(0.07, 0.16)),
        )


def static_gain_db(look: ScannerLook, height: int, width: int, mm_per_pixel: float) -> Floats:
    """Return float32 (H, W): time gain left over at each depth and loss at the edges of the
    aperture, in decibels.
    """
    depth = (np.arange(height) + 0.5) * mm_per_pixel
    rows = -look.fall_db_per_mm * depth + 3.0 * np.exp(-(((depth - 9) / 9) ** 2))
    across = (np.arange(width) + 0.5) / width
    columns = np.zeros(width)
    for share, place in ((look.contact_left, across), (look.contact_right, 1 - across)):
        if share > 0:
            columns -= 24 / (1 + np.exp((place - share) / (0.25 * share + 0.01)))
    return np.asarray(rows[:, None] + columns[None, :], np.float32)


def noise_gain(look: ScannerLook, height: int, mm_per_pixel: float) -> Floats:
    """Return float32 (H, 1, 1): amplitude of the electronic noise at each depth after time gain."""
    depth = (np.arange(height) + 0.5) * mm_per_pixel
    level = look.noise_db + look.time_gain_db_per_mm * depth
    return np.asarray(10 ** (level / 20), np.float32)[:, None, None]


def path_gain_db(attenuation_db_per_mm: Floats, step_mm: float) -> Floats:
    """Return the gain in decibels of sound on its way to each sample: minus the running sum of
    attenuation down each column.

    Half a step is counted at the sample itself. Shadows stop at -30 dB, enhancement at +9 dB.
    """
    total = np.cumsum(attenuation_db_per_mm, axis=0, dtype=np.float32)
    total -= 0.5 * attenuation_db_per_mm
    return np.asarray(np.clip(-step_mm * total, _DEEPEST_SHADOW_DB, 9.0), np.float32)


def decibels_to_amplitude(level_db: Floats) -> Floats:
    """Return 10 ** (level / 20), float32."""
    return np.asarray(cv2.exp(level_db * np.float32(_NEPER_PER_DB)), np.float32)


def envelope(echo: Floats) -> Floats:
    """Return the magnitude of complex echoes float32 (H, W, 2)."""
    real, imaginary = cv2.split(echo)
    return np.asarray(cv2.magnitude(real, imaginary), np.float32)


def compress(amplitude: Floats, look: ScannerLook, mm_per_pixel: float) -> NDArray[np.uint8]:
    """Return uint8: log-compressed and smoothed amplitude, black at the floor and white a dynamic
    range above it.
    """
    slope = 255 / look.dynamic_range_db
    level = cv2.log(amplitude + np.float32(1e-6))
    bias = (look.gain_db - look.floor_db) * slope
    grey = np.multiply(level, np.float32(slope / _NEPER_PER_DB), out=level)
    grey += np.float32(bias)
    np.maximum(grey, 0, out=grey)
    across = look.smoothing_mm / mm_per_pixel
    if across > 0.3:
        grey = cv2.GaussianBlur(grey, (0, 0), sigmaX=across, sigmaY=max(0.5 * across, 0.3))
    return np.asarray(cv2.convertScaleAbs(grey), np.uint8)
