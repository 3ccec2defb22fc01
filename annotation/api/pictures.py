"""Pictures made for an answer."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray
from PIL import Image


def palette_png(labels: NDArray[np.uint8], colours: Mapping[int, str]) -> Image.Image:
    """A mode-P picture of a (height, width) label map: the index is the label, 0 is black.

    `colours` maps label to "#RRGGBB".
    """
    height, width = labels.shape
    picture = Image.frombytes("P", (width, height), labels.tobytes())
    palette = np.zeros((256, 3), dtype=np.uint8)
    for channel, colour in colours.items():
        palette[channel] = [int(colour[at : at + 2], 16) for at in (1, 3, 5)]
    picture.putpalette(palette.ravel().tolist())
    return picture
