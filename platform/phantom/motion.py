"""What moves: the heart's pulse in the vessels, the breath in the veins, and the hand that holds
the probe.

Every motion is a closed formula of time, so any frame can be asked for in any order.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from phantom.anatomy import Vessel
from phantom.geometry import Floats, Outline


@dataclass(frozen=True, slots=True)
class Drift:
    """A slow wander: a sum of sinusoids (amplitude, hertz, phase radians)."""

    parts: tuple[tuple[float, float, float], ...]

    @staticmethod
    def draw(rng: np.random.Generator, amplitude: float, slowest: float, fastest: float) -> Drift:
        """Draw three sinusoids whose amplitudes add up to `amplitude`, between two frequencies in
        hertz.
        """
        shares = rng.dirichlet((3.0, 2.0, 1.0)) * amplitude
        rates = np.sort(rng.uniform(slowest, fastest, 3))
        return Drift(
            tuple(
                (float(a), float(f), float(rng.uniform(0, 2 * np.pi)))
                for a, f in zip(shares, rates, strict=True)
            )
        )

    def at(self, time_s: float) -> float:
        """Return the value at a time in seconds."""
        return float(sum(a * np.sin(2 * np.pi * f * time_s + phase) for a, f, phase in self.parts))


@dataclass(frozen=True, slots=True)
class Motion:
    """One subject's rhythm and one operator's hand. Lengths in mm, angles in radians."""

    heart_hz: float
    heart_phase: float
    breath_hz: float
    breath_phase: float
    slide_mm: Drift
    tilt: Drift
    press_mm: Drift
    sweep: Drift
    """Movement across the imaging plane as an angle: speckle decorrelates with its cosine."""

    @staticmethod
    def draw(rng: np.random.Generator) -> Motion:
        """Draw a heart rate of 55 to 95 a minute, a breath and a gently moving hand."""
        return Motion(
            heart_hz=float(rng.uniform(55, 95)) / 60,
            heart_phase=float(rng.uniform()),
            breath_hz=float(rng.uniform(0.2, 0.33)),
            breath_phase=float(rng.uniform(0, 2 * np.pi)),
            slide_mm=Drift.draw(rng, float(rng.uniform(0.6, 2.2)), 0.05, 0.5),
            tilt=Drift.draw(rng, float(rng.uniform(0.005, 0.03)), 0.05, 0.4),
            press_mm=Drift.draw(rng, float(rng.uniform(0.2, 0.7)), 0.08, 0.5),
            sweep=Drift.draw(rng, float(rng.uniform(0.2, 0.9)), 0.05, 0.3),
        )

    def pulse(self, time_s: float) -> float:
        """Return the arterial pulse from about 0 (end of diastole) to 1 (systole), with the
        dicrotic wave after it.
        """
        return cardiac_wave(time_s * self.heart_hz + self.heart_phase)

    def pressure(self, time_s: float) -> float:
        """Return how much a vein is pressed on, from 0 to 1: the hand's pressure and the breath
        together.
        """
        limit = sum(part[0] for part in self.press_mm.parts)
        hand = 0.5 + 0.5 * self.press_mm.at(time_s) / limit
        breath = 0.5 + 0.5 * np.sin(2 * np.pi * self.breath_hz * time_s + self.breath_phase)
        return float(0.65 * hand + 0.35 * breath)

    def vessel_scale(self, vessel: Vessel, time_s: float) -> float:
        """Return the radius of a vessel relative to rest."""
        return (1 + vessel.pulse * self.pulse(time_s)) * (
            1 - vessel.squeeze * self.pressure(time_s)
        )


def cardiac_wave(phase: float) -> float:
    """Return the pulse wave at a phase in heart beats: fast upstroke at 0.15, dicrotic wave at
    0.45, run-off to the next beat.
    """
    beat = phase % 1.0

    def bump(centre: float, rise: float, fall: float) -> float:
        away = (beat - centre + 0.5) % 1.0 - 0.5
        return float(np.exp(-0.5 * (away / (rise if away < 0 else fall)) ** 2))

    return bump(0.15, 0.05, 0.13) + 0.28 * bump(0.45, 0.06, 0.12)


def rest_offsets(outline: Outline, scale: float, x: Floats, y: Floats) -> tuple[Floats, Floats]:
    """Return the offsets (mm) from points of the deformed tissue to where they lie at rest.

    A vessel whose radius has grown by `scale` pushes incompressible tissue aside: with r the radius
    scaled to the rest contour, the rest radius is r / scale inside the lumen and sqrt(r^2 - scale^2
    + 1) outside (equal areas), faded out from 2 to 4 radii.
    """
    radius = outline.rho(x, y)
    inside = radius <= scale
    outer = np.sqrt(np.maximum(radius**2 - (scale**2 - 1), 0.0))
    fade = np.clip((4.0 - radius) / 2.0, 0, 1)
    fade = fade * fade * (3 - 2 * fade)
    factor = np.where(inside, 1 / scale - 1, (outer / np.maximum(radius, 1e-6) - 1) * fade)
    dx, dy = x - np.float32(outline.x), y - np.float32(outline.y)
    return np.asarray(dx * factor, np.float32), np.asarray(dy * factor, np.float32)


def hand_offsets(motion: Motion, time_s: float, x: Floats, y: Floats) -> tuple[Floats, Floats]:
    """Return the offsets (mm) from points of the picture to the tissue under them for the hand's
    slide, tilt and pressure.

    The skin stays on the probe face, so pressure and the vertical part of the tilt grow from 0
    there.
    """
    tilt, press = motion.tilt.at(time_s), motion.press_mm.at(time_s)
    depth = np.maximum(y, 0.0)
    grown = 1 - np.exp(-depth / 6.0)
    return (
        np.asarray(motion.slide_mm.at(time_s) + tilt * depth + 0.0 * x, np.float32),
        np.asarray(press * grown - tilt * x * grown, np.float32),
    )
