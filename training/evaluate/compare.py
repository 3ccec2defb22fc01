"""Two models on the same images: is one better, and could that be chance?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from annotation.measures import Interval, cluster_weights, interval, ratio
from training.evaluate.report import detection_f1, region_columns
from training.evaluate.scores import ImageScore, StructureScore

LEAST_GROUPS = 6  # below, a signed-rank test over groups cannot reach p = 0.05
_LEAST_PAIRS = 3
_SAME = 1e-9  # differences that differ by rounding only have no deviation to test by
ALL = "all"


@dataclass(frozen=True, slots=True)
class DetectionDifference:
    """The second model's F1 of detected regions minus the first's, on the same images.

    interval: 95 % bootstrap by group. Where nothing is to be found and nothing was, F1 counts as 1.
    """

    first: float
    second: float
    difference: float
    interval: Interval | None


@dataclass(frozen=True, slots=True)
class PairedDifference:
    """The second model's Dice minus the first's, of one structure or of `ALL` together.

    images: those in which the truth or a prediction shows the structure, of so many groups.
    share_of_first: of all images for which the first model has a Dice, the part that is among them.
    units: what the tests count, subjects or images. interval: 95 % bootstrap by group of the mean
    difference over images. The *_holm values are corrected over the structures (S. Holm, Scand. J.
    Stat. 6, 1979); a p is None where too few units differ. detection: of F1; None for `ALL`, whose
    regions are of different structures, and where no image shows a region. rank_direction: 1, 0 or
    -1, the way in which Wilcoxon's test finds the units to differ; the mean over images can go the
    other way where few units have most of them.
    """

    code: str
    images: int
    units: int
    first: float | None
    second: float | None
    difference: float | None
    interval: Interval | None
    t_p: float | None
    t_p_holm: float | None
    wilcoxon_p: float | None
    wilcoxon_p_holm: float | None
    detection: DetectionDifference | None = None
    rank_direction: int = 0
    groups: int = 0
    share_of_first: float = 0.0


@dataclass(frozen=True, slots=True)
class Comparison:
    """images: on how many both were measured; unit: "subject" or "image"."""

    images: int
    groups: int
    unit: str
    structures: tuple[PairedDifference, ...]


def compare_images(
    first: Sequence[ImageScore],
    second: Sequence[ImageScore],
    codes: Sequence[str],
    *,
    seed: int = 0,
) -> Comparison:
    """Compare on the images of the same stem and the same truth; others are left out.

    Paired t-test and Wilcoxon's signed-rank test on the differences of Dice. Images of one subject
    are not independent, so where there are at least six subjects each counts once, by its mean
    difference. A structure that one prediction invents and the other rightly leaves away counts
    there as 0 against 1; where truth and both predictions are empty the image says nothing.
    Structures beside `codes`, which one of the models may not know, have no say in any row.
    """
    first = _of_structures(first, codes)
    pairs = paired_images(first, second, codes)
    groups = len({before.group for before, _ in pairs})
    unit = "subject" if groups >= LEAST_GROUPS else "image"
    weights = cluster_weights([before.group for before, _ in pairs], seed) if pairs else None
    rows = [
        replace(
            _difference(code, pairs, weights, unit),
            share_of_first=_share_of_first(code, first, pairs),
        )
        for code in (*codes, ALL)
    ]
    t_holm = _holm_of_structures([row.t_p for row in rows])
    wilcoxon_holm = _holm_of_structures([row.wilcoxon_p for row in rows])
    return Comparison(
        images=len(pairs),
        groups=groups,
        unit=unit,
        structures=tuple(
            _corrected(row, t, wilcoxon)
            for row, t, wilcoxon in zip(rows, t_holm, wilcoxon_holm, strict=True)
        ),
    )


def paired_images(
    first: Sequence[ImageScore], second: Sequence[ImageScore], codes: Sequence[str]
) -> list[tuple[ImageScore, ImageScore]]:
    """The images of the same stem whose truth is the same in each structure, and only these."""
    others = {image.stem: image for image in _of_structures(second, codes)}
    return [
        (image, others[image.stem])
        for image in _of_structures(first, codes)
        if image.stem in others and _same_truth(image, others[image.stem], codes)
    ]


def _of_structures(images: Sequence[ImageScore], codes: Sequence[str]) -> list[ImageScore]:
    return [
        replace(
            image,
            structures={code: image.structures[code] for code in codes if code in image.structures},
        )
        for image in images
    ]


def holm(values: Sequence[float | None]) -> list[float | None]:
    """Holm's step-down correction; None stays None and does not count."""
    defined = sorted((value, place) for place, value in enumerate(values) if value is not None)
    corrected: list[float | None] = [None] * len(values)
    highest = 0.0
    for rank, (value, place) in enumerate(defined):
        highest = max(highest, min(1.0, value * (len(defined) - rank)))
        corrected[place] = highest
    return corrected


def _same_truth(before: ImageScore, after: ImageScore, codes: Sequence[str]) -> bool:
    return all(
        code in before.structures
        and code in after.structures
        and _same_mask(before.structures[code], after.structures[code])
        for code in codes
    )


def _same_mask(before: StructureScore, after: StructureScore) -> bool:
    if before.truth_digest and after.truth_digest:
        return before.truth_digest == after.truth_digest
    return before.true_px == after.true_px  # a score from before the digest was kept


def _share_of_first(
    code: str, first: Sequence[ImageScore], pairs: Sequence[tuple[ImageScore, ImageScore]]
) -> float:
    measured = sum(_is_measured(image, code) for image in first)
    return sum(_is_measured(before, code) for before, _ in pairs) / measured if measured else 1.0


def _is_measured(image: ImageScore, code: str) -> bool:
    return (code == ALL or code in image.structures) and _dices(image, code) is not None


def _dices(image: ImageScore, code: str) -> float | None:
    if code != ALL:
        return image.structures[code].dice
    total = image.shared_px + image.union_px  # |P| + |T|
    return 2.0 * image.shared_px / total if total else None


def _difference(
    code: str,
    pairs: Sequence[tuple[ImageScore, ImageScore]],
    weights: NDArray[np.float64] | None,
    unit: str,
) -> PairedDifference:
    values = np.zeros((len(pairs), 3))  # first, second, whether either has a Dice
    for row, (before, after) in enumerate(pairs):
        one, two = _dices(before, code), _dices(after, code)
        if one is not None or two is not None:
            # both empty is right, and the other's invention wrong
            values[row] = (1.0 if one is None else one, 1.0 if two is None else two, 1.0)
    is_there = values[:, 2] > 0
    changes = (values[:, 1] - values[:, 0])[is_there]
    if not len(changes):
        return PairedDifference(code, 0, 0, None, None, None, None, None, None, None, None)
    names = np.array([before.group for before, _ in pairs])[is_there]
    tested = changes if unit == "image" else _means(changes, names)
    t_p, wilcoxon_p = _tests(tested)
    columns = np.stack([(values[:, 1] - values[:, 0]) * values[:, 2], values[:, 2]], axis=1)
    return PairedDifference(
        code=code,
        images=len(changes),
        units=len(tested),
        first=float(values[is_there, 0].mean()),
        second=float(values[is_there, 1].mean()),
        difference=float(changes.mean()),
        interval=interval(weights, columns, lambda sums: ratio(sums[..., 0], sums[..., 1])),
        t_p=t_p,
        t_p_holm=None,
        wilcoxon_p=wilcoxon_p,
        wilcoxon_p_holm=None,
        detection=None if code == ALL else _detection(code, pairs, weights),
        rank_direction=_rank_direction(tested),
        groups=len(np.unique(names)),
    )


def _detection(
    code: str,
    pairs: Sequence[tuple[ImageScore, ImageScore]],
    weights: NDArray[np.float64] | None,
) -> DetectionDifference | None:
    before = region_columns([one for one, _ in pairs], code)
    after = region_columns([two for _, two in pairs], code)
    if not before.any() and not after.any():
        return None

    def difference(sums: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.asarray(_right_without_any(sums[..., 4:]) - _right_without_any(sums[..., :4]))

    columns = np.concatenate([before, after], axis=1)
    return DetectionDifference(
        first=float(_right_without_any(before.sum(axis=0))),
        second=float(_right_without_any(after.sum(axis=0))),
        difference=float(difference(columns.sum(axis=0))),
        interval=interval(weights, columns, difference),
    )


def _right_without_any(sums: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.nan_to_num(detection_f1(sums), nan=1.0)


def _means(changes: NDArray[np.float64], names: NDArray[np.str_]) -> NDArray[np.float64]:
    return np.array([changes[names == name].mean() for name in np.unique(names)])


def _tests(changes: NDArray[np.float64]) -> tuple[float | None, float | None]:
    """p of the paired t-test and of Wilcoxon's; None where nothing differs or too few do."""
    if len(changes) < _LEAST_PAIRS or not np.any(changes):
        return None, None
    from scipy import stats  # noqa: PLC0415 - slow to load

    t_p = float(stats.ttest_1samp(changes, 0.0).pvalue) if np.ptp(changes) > _SAME else None
    return t_p, float(stats.wilcoxon(changes).pvalue)


def _rank_direction(changes: NDArray[np.float64]) -> int:
    """The sign of Wilcoxon's signed rank sum: without what does not differ, ties share a rank."""
    differ = changes[changes != 0]
    sizes = np.abs(differ)
    ordered = np.sort(sizes)
    below, up_to = (np.searchsorted(ordered, sizes, side) for side in ("left", "right"))
    return int(np.sign((np.sign(differ) * (below + up_to + 1)).sum()))


def _holm_of_structures(values: Sequence[float | None]) -> list[float | None]:
    """The family of tests is the structures; `ALL`, the last, is a summary of them."""
    return [*holm(values[:-1]), values[-1]]


def _corrected(
    row: PairedDifference, t_p_holm: float | None, wilcoxon_p_holm: float | None
) -> PairedDifference:
    return replace(row, t_p_holm=t_p_holm, wilcoxon_p_holm=wilcoxon_p_holm)
