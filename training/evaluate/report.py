"""Sums up many images' scores into the figures of a table, as JSON and back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from annotation.measures import MICRONS_PER_MM, Interval, cluster_weights, interval, ratio
from training.datasets.problem import BadInputError
from training.evaluate.scores import ImageScore, score_from_json

DistanceName = Literal["hd95_px", "surface_distance_px", "hd95_mm", "surface_distance_mm"]
DISTANCES: tuple[DistanceName, ...] = (
    "hd95_px",
    "surface_distance_px",
    "hd95_mm",
    "surface_distance_mm",
)
OVERLAPS = ("precision", "recall", "f1", "dice", "iou")


@dataclass(frozen=True, slots=True)
class Spread:
    """Quartiles over images and the share above one half; None where no image has a value.

    empty counts the images in which neither truth nor prediction shows the structure.
    """

    lower: float | None
    median: float | None
    upper: float | None
    share_above_half: float | None
    images: int
    empty: int


@dataclass(frozen=True, slots=True)
class StructureReport:
    """One structure over all images. Figures are None where nothing defines them.

    dice: mean over images that show the structure in truth or prediction; dice_pooled and iou:
    from sums over images. hd95 and surface_distance: means over the distances_defined images where
    both show it, in mm over distances_in_mm of them, those with a scale. distances_undefined:
    images where only one of the two shows it, which these means leave out.
    """

    true_regions: int
    predicted_regions: int
    precision: float | None
    recall: float | None
    f1: float | None
    dice: float | None
    dice_deviation: float | None
    dice_pooled: float | None
    iou: float | None
    iou_by_image: Spread
    hd95_px: float | None
    surface_distance_px: float | None
    hd95_mm: float | None
    surface_distance_mm: float | None
    distances_defined: int
    distances_undefined: int
    distances_in_mm: int
    intervals: Mapping[str, Interval | None]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """All figures of a set of images. iou is the sum of intersections over the sum of unions."""

    images: tuple[ImageScore, ...]
    groups: int
    structures: Mapping[str, StructureReport]
    iou: float | None
    iou_by_image: Spread
    pixel_accuracy: float
    intervals: Mapping[str, Interval | None]

    def headline(self) -> dict[str, Any]:
        """A fold's figures: sum IoU, accuracy, and of each structure overlap and distances."""
        return {
            "iou": self.iou,
            "iou_interval": self.intervals["iou"],
            "share_above_half": self.iou_by_image.share_above_half,
            "pixel_accuracy": self.pixel_accuracy,
            "structures": {
                code: {
                    **{name: getattr(each, name) for name in (*OVERLAPS, *DISTANCES)},
                    "share_above_half": each.iou_by_image.share_above_half,
                    "distances_defined": each.distances_defined,
                    "distances_undefined": each.distances_undefined,
                    "distances_in_mm": each.distances_in_mm,
                }
                for code, each in self.structures.items()
            },
        }

    def to_json(self) -> dict[str, Any]:
        described = asdict(self)
        described["images"] = [image.to_json() for image in self.images]
        return described


def evaluate_images(
    images: Sequence[ImageScore], codes: Sequence[str], *, seed: int = 0
) -> Evaluation:
    """Sum up scores of at least one image, with 95 % bootstrap intervals by group."""
    if not images:
        raise BadInputError("There is no image to evaluate.")
    weights = cluster_weights([image.group for image in images], seed)
    overlaps = np.array([(image.shared_px, image.union_px) for image in images], np.float64)
    accuracy = np.array([(image.correct_px, image.pixels) for image in images], np.float64)
    return Evaluation(
        images=tuple(images),
        groups=len({image.group for image in images}),
        structures={code: _structure(images, code, weights) for code in codes},
        iou=_number(_first_of_second(overlaps.sum(axis=0))),
        iou_by_image=_spread([image.iou for image in images]),
        pixel_accuracy=float(accuracy[:, 0].sum() / accuracy[:, 1].sum()),
        intervals={
            "iou": interval(weights, overlaps, _first_of_second),
            "pixel_accuracy": interval(weights, accuracy, _first_of_second),
        },
    )


def evaluation_from_json(described: Mapping[str, Any], *, seed: int = 0) -> Evaluation:
    """Rebuild an evaluation from its images, so that the figures are always this code's own."""
    images = [score_from_json(image) for image in described["images"]]
    return evaluate_images(images, list(described["structures"]), seed=seed)


def _structure(
    images: Sequence[ImageScore], code: str, weights: NDArray[np.float64] | None
) -> StructureReport:
    scores = [image.structures[code] for image in images]
    dices = [each.dice for each in scores]
    overlaps = np.array(
        [(each.shared_px, each.union_px, each.true_px + each.predicted_px) for each in scores],
        np.float64,
    )
    regions = region_columns(images, code)
    distances = {name: _distance_columns(images, code, name) for name in DISTANCES}
    means = {
        name: _number(_first_of_second(columns.sum(axis=0))) for name, columns in distances.items()
    }
    by_image = np.array([(each or 0.0, each is not None) for each in dices], np.float64)
    defined = [each for each in dices if each is not None]
    totals = regions.sum(axis=0)
    return StructureReport(
        true_regions=int(totals[3]),
        predicted_regions=int(totals[1]),
        precision=_number(_precision(totals)),
        recall=_number(_recall(totals)),
        f1=_number(detection_f1(totals)),
        dice=float(np.mean(defined)) if defined else None,
        dice_deviation=float(np.std(defined)) if defined else None,
        dice_pooled=_number(_pooled_dice(overlaps.sum(axis=0))),
        iou=_number(_first_of_second(overlaps.sum(axis=0))),
        iou_by_image=_spread([each.iou for each in scores]),
        hd95_px=means["hd95_px"],
        surface_distance_px=means["surface_distance_px"],
        hd95_mm=means["hd95_mm"],
        surface_distance_mm=means["surface_distance_mm"],
        distances_defined=sum(each.hd95_px is not None for each in scores),
        distances_undefined=sum(each.union_px > 0 and each.hd95_px is None for each in scores),
        distances_in_mm=int(distances["hd95_mm"][:, 1].sum()),
        intervals={
            "precision": interval(weights, regions, _precision),
            "recall": interval(weights, regions, _recall),
            "f1": interval(weights, regions, detection_f1),
            "dice": interval(weights, by_image, _first_of_second),
            "dice_pooled": interval(weights, overlaps, _pooled_dice),
            "iou": interval(weights, overlaps, _first_of_second),
            **{
                name: interval(weights, columns, _first_of_second)
                for name, columns in distances.items()
            },
        },
    )


def _distance_columns(
    images: Sequence[ImageScore], code: str, name: DistanceName
) -> NDArray[np.float64]:
    """(n, 2): an image's distance and 1, or 0 and 0 where it has none or no scale to tell it in."""
    rows = []
    for image in images:
        score = image.structures[code]
        px = score.hd95_px if name.startswith("hd95") else score.surface_distance_px
        value = _in_mm(image, px) if name.endswith("mm") else px
        rows.append((value or 0.0, value is not None))
    return np.array(rows, np.float64)


def region_columns(images: Sequence[ImageScore], code: str) -> NDArray[np.float64]:
    """What `detection_f1` sums, of each image: (n, 4)."""
    counts = [image.structures[code].regions for image in images]
    return np.array(
        [(each.predicted_matched, each.predicted, each.true_matched, each.true) for each in counts],
        np.float64,
    ).reshape(-1, 4)


def _first_of_second(sums: NDArray[np.float64]) -> NDArray[np.float64]:
    return ratio(sums[..., 0], sums[..., 1])


def _pooled_dice(sums: NDArray[np.float64]) -> NDArray[np.float64]:
    return ratio(2.0 * sums[..., 0], sums[..., 2])


def _precision(sums: NDArray[np.float64]) -> NDArray[np.float64]:
    return ratio(sums[..., 0], sums[..., 1])


def _recall(sums: NDArray[np.float64]) -> NDArray[np.float64]:
    return ratio(sums[..., 2], sums[..., 3])


def detection_f1(sums: NDArray[np.float64]) -> NDArray[np.float64]:
    """2PR / (P + R); 0 where regions were missed or invented and none was found, NaN without any.

    sums: (..., 4) of matched and all predicted, then matched and all true regions.
    """
    precision, recall = np.nan_to_num(_precision(sums)), np.nan_to_num(_recall(sums))
    f1 = np.nan_to_num(ratio(2.0 * precision * recall, precision + recall))
    return np.where(sums[..., 1] + sums[..., 3] > 0, f1, np.nan)


def _spread(values: Sequence[float | None]) -> Spread:
    defined = [value for value in values if value is not None]
    if not defined:
        return Spread(None, None, None, None, 0, len(values))
    lower, median, upper = (float(each) for each in np.percentile(defined, (25, 50, 75)))
    above = float(np.mean(np.array(defined) > 0.5))
    return Spread(lower, median, upper, above, len(defined), len(values) - len(defined))


def _in_mm(image: ImageScore, distance_px: float | None) -> float | None:
    if distance_px is None or image.microns_per_pixel is None:
        return None
    return distance_px * image.microns_per_pixel / MICRONS_PER_MM


def _number(value: NDArray[np.float64] | np.float64) -> float | None:
    return float(value) if np.isfinite(value) else None
