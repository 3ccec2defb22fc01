"""Mode *delineate*: a shape against the expert's, and where it went wrong."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from annotation.geometry.distance import distance, signed_distance
from annotation.measures import MICRONS_PER_MM, overlap, surface_distances
from annotation.measures.regions import MINIMUM_OVERLAP

from .rating import Outcome

BAND_EDGES_MM = (0.5, 1.0, 2.0)
BAND_EDGES_PX = (4.0, 8.0, 16.0)


@dataclass(frozen=True, slots=True)
class DelineateScore:
    """A delineation scored. Distances are None where one of the shapes is empty, Dice
    where both are: they agree on absence."""

    outcome: Outcome
    dice: float | None
    mean_distance_px: float | None
    mean_distance_mm: float | None
    hd95_px: float | None
    hd95_mm: float | None


@dataclass(frozen=True, slots=True)
class ErrorBand:
    """Pixels drawn too much, or left out, by so much: `least` up to `most` (None: and beyond)."""

    side: Literal["extra", "missing"]
    least: float
    most: float | None
    unit: Literal["mm", "px"]
    mask: NDArray[np.bool_]


def score_delineation(
    truth: NDArray[np.bool_], answer: NDArray[np.bool_], microns_per_pixel: float | None
) -> DelineateScore:
    """Score an answer against the truth, both masks bool (height, width).

    The structure is detected when the two share more than 25 % of the larger one, as in the
    detection measure of the training reports (after Smistad et al., J. Med. Imaging 5(4), 2018).
    Dice and surface distances as between experts: `annotation.measures`.
    """
    counts = overlap(truth, answer)
    apart = surface_distances(truth, answer)
    if apart is None:
        if counts.first_px:
            outcome = Outcome.OVERLOOKED
        else:
            outcome = Outcome.IMAGINED if counts.second_px else Outcome.ABSENT
        return DelineateScore(outcome, counts.dice, None, None, None, None)
    is_found = counts.shared_px > MINIMUM_OVERLAP * max(counts.first_px, counts.second_px)
    hd95, mean = apart
    scale = None if microns_per_pixel is None else microns_per_pixel / MICRONS_PER_MM
    return DelineateScore(
        outcome=Outcome.HIT if is_found else Outcome.MISSED,
        dice=counts.dice,
        mean_distance_px=mean,
        mean_distance_mm=None if scale is None else mean * scale,
        hd95_px=hd95,
        hd95_mm=None if scale is None else hd95 * scale,
    )


def error_field(truth: NDArray[np.bool_], answer: NDArray[np.bool_]) -> NDArray[np.float64]:
    """How wrong each pixel is, in pixels: float64 (height, width), 0 where both masks agree.

    Positive in what was drawn too much: the distance to the truth's border. Negative in what was
    left out: minus the distance to the answer's border. Where one of them is empty, the depth
    inside the other.
    """
    field = np.zeros(truth.shape)
    extra, missing = answer & ~truth, truth & ~answer
    if extra.any():
        field[extra] = _beyond(answer, truth)[extra]
    if missing.any():
        field[missing] = -_beyond(truth, answer)[missing]
    return field


def _beyond(own: NDArray[np.bool_], other: NDArray[np.bool_]) -> NDArray[np.float64]:
    """How far pixels of `own` lie beyond the other's border; where that is empty, how deep."""
    if other.any():
        return distance(other) - 0.5
    return signed_distance(np.pad(own, 1))[1:-1, 1:-1]


def error_bands(
    truth: NDArray[np.bool_], answer: NDArray[np.bool_], microns_per_pixel: float | None
) -> list[ErrorBand]:
    """The error field cut into bands to colour, mildest first, empty ones left out.

    In millimetres where the scale is known, else in pixels.
    """
    field = error_field(truth, answer)
    edges: Sequence[float] = BAND_EDGES_PX
    unit: Literal["mm", "px"] = "px"
    if microns_per_pixel is not None:
        edges, unit = BAND_EDGES_MM, "mm"
        field = field * microns_per_pixel / MICRONS_PER_MM
    bands: list[ErrorBand] = []
    for sign, side in ((1.0, "extra"), (-1.0, "missing")):
        wrong = field * sign
        for least, most in zip((0.0, *edges), (*edges, None), strict=True):
            mask = wrong > least
            if most is not None:
                mask &= wrong <= most
            if mask.any():
                bands.append(ErrorBand(side, least, most, unit, mask))  # type: ignore[arg-type]
    return bands
