"""Measures of masks that training, agreement and practice share. NumPy, SciPy and OpenCV only."""

from .bootstrap import Figure, Interval, cluster_weights, interval, ratio
from .overlap import Overlap, overlap
from .regions import (
    MINIMUM_RADIUS_PX,
    REFERENCE_SIDE_PX,
    RegionCounts,
    Regions,
    count_regions,
    find_regions,
    match_regions,
    minimum_region_area,
)
from .surface import MICRONS_PER_MM, distances_between, surface, surface_distances

__all__ = [
    "MICRONS_PER_MM",
    "MINIMUM_RADIUS_PX",
    "REFERENCE_SIDE_PX",
    "Figure",
    "Interval",
    "Overlap",
    "RegionCounts",
    "Regions",
    "cluster_weights",
    "count_regions",
    "distances_between",
    "find_regions",
    "interval",
    "match_regions",
    "minimum_region_area",
    "overlap",
    "ratio",
    "surface",
    "surface_distances",
]
