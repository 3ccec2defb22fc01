"""Augmentations: small seeded pure functions on (image, label map), fused where they move pixels.

Geometric ones only move sampling coordinates, so that any number of them costs one remap: bilinear
for the image, nearest for the labels, which are therefore never smeared. `pipeline` runs a list.
"""

from training.augment.geometry import DepthCut, Elastic, Flip, Rotation, ScaleShift
from training.augment.intensity import Gamma, GaussianShadow, JpegCompression
from training.augment.pipeline import Augmentation, augment

__all__ = [
    "Augmentation",
    "DepthCut",
    "Elastic",
    "Flip",
    "Gamma",
    "GaussianShadow",
    "JpegCompression",
    "Rotation",
    "ScaleShift",
    "augment",
]
