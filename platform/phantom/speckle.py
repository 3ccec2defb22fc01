"""Fully developed speckle: complex scatterers seen through the point spread function of the
scanner.

The demodulated echo of many random scatterers in one resolution cell is a circular complex
Gaussian, so its envelope is Rayleigh distributed with mean over standard deviation 1.91 (Burckhardt
1978, Wagner et al. 1983). Scatterers are weighted by the tissue's echo amplitude *before* the
convolution, so edges are as sharp as the scanner's resolution and no sharper.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from phantom.geometry import Floats


@dataclass(frozen=True, slots=True)
class PointSpread:
    """Gaussian point spread: standard deviations in pixels across the beam near the focus and far
    from it, and along it.
    """

    lateral_near: float
    lateral_far: float
    axial: float


def complex_scatterers(rng: np.random.Generator, height: int, width: int) -> Floats:
    """Return float32 (H, W, 2): real and imaginary part of white circular Gaussian scatterers."""
    return rng.standard_normal((height, width, 2), dtype=np.float32)


def through_point_spread(scatterers: Floats, spread: PointSpread, farness: Floats) -> Floats:
    """Convolve scatterers (H, W, 2) with the point spread; unit white noise comes out with mean
    power 1.

    `farness` (H,) from 0 to 1 mixes the two beam widths by depth, as the beam widens away from its
    focus.
    """
    axial = _kernel(spread.axial)
    near_kernel, far_kernel = _kernel(spread.lateral_near), _kernel(spread.lateral_far)
    near = cv2.sepFilter2D(
        scatterers, cv2.CV_32F, near_kernel, axial, borderType=cv2.BORDER_REFLECT
    )
    far = cv2.sepFilter2D(scatterers, cv2.CV_32F, far_kernel, axial, borderType=cv2.BORDER_REFLECT)
    half = (far_kernel.size - near_kernel.size) // 2
    wide_near = np.pad(near_kernel, (max(half, 0), max(half, 0)))
    wide_far = np.pad(far_kernel, (max(-half, 0), max(-half, 0)))
    part = farness[:, None, None].astype(np.float32)
    # the power of a mixture of two kernels, so that the mixture keeps mean power 1 at every depth
    power = (
        (1 - part) ** 2 * np.sum(wide_near**2)
        + 2 * part * (1 - part) * np.sum(wide_near * wide_far)
        + part**2 * np.sum(wide_far**2)
    ) * (2 * np.sum(axial**2))
    return np.asarray((near * (1 - part) + far * part) / np.sqrt(power), np.float32)


def streaks(
    rng: np.random.Generator, height: int, width: int, length_px: float, thickness_px: float
) -> Floats:
    """Return float32 (H, W) noise of mean 0 and standard deviation 1, drawn out along x: the raw
    form of collagen streaks.
    """
    noise = rng.standard_normal((height, width), dtype=np.float32)
    noise = cv2.GaussianBlur(
        noise, (0, 0), sigmaX=max(length_px / 2.4, 0.6), sigmaY=max(thickness_px, 0.6)
    )
    noise -= noise.mean()
    return np.asarray(noise / noise.std(), np.float32)


def _kernel(sigma: float) -> Floats:
    size = 2 * int(np.ceil(3.5 * sigma)) + 1
    return np.asarray(cv2.getGaussianKernel(size, sigma, cv2.CV_32F)[:, 0], np.float32)
