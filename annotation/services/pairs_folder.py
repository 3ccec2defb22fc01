"""A folder of images and masks, looked through before anything is written."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from annotation.frames.mask_images import (
    missing_partners,
    pictures_by_stem,
    read_structure_masks,
)
from annotation.frames.opening import open_source
from annotation.frames.problem import UnreadableSourceError
from annotation.frames.stills import natural_key
from annotation.models import Procedure, Structure
from fascicle.errors import InvalidInput


@dataclass(frozen=True, slots=True)
class CheckedPairs:
    """What a folder holds: images and masks by stem, all readable and of the same size.

    stems: of the pairs, in their natural order. groups: stem -> subject, for some. shown: codes
    of the structures that some mask shows.
    """

    classes: Mapping[int, str]
    structures: Mapping[str, Structure]
    image_of: Mapping[str, Path]
    mask_of: Mapping[str, Path]
    groups: Mapping[str, str]
    stems: list[str]
    without_mask: list[str]
    without_image: list[str]
    shown: frozenset[str]


def pairs_check(
    *, folder: Path, procedure: Procedure, classes: Mapping[int, str], limit: int | None = None
) -> CheckedPairs:
    """Look through `folder`/images with `folder`/masks of the same stems.

    `classes` maps mask values to structure codes; subjects come from `folder`/groups.json. Raises
    InvalidInput naming the first file that is wrong, and what to do.
    """
    structures = _structures(procedure, classes)
    if limit is not None and limit < 1:
        raise InvalidInput("The limit is a number of pairs, 1 or more.")
    try:
        image_of = pictures_by_stem(folder / "images")
        mask_of = pictures_by_stem(folder / "masks")
        groups = _groups(folder / "groups.json")
    except UnreadableSourceError as wrong:
        raise InvalidInput(str(wrong), code="unreadable_folder") from wrong
    stems = sorted((stem for stem in image_of if stem in mask_of), key=natural_key)[:limit]
    if not stems:
        raise InvalidInput(
            f"No image in {folder / 'images'} has a mask of the same name in {folder / 'masks'} "
            f"({len(image_of)} images, {len(mask_of)} masks)."
        )
    shown: set[str] = set()
    try:
        for stem in stems:
            shown |= _shown_by(image_of[stem], mask_of[stem], classes)
    except UnreadableSourceError as wrong:
        raise InvalidInput(str(wrong), code="unreadable_pair") from wrong
    without_mask, without_image = missing_partners(image_of, mask_of)
    return CheckedPairs(
        classes, structures, image_of, mask_of, groups, stems,
        without_mask, without_image, frozenset(shown),
    )  # fmt: skip


def default_classes(procedure: Procedure) -> dict[int, str]:
    """{1: its code} for a procedure with one structure; InvalidInput for others."""
    codes = [structure.code for structure in procedure.structures.all()]
    if len(codes) != 1:
        raise InvalidInput(
            f"{procedure} has several structures; say which mask value is which, for example "
            '--classes "'
            + ",".join(f"{value}={code}" for value, code in enumerate(codes, start=1))
            + '".'
        )
    return {1: codes[0]}


def _shown_by(image: Path, mask: Path, classes: Mapping[int, str]) -> set[str]:
    masks = read_structure_masks(mask, classes)
    try:
        facts = open_source(image).facts
    except UnreadableSourceError as damage:
        raise UnreadableSourceError(f"{image.name}: {damage}") from damage
    height, width = next(iter(masks.values())).shape
    if (width, height) != (facts.width, facts.height):
        raise UnreadableSourceError(
            f"The mask {mask.name} is {width} x {height} pixels, but its image {image.name} is "
            f"{facts.width} x {facts.height}; export it at the image's size, or take both files "
            "out."
        )
    return {code for code, dense in masks.items() if dense.any()}


def _structures(procedure: Procedure, classes: Mapping[int, str]) -> dict[str, Structure]:
    known = {structure.code: structure for structure in procedure.structures.all()}
    for code in classes.values():
        if code not in known:
            raise InvalidInput(f"{procedure} has no structure “{code}”; it has {', '.join(known)}.")
    return {code: known[code] for code in classes.values()}


def _groups(path: Path) -> dict[str, str]:
    if not path.exists():
        return {}
    try:
        groups = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as damage:
        raise UnreadableSourceError(f"{path} is not readable JSON.") from damage
    if not isinstance(groups, dict) or not all(
        isinstance(group, str | int) for group in groups.values()
    ):
        raise UnreadableSourceError(f'{path} must be one object {{"stem": "subject", ...}}.')
    return {str(stem): str(group) for stem, group in groups.items()}
