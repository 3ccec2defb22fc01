"""Folders of images and index masks as pairs.

An image and its mask share the file's stem (`images/0042.jpg`, `masks/0042.png`) and their size.
A mask's number is its structure; colours are never looked at:

- palette PNG (mode P): the index, whatever colour it is painted in;
- grey (L) and 16-bit masks: the values as they stand; 1-bit masks: 0 and 1;
- RGB(A) masks whose three channels are equal everywhere: that value; other colours are refused;
- with a single class numbered 1, a mask of 0 and 255 means the same as 0 and 1.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

from inference.engine.errors import EngineError
from inference.engine.framefile import PICTURE_SUFFIXES, read_frame
from inference.engine.modelfile import ModelClass
from training.datasets.problem import BadInputError

WHITE = 255
MAXIMUM_CLASSES = 254


@dataclass(frozen=True, slots=True)
class MaskClass:
    """One structure: the value it has in mask files, its stable code and its name."""

    value: int
    code: str
    name: str


@dataclass(frozen=True, slots=True)
class ClassMap:
    """The structures of a set of masks in channel order: the first is channel 1, background 0."""

    classes: tuple[MaskClass, ...]

    def __post_init__(self) -> None:
        if not self.classes:
            raise BadInputError("At least one structure is needed.")
        if len(self.classes) > MAXIMUM_CLASSES:
            raise BadInputError(f"At most {MAXIMUM_CLASSES} structures fit into one mask.")
        for what, seen in (
            ("value", [each.value for each in self.classes]),
            ("code", [each.code for each in self.classes]),
        ):
            if len(set(seen)) != len(seen):
                raise BadInputError(f"Two structures share a {what}: {seen}.")
        if any(not 0 < each.value <= WHITE for each in self.classes):
            raise BadInputError("Mask values of structures lie between 1 and 255.")

    @property
    def channels(self) -> int:
        """Number of network channels, background included."""
        return len(self.classes) + 1

    @property
    def codes(self) -> tuple[str, ...]:
        return tuple(each.code for each in self.classes)

    @property
    def model_classes(self) -> tuple[ModelClass, ...]:
        """The same structures as a model file names them: by channel."""
        return tuple(
            ModelClass(channel, each.code, each.name)
            for channel, each in enumerate(self.classes, start=1)
        )


@dataclass(frozen=True, slots=True)
class ImageMaskPair:
    """An image file and its mask file. group: subject or cluster that folds keep together. soft:
    the shares of several readers (`training.datasets.soft`), to train on in the mask's place.
    """

    stem: str
    image: Path
    mask: Path
    group: str | None = None
    soft: Path | None = None


@dataclass(frozen=True, slots=True)
class PairScan:
    """What two folders hold: the pairs by stem, and the stems that lack a partner."""

    pairs: tuple[ImageMaskPair, ...]
    without_mask: tuple[str, ...]
    without_image: tuple[str, ...]


def parse_classes(text: str) -> ClassMap:
    """Read "1=nerve,2=vessel" (mask value = code), or "1=nerve:Femoral nerve" to give a name too.

    A code is kept as written where it is made of lower-case letters, digits, "-" and "_"; anything
    else is taken for a name and its code is made from it.
    """
    classes: list[MaskClass] = []
    for part in text.split(","):
        value, equals, label = (piece.strip() for piece in part.partition("="))
        code, colon, name = (piece.strip() for piece in label.partition(":"))
        if not (equals and value.isdecimal() and code) or (colon and not name):
            raise BadInputError(
                f'Classes are written "1=nerve,2=vessel"; {part.strip()!r} is not of that form.'
            )
        if not name:
            name = code if not _is_code(code) else _name_of(code)
        classes.append(MaskClass(int(value), code if _is_code(code) else _slug(code), name))
    return ClassMap(tuple(sorted(classes, key=lambda each: each.value)))


def scan_pairs(
    images: Path, masks: Path, groups: Mapping[str, str] | None = None, limit: int | None = None
) -> PairScan:
    """Pair the pictures of two folders by stem, in the order of their names.

    groups: stem -> group, for every pair. limit keeps the first so many pairs. Raises
    BadInputError for a missing folder, no pairs, a stem that occurs twice, or a pair without group.
    """
    image_of, mask_of = _by_stem(images), _by_stem(masks)
    shared = [stem for stem in image_of if stem in mask_of]
    if not shared:
        raise BadInputError(
            f"No image in {images} has a mask of the same name in {masks} "
            f"({len(image_of)} images, {len(mask_of)} masks)."
        )
    shared = shared[:limit]
    if groups is not None:
        without = [stem for stem in shared if stem not in groups]
        if without:
            raise BadInputError(
                f"The groups file names no group for {without[0]!r}"
                + (f" and {len(without) - 1} more images." if len(without) > 1 else ".")
            )
    return PairScan(
        pairs=tuple(
            ImageMaskPair(stem, image_of[stem], mask_of[stem], groups[stem] if groups else None)
            for stem in shared
        ),
        without_mask=tuple(stem for stem in image_of if stem not in mask_of),
        without_image=tuple(stem for stem in mask_of if stem not in image_of),
    )


def read_groups(path: Path) -> dict[str, str]:
    """Read a groups file: a JSON object from stem to group (subject, patient, clip)."""
    try:
        groups = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise BadInputError(f"There is no groups file {path}.") from None
    except (OSError, ValueError) as damage:
        raise BadInputError(f"The groups file {path} is not readable JSON ({damage}).") from damage
    if not isinstance(groups, dict) or not all(
        isinstance(group, str | int) for group in groups.values()
    ):
        raise BadInputError(f'The groups file {path} must be one object {{"stem": "group", ...}}.')
    return {str(stem): str(group) for stem, group in groups.items()}


def read_image(path: Path) -> NDArray[np.uint8]:
    """Read an image as a grey frame uint8 (H, W), by luma."""
    try:
        return read_frame(path)
    except EngineError as damage:
        raise BadInputError(str(damage)) from damage


def read_mask(path: Path, class_map: ClassMap) -> NDArray[np.uint8]:
    """Read a mask as channels uint8 (H, W): 0 background, 1 the first structure of class_map.

    Raises BadInputError, with the file and the value, for a value that class_map does not name.
    """
    values = read_mask_values(path)
    present = np.flatnonzero(np.bincount(values.ravel(), minlength=1))
    is_single = len(class_map.classes) == 1 and class_map.classes[0].value == 1
    if is_single and WHITE in present and set(present.tolist()) <= {0, WHITE}:
        return (values > 0).astype(np.uint8)
    table = np.zeros(65536, np.uint8)
    for channel, each in enumerate(class_map.classes, start=1):
        table[each.value] = channel
    known = {0, *(each.value for each in class_map.classes)}
    for value in present:
        if int(value) not in known:
            raise BadInputError(
                f"{path.name} holds the mask value {value}, which names no structure; known are "
                + ", ".join(f"{each.value}={each.code}" for each in class_map.classes)
                + ". Name it with --classes, or correct the mask."
            )
    return table[values]


def read_pair(
    pair: ImageMaskPair, class_map: ClassMap
) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Read an image and its mask, both uint8 (H, W); BadInputError where their sizes differ."""
    image, mask = read_image(pair.image), read_mask(pair.mask, class_map)
    if image.shape != mask.shape:
        raise BadInputError(
            f"The mask {pair.mask.name} is {mask.shape[1]}x{mask.shape[0]} pixels, but its image "
            f"{pair.image.name} is {image.shape[1]}x{image.shape[0]}; export it at the image's "
            "size, or take both files out."
        )
    return image, mask


def infer_classes(pairs: Sequence[ImageMaskPair]) -> ClassMap:
    """Name the structures after the values the masks hold, when nobody named them.

    A single value becomes one structure; masks of 0 and 255 count as 0 and 1.
    """
    present: set[int] = set()
    for pair in pairs:
        present.update(int(value) for value in np.unique(read_mask_values(pair.mask)))
    values = sorted(present - {0})
    if not values:
        raise BadInputError(
            "Every mask is empty: there is no structure to learn. Check that --masks names the "
            "folder of index masks, 0 for background."
        )
    if values == [WHITE]:
        values = [1]
    if values[-1] > WHITE or len(values) > 32:
        raise BadInputError(
            f"The masks hold {len(values)} different values; name the structures with --classes."
        )
    return ClassMap(tuple(MaskClass(each, f"class-{each}", f"Class {each}") for each in values))


def read_mask_values(path: Path) -> NDArray[np.uint16]:
    """The numbers in a mask file, uint16 (H, W): palette indices, never colours."""
    try:
        with Image.open(path) as picture:
            picture.load()
            values = np.asarray(picture)
    except (UnidentifiedImageError, OSError, ValueError, Image.DecompressionBombError) as damage:
        raise BadInputError(f"{path.name} is not a readable mask.") from damage
    if values.ndim == 3:
        colours = values[..., :3] if values.shape[2] >= 3 else values[..., :1]
        if (colours != colours[..., :1]).any():
            raise BadInputError(
                f"{path.name} is a colour picture; a mask holds one number a pixel "
                "(a palette or grey PNG)."
            )
        values = colours[..., 0]
    if values.dtype.kind == "f" or values.min(initial=0) < 0 or values.max(initial=0) > 65535:
        raise BadInputError(f"{path.name} holds numbers that are no mask values.")
    return values.astype(np.uint16)


def _by_stem(folder: Path) -> dict[str, Path]:
    if not folder.is_dir():
        raise BadInputError(f"There is no folder {folder}.")
    found: dict[str, Path] = {}
    for path in sorted(folder.iterdir()):
        if path.suffix.lower() not in PICTURE_SUFFIXES or path.name.startswith("."):
            continue
        if path.stem in found:
            raise BadInputError(
                f"{found[path.stem].name} and {path.name} in {folder} have the same name."
            )
        found[path.stem] = path
    return found


def _is_code(text: str) -> bool:
    return re.fullmatch(r"[a-z0-9_-]+", text) is not None


def _slug(text: str) -> str:
    slug = re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")
    if not slug:
        raise BadInputError(f"{text!r} makes no code; use letters and digits.")
    return slug


def _name_of(code: str) -> str:
    return code.replace("-", " ").replace("_", " ").strip().capitalize() or code
