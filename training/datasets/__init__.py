"""Images and masks from folders, without a database."""

from training.datasets.pairs import (
    ClassMap,
    ImageMaskPair,
    parse_classes,
    read_groups,
    read_mask,
    scan_pairs,
)
from training.datasets.problem import BadInputError

__all__ = [
    "BadInputError",
    "ClassMap",
    "ImageMaskPair",
    "parse_classes",
    "read_groups",
    "read_mask",
    "scan_pairs",
]
