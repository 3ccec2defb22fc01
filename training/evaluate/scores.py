"""Measures one image: everything later sums need, small enough to keep for every image."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from hashlib import blake2b
from typing import Any

import numpy as np
from numpy.typing import NDArray

from annotation.measures import (
    RegionCounts,
    count_regions,
    minimum_region_area,
    surface_distances,
)
from training.datasets.problem import BadInputError


@dataclass(frozen=True, slots=True)
class StructureScore:
    """One structure in one image. Pixels and regions are counts, distances pixels or None.

    truth_digest: of the true mask's size and pixels; "" in records from before it was kept.
    """

    true_px: int
    predicted_px: int
    shared_px: int
    regions: RegionCounts
    hd95_px: float | None
    surface_distance_px: float | None
    truth_digest: str = ""

    @property
    def union_px(self) -> int:
        return self.true_px + self.predicted_px - self.shared_px

    @property
    def dice(self) -> float | None:
        """2 |P and T| / (|P| + |T|); None where both are empty."""
        total = self.true_px + self.predicted_px
        return 2.0 * self.shared_px / total if total else None

    @property
    def iou(self) -> float | None:
        """|P and T| / |P or T|; None where both are empty."""
        return self.shared_px / self.union_px if self.union_px else None


@dataclass(frozen=True, slots=True)
class ImageScore:
    """One image: its structures by code, and its pixels. group: the subject it belongs to."""

    stem: str
    group: str
    pixels: int
    correct_px: int
    structures: Mapping[str, StructureScore]
    microns_per_pixel: float | None = None

    @property
    def shared_px(self) -> int:
        return sum(each.shared_px for each in self.structures.values())

    @property
    def union_px(self) -> int:
        return sum(each.union_px for each in self.structures.values())

    @property
    def iou(self) -> float | None:
        """Sum of the structures' intersections over the sum of their unions."""
        return self.shared_px / self.union_px if self.union_px else None

    def to_json(self) -> dict[str, Any]:
        described = asdict(self)
        described["iou"] = self.iou
        for code, each in self.structures.items():
            described["structures"][code]["dice"] = each.dice
            described["structures"][code]["iou"] = each.iou
        return described


def score_image(
    stem: str,
    truth: NDArray[np.uint8],
    predicted: NDArray[np.uint8],
    codes: Sequence[str],
    *,
    group: str | None = None,
    microns_per_pixel: float | None = None,
) -> ImageScore:
    """Compare two label maps (H, W) uint8, where label 1 is codes[0], 2 is codes[1], ...

    An image without a group is a group of its own. Raises BadInputError where sizes differ.
    """
    if truth.shape != predicted.shape:
        raise BadInputError(f"{stem}: truth is {truth.shape}, prediction {predicted.shape}.")
    minimum_area = minimum_region_area(*truth.shape)
    structures: dict[str, StructureScore] = {}
    for channel, code in enumerate(codes, start=1):
        is_true, is_predicted = truth == channel, predicted == channel
        distances = surface_distances(is_true, is_predicted)
        structures[code] = StructureScore(
            true_px=int(is_true.sum()),
            predicted_px=int(is_predicted.sum()),
            shared_px=int((is_true & is_predicted).sum()),
            regions=count_regions(is_true, is_predicted, minimum_area),
            hd95_px=None if distances is None else distances[0],
            surface_distance_px=None if distances is None else distances[1],
            truth_digest=_digest(is_true),
        )
    return ImageScore(
        stem=stem,
        group=stem if group is None else group,
        pixels=int(truth.size),
        correct_px=int((truth == predicted).sum()),
        structures=structures,
        microns_per_pixel=microns_per_pixel,
    )


def _digest(mask: NDArray[np.bool_]) -> str:
    size = np.array(mask.shape, "<u4").tobytes()
    return blake2b(size + np.packbits(mask).tobytes(), digest_size=8).hexdigest()


def score_from_json(described: Mapping[str, Any]) -> ImageScore:
    """Read an image's score back from `ImageScore.to_json`."""
    return ImageScore(
        stem=described["stem"],
        group=described["group"],
        pixels=described["pixels"],
        correct_px=described["correct_px"],
        structures={
            code: StructureScore(
                true_px=each["true_px"],
                predicted_px=each["predicted_px"],
                shared_px=each["shared_px"],
                regions=RegionCounts(**each["regions"]),
                hd95_px=each["hd95_px"],
                surface_distance_px=each["surface_distance_px"],
                truth_digest=each.get("truth_digest", ""),
            )
            for code, each in described["structures"].items()
        },
        microns_per_pixel=described["microns_per_pixel"],
    )
