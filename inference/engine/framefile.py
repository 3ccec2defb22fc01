"""Grey frames from picture files, by one rule everywhere: luma of ITU-R BT.601, 8 bit."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError

from inference.engine.errors import EngineError

PICTURE_SUFFIXES = frozenset({".png", ".jpg", ".jpeg", ".bmp", ".tif", ".tiff", ".webp"})


def frame_paths(folder: Path) -> tuple[Path, ...]:
    """The picture files of a folder by name; EngineError where there are none."""
    if not folder.is_dir():
        raise EngineError(f"There is no folder {folder}.")
    paths = tuple(
        sorted(
            path
            for path in folder.iterdir()
            if path.suffix.lower() in PICTURE_SUFFIXES and not path.name.startswith(".")
        )
    )
    if not paths:
        raise EngineError(f"{folder} holds no pictures (PNG, JPEG, BMP, TIFF or WebP).")
    return paths


def read_frame(path: Path) -> NDArray[np.uint8]:
    """Read a picture as a grey frame uint8 (H, W), upright; 16-bit ones keep their high byte.

    Raises EngineError for a file that cannot be read, or whose numbers have no agreed black and
    white (32-bit and floating point).
    """
    try:
        with Image.open(path) as stored:
            stored.load()
            picture = ImageOps.exif_transpose(stored)
            if picture.mode in ("F", "I"):
                raise EngineError(
                    f"{path.name} holds 32-bit numbers, which say nothing of what is black and "
                    "what is white: save it with 8 or 16 bits a pixel."
                )
            if picture.mode.startswith("I;16"):
                return np.asarray(np.asarray(picture) >> 8, np.uint8)
            return np.array(picture.convert("L"), np.uint8)
    except (UnidentifiedImageError, OSError, ValueError, Image.DecompressionBombError) as damage:
        raise EngineError(f"{path.name} is not a readable picture.") from damage
