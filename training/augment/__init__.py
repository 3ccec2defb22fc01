"""Augmentations: small seeded pure functions on (image, label map), fused where they move pixels.

Geometric ones only move sampling coordinates, so that any number of them costs one remap: bilinear
for the image, nearest for the labels, which are therefore never smeared. `pipeline` runs a list.
"""

from training.augment.geometry import DepthCut, Elastic, Flip, Rotation, ScaleShift, Shear
from training.augment.intensity import (
    Attenuation,
    Blur,
    BrightnessContrast,
    Gamma,
    GaussianShadow,
    JpegCompression,
    MarkerDot,
    Speckle,
)
from training.augment.pipeline import Augmentation, augment

__all__ = [
    "Attenuation",
    "Augmentation",
    "Blur",
    "BrightnessContrast",
    "DepthCut",
    "Elastic",
    "Flip",
    "Gamma",
    "GaussianShadow",
    "JpegCompression",
    "MarkerDot",
    "Rotation",
    "ScaleShift",
    "Shear",
    "Speckle",
    "augment",
]
