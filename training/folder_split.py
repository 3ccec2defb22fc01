"""Folders of images and masks, and the folds they are dealt into, for every command alike."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np

from training.datasets.pairs import ImageMaskPair, read_groups, read_image, scan_pairs
from training.datasets.problem import BadInputError
from training.folds import Split, grouped_folds, near_duplicate_groups, read_split, thumbnail
from training.whole_file import write_whole

Warn = Callable[[str], None]
SPLIT_FILE = "folds.json"


def folder_pairs(
    images: Path, masks: Path, groups_file: Path | None, limit: int | None, warn: Warn
) -> tuple[ImageMaskPair, ...]:
    """The pairs of two folders; says through `warn` which pictures have no partner."""
    groups = None if groups_file is None else read_groups(groups_file)
    scan = scan_pairs(images, masks, groups, limit)
    for stems, what in ((scan.without_mask, "no mask"), (scan.without_image, "no image")):
        if stems:
            more = f" and {len(stems) - 1} more" if len(stems) > 1 else ""
            warn(f"{stems[0]}{more} left out: {what} of that name.")
    return scan.pairs


def groups_of(pairs: Sequence[ImageMaskPair]) -> tuple[dict[str, str], str]:
    """The group of every stem, and whether it was given or found by near-duplicates."""
    given = {pair.stem: pair.group for pair in pairs if pair.group is not None}
    if len(given) == len(pairs):
        return given, "given"
    with ThreadPoolExecutor(2) as pool:
        thumbnails = list(pool.map(lambda pair: thumbnail(read_image(pair.image)), pairs))
    stems = [pair.stem for pair in pairs]
    return near_duplicate_groups(stems, np.stack(thumbnails)), "near-duplicates"


def dealt(pairs: Sequence[ImageMaskPair], folds: int, seed: int) -> Split:
    """The split of these pairs: by their groups, or by near-duplicates where they have none."""
    groups, grouped_by = groups_of(pairs)
    if grouped_by == "given":
        return grouped_folds(groups, folds, seed)
    return grouped_folds(groups, folds, seed, "near-duplicates")


def found_split(pairs: Sequence[ImageMaskPair], folds: int, seed: int, out: Path) -> Split:
    """The split in `out/folds.json`, or a new one where there is none: `keep_split` writes it.

    One that is there may be dealt by other rules, as a run that goes on from another's folds does;
    it has to be of the same images, groups, number of folds and seed, and may not leak.
    """
    path = out / SPLIT_FILE
    split = dealt(pairs, folds, seed)
    if path.exists():
        kept = read_split(path)
        if not _is_of_the_same(kept, split):
            raise BadInputError(
                f"{path} holds another split (other images, groups, folds or seed); "
                "choose another --out, or remove it to start afresh."
            )
        return kept
    return split


def keep_split(split: Split, out: Path) -> None:
    """Write a split that folds are about to be trained on; whichever of them comes first."""
    if not (out / SPLIT_FILE).exists():
        write_json(out / SPLIT_FILE, split.to_json())


def _is_of_the_same(kept: Split, split: Split) -> bool:
    return (
        kept.groups == split.groups
        and sorted(chain(*kept.folds)) == sorted(chain(*split.folds))
        and len(kept.folds) == len(split.folds)
        and (kept.seed, kept.grouped_by) == (split.seed, split.grouped_by)
    )


def write_json(path: Path, described: dict[str, Any]) -> None:
    """Write a JSON file whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, json.dumps(described, indent=2) + "\n")
