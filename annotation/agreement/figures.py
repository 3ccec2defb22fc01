"""Sums up compared frames into the figures of a report, with 95 % intervals by subject.

Every figure is a function of sums over frames, so that a resample of subjects is a matrix product.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from annotation.agreement.clip_measures import PRESENT, UNSEEN, ClipMeasures
from annotation.agreement.reliability import (
    cohen_kappa,
    fleiss_kappa,
    item_sums,
    krippendorff_alpha,
    observed_agreement,
)
from annotation.agreement.table import BOTH, FrameTable
from annotation.measures import MICRONS_PER_MM, Figure, cluster_weights, interval, ratio

Floats = NDArray[np.float64]
Level = Literal["subject", "clip", "frame"]

# what is summed of each row, in this order
_STATES = slice(0, 4)
_SHOWN, _DICE, _IOU, _SHARED, _UNION = 4, 5, 6, 7, 8
_BOTH, _HD95, _DISTANCE, _SCALED, _HD95_MM, _DISTANCE_MM = 9, 10, 11, 12, 13, 14
_REGIONS = slice(15, 19)  # of the first reader, matched; of the second, matched
_COLUMNS = 19


def _of(over: int, under: int) -> Figure:
    return lambda sums: ratio(sums[..., over], sums[..., under])


def _f1(sums: Floats) -> Floats:
    """2PR / (P + R); 0 where regions were drawn and none was met."""
    regions = sums[..., _REGIONS]
    recall = np.nan_to_num(ratio(regions[..., 1], regions[..., 0]))
    precision = np.nan_to_num(ratio(regions[..., 3], regions[..., 2]))
    f1 = np.nan_to_num(ratio(2.0 * precision * recall, precision + recall))
    return np.where(regions[..., 0] + regions[..., 2] > 0, f1, np.nan)


FIGURES: Mapping[str, Figure] = {
    "dice": _of(_DICE, _SHOWN),
    "iou": _of(_IOU, _SHOWN),
    "iou_pooled": _of(_SHARED, _UNION),
    "hd95_px": _of(_HD95, _BOTH),
    "surface_distance_px": _of(_DISTANCE, _BOTH),
    "hd95_mm": _of(_HD95_MM, _SCALED),
    "surface_distance_mm": _of(_DISTANCE_MM, _SCALED),
    "f1": _f1,
    "visible_agreement": lambda sums: observed_agreement(sums[..., _STATES]),
    "kappa": lambda sums: cohen_kappa(sums[..., _STATES]),
}


def agreement_figures(
    measures: Sequence[ClipMeasures],
    channels: Sequence[int],
    readers: int,
    microns_per_pixel: Mapping[int, float | None],
    *,
    seed: int = 0,
) -> dict[str, Any]:
    """JSON-able: `structures`, and `pairs` of readers, with figures, intervals and quartiles.

    `structures` has an entry for each channel and one for all together (channel None), over all
    pairs; its `kappa` is the mean of the pairs' (Light, 1971). microns_per_pixel: of each clip.
    """
    rows = np.concatenate([each.rows for each in measures])
    table = FrameTable(rows)
    subject_of = {each.clip: each.subject for each in measures}
    subjects = sorted(set(subject_of.values()))
    numbers = {subject: number for number, subject in enumerate(subjects)}
    place = {clip: numbers[subject] for clip, subject in subject_of.items()}
    pairs = sorted(
        (first, second) for first in range(readers) for second in range(first + 1, readers)
    )
    sums = _sums_by_subject(table, place, channels, pairs, microns_per_pixel)
    visible = _visible_by_subject(measures, place, len(channels), len(subjects))
    weights = cluster_weights(subjects, seed)
    dice = table.dice
    structures = []
    for at, channel in [*enumerate(channels), (None, None)]:
        mine = sums.sum(axis=1) if at is None else sums[:, at]  # (subjects, pairs, columns)
        seen = visible.sum(axis=1) if at is None else visible[:, at]
        members = slice(None) if channel is None else rows["channel"] == channel
        structures.append(
            {
                "channel": channel,
                **_described(mine.sum(axis=1), weights, leave_out=("kappa",)),
                **_coefficients(mine, seen, weights),
                "spread": _spread(dice[members], rows[members]["hd95_px"]),
            }
        )
    described_pairs = [
        {
            "first": first,
            "second": second,
            "structures": [
                {
                    "channel": channel,
                    **_described(
                        (sums.sum(axis=1) if at is None else sums[:, at])[:, number], weights
                    ),
                }
                for at, channel in [*enumerate(channels), (None, None)]
            ],
        }
        for number, (first, second) in enumerate(pairs)
    ]
    return {
        "subjects": len(subjects),
        "clips": len(measures),
        "frames": len(np.unique(rows[["clip", "frame"]])) if len(rows) else 0,
        "structures": structures,
        "pairs": described_pairs,
    }


def pair_figures(
    table: FrameTable,
    channels: Sequence[int],
    subject_of: Mapping[int, str],
    scale_of: Mapping[int, float | None],
    *,
    seed: int = 0,
) -> list[dict[str, Any]]:
    """Figures with intervals of a table in which readers 0 and 1 are the only two: one entry for
    each channel, the last for all together (channel None).

    channels: rising, with every channel of the table. subject_of, scale_of: of each clip of it.
    """
    subjects = sorted(set(subject_of.values()))
    place = {clip: subjects.index(subject) for clip, subject in subject_of.items()}
    sums = _sums_by_subject(table, place, channels, [(0, 1)], scale_of)[:, :, 0]
    weights = cluster_weights(subjects, seed)
    return [
        {
            "channel": channel,
            **_described(sums.sum(axis=1) if at is None else sums[:, at], weights),
        }
        for at, channel in [*enumerate(channels), (None, None)]
    ]


def breakdown(
    table: FrameTable,
    by: Level,
    subject_of: Mapping[int, str],
    scale_of: Mapping[int, float | None],
) -> list[dict[str, Any]]:
    """The figures of each subject, clip, or frame of a clip, in order, without intervals.

    table: the rows to sum up, of as many structures and pairs as one wants taken together.
    """
    columns = _columns(table, scale_of)
    rows = table.rows
    names: NDArray[Any]
    if by == "subject":
        names = np.array([subject_of[clip] for clip in rows["clip"].tolist()])
    else:
        names = rows["clip" if by == "clip" else "frame"]
    found, member = np.unique(names, return_inverse=True)
    sums = np.zeros((len(found), _COLUMNS))
    np.add.at(sums, member, columns)
    return [{by: name, **_figures(sums[number])} for number, name in enumerate(found.tolist())]


def _columns(table: FrameTable, scale_of: Mapping[int, float | None]) -> Floats:
    rows = table.rows
    columns = np.zeros((len(rows), _COLUMNS))
    columns[np.arange(len(rows)), rows["state"]] = 1.0
    columns[:, _SHOWN] = rows["state"] > 0
    columns[:, _DICE] = np.nan_to_num(table.dice)
    columns[:, _IOU] = np.nan_to_num(table.iou)
    columns[:, _SHARED] = rows["shared_px"]
    columns[:, _UNION] = rows["first_px"] + (rows["second_px"] - columns[:, _SHARED])
    columns[:, _BOTH] = rows["state"] == BOTH
    columns[:, _HD95] = np.nan_to_num(rows["hd95_px"])
    columns[:, _DISTANCE] = np.nan_to_num(rows["surface_distance_px"])
    clips, member = np.unique(rows["clip"], return_inverse=True)
    mm = np.array([(scale_of.get(clip) or 0.0) / MICRONS_PER_MM for clip in clips.tolist()])
    scale = mm[member] if len(rows) else np.zeros(0)
    columns[:, _SCALED] = columns[:, _BOTH] * (scale > 0)
    columns[:, _HD95_MM] = columns[:, _HD95] * scale
    columns[:, _DISTANCE_MM] = columns[:, _DISTANCE] * scale
    for at, name in enumerate(
        ("regions_first", "regions_first_matched", "regions_second", "regions_second_matched")
    ):
        columns[:, _REGIONS.start + at] = rows[name]
    return columns


def _sums_by_subject(
    table: FrameTable,
    place: Mapping[int, int],
    channels: Sequence[int],
    pairs: Sequence[tuple[int, int]],
    scale_of: Mapping[int, float | None],
) -> Floats:
    """(subjects, channels, pairs, columns). place: the subject's number of each clip."""
    rows = table.rows
    subjects = max(place.values(), default=-1) + 1
    sums = np.zeros((subjects, len(channels), len(pairs), _COLUMNS))
    if not len(rows):
        return sums
    clips, member = np.unique(rows["clip"], return_inverse=True)
    subject = np.array([place[clip] for clip in clips.tolist()])[member]
    channel = np.searchsorted(np.asarray(channels), rows["channel"])
    readers = max(second for _, second in pairs) + 1
    number = np.zeros((readers, readers), dtype=np.intp)
    for at, (first, second) in enumerate(pairs):
        number[first, second] = at
    pair = number[rows["first"], rows["second"]]
    np.add.at(sums, (subject, channel, pair), _columns(table, scale_of))
    return sums


def _visible_by_subject(
    measures: Sequence[ClipMeasures], place: Mapping[int, int], channels: int, subjects: int
) -> Floats:
    """(subjects, channels, 7): the summed `item_sums` of frames."""
    sums = np.zeros((subjects, channels, 7))
    for each in measures:
        present = (each.visible == PRESENT).sum(axis=1).astype(np.float64)
        ratings = (each.visible != UNSEEN).sum(axis=1).astype(np.float64)
        sums[place[each.clip]] += item_sums(present, ratings).sum(axis=1)
    return sums


def _figures(sums: Floats) -> dict[str, Any]:
    counts = [int(count) for count in sums[_STATES]]
    return {
        "compared": sum(counts),
        "neither": counts[0],
        "only_first": counts[1],
        "only_second": counts[2],
        "both": counts[3],
        "figures": {name: _number(figure(sums)) for name, figure in FIGURES.items()},
    }


def _described(
    sums: Floats, weights: Floats | None, leave_out: Sequence[str] = ()
) -> dict[str, Any]:
    """sums: (subjects, columns)."""
    described = _figures(sums.sum(axis=0))
    described["intervals"] = {
        name: interval(weights, sums, figure)
        for name, figure in FIGURES.items()
        if name not in leave_out
    }
    for name in leave_out:
        del described["figures"][name]
    return described


def _coefficients(pairs: Floats, visible: Floats, weights: Floats | None) -> dict[str, Any]:
    """pairs: (subjects, pairs, columns); visible: (subjects, 7)."""

    def light(flat: Floats) -> Floats:
        kappas = cohen_kappa(flat.reshape(*flat.shape[:-1], -1, 4))
        defined = np.isfinite(kappas)
        return ratio(
            np.where(defined, kappas, 0.0).sum(axis=-1), defined.sum(axis=-1).astype(float)
        )

    states = pairs[:, :, _STATES].reshape(len(pairs), -1)
    asked: dict[str, tuple[Floats, Figure]] = {
        "light_kappa": (states, light),
        "fleiss_kappa": (visible, fleiss_kappa),
        "krippendorff_alpha": (visible, krippendorff_alpha),
    }
    return {
        "coefficients": {
            name: {
                "value": _number(figure(sums.sum(axis=0))),
                "interval": interval(weights, sums, figure),
            }
            for name, (sums, figure) in asked.items()
        }
    }


def _spread(dice: Floats, hd95: Floats) -> dict[str, Any]:
    """Over single frames: 5th, 25th, 50th, 75th and 95th percentile, None without a frame."""

    def percentiles(values: Floats) -> list[float] | None:
        defined = values[np.isfinite(values)]
        if not len(defined):
            return None
        return [float(each) for each in np.percentile(defined, (5, 25, 50, 75, 95))]

    return {"dice": percentiles(dice), "hd95_px": percentiles(hd95)}


def _number(value: Floats | np.float64) -> float | None:
    return float(value) if np.isfinite(value) else None
