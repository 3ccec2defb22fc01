"""Folds that keep groups together: a subject, or a cluster of near-duplicates, is on one side.

Where no subjects are known, frames whose 32x32 thumbnails correlate above 0.8 are chained into
pseudo-subjects: consecutive frames of one scan on both sides would make any model look good.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from training.datasets.problem import BadInputError

GroupedBy = Literal["given", "near-duplicates"]

THUMBNAIL_SIDE = 32
NEAR_DUPLICATE_CORRELATION = 0.8
_BLOCK = 1024


class LeakError(BadInputError):
    """A split that puts one group on both sides, or one image into two folds."""


@dataclass(frozen=True, slots=True)
class Split:
    """K folds of stems, and the group of every stem. Each stem is held out in exactly one fold."""

    folds: tuple[tuple[str, ...], ...]
    groups: Mapping[str, str]
    seed: int
    grouped_by: GroupedBy = "given"

    def __post_init__(self) -> None:
        home: dict[str, int] = {}
        seen: set[str] = set()
        for number, stems in enumerate(self.folds):
            for stem in stems:
                if stem in seen:
                    raise LeakError(f"{stem!r} is in two folds.")
                seen.add(stem)
                if stem not in self.groups:
                    raise LeakError(f"The split knows no group for {stem!r}.")
                group = self.groups[stem]
                if home.setdefault(group, number) != number:
                    raise LeakError(
                        f"Group {group!r} is in folds {home[group]} and {number}: the same "
                        "subject would be trained on and tested."
                    )

    def held_out(self, fold: int) -> tuple[str, ...]:
        """The stems that fold `fold` is evaluated on."""
        return self.folds[self._checked(fold)]

    def training(self, fold: int) -> tuple[str, ...]:
        """The stems that fold `fold` trains on: all others."""
        self._checked(fold)
        return tuple(
            stem for number, stems in enumerate(self.folds) if number != fold for stem in stems
        )

    def to_json(self) -> dict[str, Any]:
        return {
            "seed": self.seed,
            "grouped_by": self.grouped_by,
            "folds": [
                {
                    "fold": number,
                    "images": len(stems),
                    "groups": len({self.groups[stem] for stem in stems}),
                    "stems": list(stems),
                }
                for number, stems in enumerate(self.folds)
            ],
            "groups": dict(self.groups),
        }

    def _checked(self, fold: int) -> int:
        if not 0 <= fold < len(self.folds):
            raise BadInputError(
                f"There is no fold {fold}; this split has folds 0 to {len(self.folds) - 1}."
            )
        return fold


def split_from_json(description: Mapping[str, Any]) -> Split:
    """Read a split back; LeakError for one that leaks, BadInputError for one that is damaged."""
    try:
        return Split(
            folds=tuple(
                tuple(str(stem) for stem in fold["stems"]) for fold in description["folds"]
            ),
            groups={str(stem): str(group) for stem, group in description["groups"].items()},
            seed=int(description["seed"]),
            grouped_by=description["grouped_by"],
        )
    except (KeyError, TypeError, AttributeError) as damage:
        raise BadInputError(f"The split is damaged: {damage!r}.") from damage


def read_split(path: Path) -> Split:
    """Read a split file as `Split.to_json` describes it."""
    try:
        return split_from_json(json.loads(path.read_text(encoding="utf-8")))
    except BadInputError as problem:
        raise type(problem)(f"{path}: {problem}") from problem
    except (OSError, ValueError) as damage:
        raise BadInputError(f"The split {path} is not readable JSON ({damage}).") from damage


def grouped_folds(
    groups: Mapping[str, str], folds: int, seed: int = 0, grouped_by: GroupedBy = "given"
) -> Split:
    """Deal groups (stem -> group) into folds of nearly the same number of images.

    Largest group first, each to the fold with the fewest images so far; ties are broken by the
    seed. The same groups, folds and seed give the same split whatever the order of the mapping.
    Raises BadInputError for fewer than two folds or fewer groups than folds.
    """
    if folds < 2:
        raise BadInputError(f"Cross-validation needs at least 2 folds, not {folds}.")
    sizes = Counter(groups.values())
    if len(sizes) < folds:
        what = "clusters of near-duplicate images" if grouped_by != "given" else "groups"
        raise BadInputError(
            f"{folds} folds need at least {folds} {what}; there are {len(sizes)} "
            f"({len(groups)} images). Choose fewer folds, or take in images of more subjects."
        )
    return _dealt(groups, {}, folds, seed, grouped_by)


def continued_folds(former: Split, groups: Mapping[str, str], seed: int = 0) -> Split:
    """Deal groups (stem -> group) so that those the former split knows stay in their fold.

    New groups are dealt as `grouped_folds` deals them. What a network of fold i was not trained on
    is then held out in fold i again. Raises BadInputError where a fold would hold out nothing.
    """
    home = {
        former.groups[stem]: number for number, stems in enumerate(former.folds) for stem in stems
    }
    present = set(groups.values())
    kept = {group: fold for group, fold in home.items() if group in present}
    split = _dealt(groups, kept, len(former.folds), seed, former.grouped_by)
    if empty := [number for number, stems in enumerate(split.folds) if not stems]:
        raise BadInputError(
            f"Nothing is left to hold out in fold {empty[0]}: its groups are gone, and there are "
            "no new ones."
        )
    return split


def _dealt(
    groups: Mapping[str, str],
    kept: Mapping[str, int],
    folds: int,
    seed: int,
    grouped_by: GroupedBy,
) -> Split:
    sizes = Counter(groups.values())
    rng = np.random.default_rng(seed)
    names = sorted(sizes)
    shuffled = [names[place] for place in rng.permutation(len(names))]
    home = dict(kept)
    counts = [sum(sizes[group] for group in kept if kept[group] == fold) for fold in range(folds)]
    for group in sorted(shuffled, key=lambda name: -sizes[name]):
        if group in kept:
            continue
        fold = min(range(folds), key=lambda number: counts[number])
        home[group] = fold
        counts[fold] += sizes[group]
    dealt: list[list[str]] = [[] for _ in range(folds)]
    for stem in sorted(groups):
        dealt[home[groups[stem]]].append(stem)
    return Split(
        tuple(tuple(stems) for stems in dealt),
        {stem: groups[stem] for stem in sorted(groups)},
        seed,
        grouped_by,
    )


def thumbnail(image: NDArray[np.uint8]) -> NDArray[np.float32]:
    """A frame (H, W) as a vector of 32 * 32 with zero mean and unit length, for correlations."""
    small = cv2.resize(image, (THUMBNAIL_SIDE, THUMBNAIL_SIDE), interpolation=cv2.INTER_AREA)
    vector = small.astype(np.float32).ravel()
    vector -= vector.mean()
    length = float(np.linalg.norm(vector))
    return np.asarray(vector / max(length, 1e-6), np.float32)


def near_duplicate_groups(
    stems: Sequence[str],
    thumbnails: NDArray[np.float32],
    threshold: float = NEAR_DUPLICATE_CORRELATION,
) -> dict[str, str]:
    """Group stems whose thumbnails (n, 1024) correlate above the threshold, directly or by a chain.

    A group is named after its first stem.
    """
    from scipy.sparse import coo_array  # noqa: PLC0415 - slow to load
    from scipy.sparse.csgraph import connected_components  # noqa: PLC0415

    count = len(stems)
    rows: list[NDArray[np.intp]] = []
    columns: list[NDArray[np.intp]] = []
    for start in range(0, count, _BLOCK):
        alike = thumbnails[start : start + _BLOCK] @ thumbnails.T > threshold
        row, column = np.nonzero(alike)
        rows.append(row + start)
        columns.append(column)
    row, column = np.concatenate(rows), np.concatenate(columns)
    edges = coo_array((np.ones(len(row), np.int8), (row, column)), shape=(count, count))
    _, cluster = connected_components(edges, directed=False)
    first: dict[int, str] = {}
    return {
        stem: first.setdefault(int(number), stem)
        for stem, number in zip(stems, cluster, strict=True)
    }
