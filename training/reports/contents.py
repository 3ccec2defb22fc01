"""What a report holds, from the scores and diagnoses of all held-out images."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from training.evaluate.diagnosis import Diagnosis
from training.evaluate.scores import ImageScore
from training.evaluate.traits import Association, associations

NERVE = "nerve"
BACKGROUND = "background"


@dataclass(frozen=True, slots=True)
class ReportStructure:
    """kind: nerve, vessel, bone or other; colour: "#RRGGBB"."""

    code: str
    name: str
    kind: str
    colour: str


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """Losses and Dice by structure code after an epoch (counted from 1)."""

    epoch: int
    loss: float
    held_out_loss: float | None
    held_out_dice: Mapping[str, float | None]


@dataclass(frozen=True, slots=True)
class ReadersDice:
    """Mean Dice of one structure between two readers, over so many comparisons: frames that two
    readers drew, a frame of three readers three times.
    """

    code: str
    dice: float
    comparisons: int


@dataclass(frozen=True, slots=True)
class ReadersAgreement:
    """How far readers of the project agree. source: on which frames, in words.

    No bound of what a model can reach: it can learn what readers have in common and be nearer to
    one of them, let alone to a consensus, than they are to each other.
    """

    source: str
    structures: tuple[ReadersDice, ...]

    @property
    def words(self) -> str:
        """What the figures are of, and what they are not."""
        return (
            f"Dice between two readers is from {self.source}. It is measured on the frames of that "
            "report, not on these. A model can exceed it, above all when it is measured against a "
            "consensus of readers."
        )


@dataclass(frozen=True, slots=True)
class RunContents:
    """Everything that a report of a run shows.

    facts: (name, text) lines of where it comes from. metrics: of `training.evaluate.folds`. images:
    fold -> its held-out images. diagnosis: None for runs that kept none. readers: None without a
    report of agreement.
    """

    title: str
    facts: tuple[tuple[str, str], ...]
    structures: tuple[ReportStructure, ...]
    metrics: Mapping[str, Any]
    images: Mapping[int, tuple[ImageScore, ...]]
    curves: Mapping[int, tuple[CurvePoint, ...]]
    diagnosis: Diagnosis | None
    readers: ReadersAgreement | None = None

    @property
    def all_images(self) -> list[ImageScore]:
        return [image for fold in sorted(self.images) for image in self.images[fold]]

    @property
    def nerves(self) -> tuple[ReportStructure, ...]:
        return tuple(each for each in self.structures if each.kind == NERVE)

    def fold_of(self, stem: str) -> int | None:
        """The fold that held this frame out."""
        for fold, images in self.images.items():
            if any(image.stem == stem for image in images):
                return fold
        return None


@dataclass(frozen=True, slots=True)
class Box:
    """A box plot's numbers: quartiles, whiskers after Tukey (the last value within 1.5 times the
    range between quartiles), and how many images.
    """

    low: float
    lower: float
    median: float
    upper: float
    high: float
    images: int


def box_of(values: Sequence[float | None]) -> Box | None:
    """None where no image has a value."""
    defined = np.array([value for value in values if value is not None], np.float64)
    if not len(defined):
        return None
    lower, median, upper = np.percentile(defined, (25, 50, 75))
    reach = 1.5 * (upper - lower)
    inside = defined[(defined >= lower - reach) & (defined <= upper + reach)]
    return Box(
        low=float(inside.min()),
        lower=float(lower),
        median=float(median),
        upper=float(upper),
        high=float(inside.max()),
        images=len(defined),
    )


def iou_boxes(images: Sequence[ImageScore], codes: Sequence[str]) -> dict[str, Box | None]:
    """IoU by image of each structure."""
    return {code: box_of([image.structures[code].iou for image in images]) for code in codes}


def worst_images(images: Sequence[ImageScore], count: int) -> list[ImageScore]:
    """The images of lowest IoU, no subject more than a third of them while others are left."""
    ordered = sorted(
        (image for image in images if image.iou is not None),
        key=lambda image: (image.iou, image.stem),
    )
    most = max(1, -(-count // 3))
    taken: list[ImageScore] = []
    passed: list[ImageScore] = []
    for image in ordered:
        if sum(each.group == image.group for each in taken) < most:
            taken.append(image)
        else:
            passed.append(image)
    chosen = [*taken, *passed][:count]
    return sorted(chosen, key=lambda image: (image.iou, image.stem))


def trait_associations(contents: RunContents) -> dict[str, Association]:
    """How the IoU of an image goes with what the image is like; empty without diagnosis."""
    if contents.diagnosis is None:
        return {}
    images = contents.all_images
    traits = [contents.diagnosis.traits.get(image.stem, {}) for image in images]
    return associations(traits, [image.iou for image in images])


def confusion_shares(contents: RunContents) -> dict[str, dict[str, float]]:
    """Of each true structure's pixels, the share predicted as each structure or background."""
    if contents.diagnosis is None:
        return {}
    codes = [BACKGROUND, *(each.code for each in contents.structures)]
    shares: dict[str, dict[str, float]] = {}
    for code, row in zip(codes, contents.diagnosis.confusion, strict=True):
        total = sum(row)
        if code != BACKGROUND and total:
            shares[code] = {other: pixels / total for other, pixels in zip(codes, row, strict=True)}
    return shares


def described(contents: RunContents) -> dict[str, Any]:
    """The numbers as JSON, for the page and for whoever wants to compute on."""
    codes = [each.code for each in contents.structures]
    images = contents.all_images
    diagnosis = contents.diagnosis
    return {
        "title": contents.title,
        "facts": [list(each) for each in contents.facts],
        "structures": [asdict(each) for each in contents.structures],
        "metrics": contents.metrics,
        "frames": len(images),
        # a box counts only those in which something is shown or predicted
        "folds": {str(fold): {"frames": len(contents.images[fold])} for fold in contents.images},
        "boxes": {
            "structures": _boxes(iou_boxes(images, codes)),
            "folds": _boxes(
                {
                    str(fold): box_of([image.iou for image in contents.images[fold]])
                    for fold in sorted(contents.images)
                }
            ),
        },
        "calibration": {}
        if diagnosis is None
        else {
            code: {"expected_error": each.expected_error, "points": each.points()}
            for code, each in diagnosis.reliability.items()
        },
        "confusion": confusion_shares(contents),
        "traits": {name: asdict(each) for name, each in trait_associations(contents).items()},
        "readers": None
        if contents.readers is None
        else {**asdict(contents.readers), "words": contents.readers.words},
    }


def _boxes(boxes: Mapping[str, Box | None]) -> dict[str, Any]:
    return {name: None if box is None else asdict(box) for name, box in boxes.items()}
