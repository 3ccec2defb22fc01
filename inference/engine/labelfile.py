"""Label maps as palette PNGs: the pixel's index is the structure, the palette only paints it."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

# Okabe and Ito's colours, safe for colour-blind readers; index 0 (background) is black.
OKABE_ITO: tuple[tuple[int, int, int], ...] = (
    (0, 0, 0),
    (230, 159, 0),
    (86, 180, 233),
    (0, 158, 115),
    (240, 228, 66),
    (0, 114, 178),
    (213, 94, 0),
    (204, 121, 167),
)


def label_image(labels: NDArray[np.uint8]) -> Image.Image:
    """A label map (H, W) uint8 as a palette image whose indices are the labels."""
    picture = Image.fromarray(np.ascontiguousarray(labels))
    colours = list(OKABE_ITO)
    while len(colours) < 256:
        colours.append(OKABE_ITO[1 + (len(colours) - 1) % (len(OKABE_ITO) - 1)])
    picture.putpalette([value for colour in colours for value in colour])
    return picture


def write_label_png(path: Path, labels: NDArray[np.uint8]) -> None:
    """Write a label map (H, W) uint8 as a palette PNG; a reader never sees half a file."""
    draft = path.with_name(f".{path.name}.{os.getpid()}.draft")
    label_image(labels).save(draft, format="PNG")
    draft.replace(path)
