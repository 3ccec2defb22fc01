"""Soft labels: at each pixel the share of readers who say that a structure is there.

A file is a grey PNG of the shares, 0 to 255 for none to all, of the structures in the order of
their channels one below another: (C * H, W) for an image of (H, W).
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

from training.datasets.problem import BadInputError

WHOLE = 255  # all readers


def write_soft(path: Path, readings: Sequence[NDArray[np.uint8]], values: Sequence[int]) -> None:
    """Write the mean of several readers' label maps, uint8 (H, W) each, whose numbers are `values`
    in channel order; other numbers count as background.
    """
    stacked = np.stack(readings)
    shares = [np.rint(WHOLE * (stacked == value).mean(axis=0)) for value in values]
    Image.fromarray(np.concatenate(shares).astype(np.uint8)).save(path, compress_level=1)


def read_soft(path: Path, structures: int, shape: tuple[int, int]) -> NDArray[np.uint8]:
    """The shares as uint8 (H, W, C); BadInputError when they are not of such an image."""
    try:
        with Image.open(path) as picture:
            found = np.asarray(picture)
    except (UnidentifiedImageError, OSError) as damage:
        raise BadInputError(f"{path.name} is not readable as soft labels.") from damage
    height, width = shape
    if found.dtype != np.uint8 or found.shape != (structures * height, width):
        raise BadInputError(
            f"The soft labels {path.name} are not {structures} structures of {width}x{height} "
            "pixels."
        )
    return np.moveaxis(found.reshape(structures, height, width), 0, -1)


def hard_shares(labels: NDArray[np.uint8], structures: int) -> NDArray[np.uint8]:
    """The shares of a single reader: channels (H, W) as uint8 (H, W, C)."""
    return np.where(labels[..., None] == np.arange(1, structures + 1), WHOLE, 0).astype(np.uint8)
