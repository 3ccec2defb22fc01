"""Mask pictures as numbers: which structure each pixel belongs to.

The rule is that of `training.datasets.pairs`, so that a folder trains and imports alike; colours
are never looked at:

- palette PNG (mode P): the index, whatever colour it is painted in;
- grey (L) and 16-bit masks: the values as they stand; 1-bit masks: 0 and 1;
- RGB(A) masks whose three channels are equal everywhere: that value; other colours are refused;
- with a single structure numbered 1, a mask of 0 and 255 means the same as 0 and 1.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

from annotation.frames.problem import UnreadableSourceError

WHITE = 255
PICTURE_SUFFIXES = frozenset({".png", ".jpg", ".jpeg", ".bmp", ".tif", ".tiff", ".webp"})


def parse_classes(text: str) -> dict[int, str]:
    """Read "1=nerve,2=vessel" as {mask value: structure code}.

    A name after a colon ("1=nerve:Femoral nerve") is allowed and not needed here. Raises
    UnreadableSourceError for another form, and for a value or code given twice.
    """
    classes: dict[int, str] = {}
    for part in text.split(","):
        found = re.fullmatch(r"\s*(\d{1,3})\s*=\s*([a-z0-9_-]+)\s*(?::[^:]+)?", part)
        if found is None or not 0 < int(found[1]) <= WHITE:
            raise UnreadableSourceError(
                f'Classes are written "1=nerve,2=vessel"; {part.strip()!r} is not of that form.'
            )
        if int(found[1]) in classes or found[2] in classes.values():
            raise UnreadableSourceError(f"{part.strip()!r} names a value or a structure twice.")
        classes[int(found[1])] = found[2]
    return classes


def read_mask_values(path: Path) -> NDArray[np.uint16]:
    """The numbers in a mask file, uint16 (H, W): palette indices, never colours.

    Raises UnreadableSourceError naming the file.
    """
    try:
        with Image.open(path) as picture:
            picture.load()
            values = np.asarray(picture)
    except (UnidentifiedImageError, OSError, ValueError, Image.DecompressionBombError) as damage:
        raise UnreadableSourceError(f"{path.name} is not a readable mask.") from damage
    if values.ndim == 3:
        colours = values[..., :3] if values.shape[2] >= 3 else values[..., :1]
        if (colours != colours[..., :1]).any():
            raise UnreadableSourceError(
                f"{path.name} is a colour picture; a mask holds one number a pixel "
                "(a palette or grey PNG)."
            )
        values = colours[..., 0]
    if values.dtype.kind == "f" or values.min(initial=0) < 0 or values.max(initial=0) > 65535:
        raise UnreadableSourceError(f"{path.name} holds numbers that are no mask values.")
    return values.astype(np.uint16)


def structure_masks(
    values: NDArray[np.uint16], classes: Mapping[int, str], name: str
) -> dict[str, NDArray[np.bool_]]:
    """Structure code -> bool (H, W), for every class, also where it is nowhere.

    `name` is the file's, for the UnreadableSourceError about a value that no class names.
    """
    present = {int(value) for value in np.flatnonzero(np.bincount(values.ravel()))} - {0}
    if list(classes) == [1] and present == {WHITE}:
        return {classes[1]: values > 0}
    unknown = sorted(present - set(classes))
    if unknown:
        known = ", ".join(f"{value}={code}" for value, code in classes.items())
        raise UnreadableSourceError(
            f"{name} holds the mask value {unknown[0]}, which names no structure; "
            f"known are {known}. Name it with --classes, or correct the mask."
        )
    return {code: values == value for value, code in classes.items()}


def read_structure_masks(path: Path, classes: Mapping[int, str]) -> dict[str, NDArray[np.bool_]]:
    """Both at once, of a file; UnreadableSourceError names it."""
    return structure_masks(read_mask_values(path), classes, path.name)


def pictures_by_stem(folder: Path) -> dict[str, Path]:
    """The pictures of a folder by stem, in the order of names.

    Raises UnreadableSourceError for a missing folder, or a stem that occurs twice.
    """
    if not folder.is_dir():
        raise UnreadableSourceError(f"There is no folder {folder}.")
    found: dict[str, Path] = {}
    for path in sorted(folder.iterdir()):
        if path.suffix.lower() not in PICTURE_SUFFIXES or path.name.startswith("."):
            continue
        if path.stem in found:
            raise UnreadableSourceError(
                f"{found[path.stem].name} and {path.name} in {folder} have the same name."
            )
        found[path.stem] = path
    return found


def missing_partners(images: Iterable[str], masks: Iterable[str]) -> tuple[list[str], list[str]]:
    """Stems of images without a mask, and of masks without an image."""
    image_stems, mask_stems = set(images), set(masks)
    return sorted(image_stems - mask_stems), sorted(mask_stems - image_stems)
