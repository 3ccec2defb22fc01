"""Carrying a shape through neighbouring frames by optical flow. Knows no Django."""

from .propagate import DEFAULT_FLOOR, Carried, Propagation, propagate
from .refine import RefinedRegion, Refiner

__all__ = ["DEFAULT_FLOOR", "Carried", "Propagation", "RefinedRegion", "Refiner", "propagate"]
