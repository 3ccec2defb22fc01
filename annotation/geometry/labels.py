"""Several structures on one frame as one label image."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from .raster import shape_mask
from .rle import box_from_mask
from .shapes import Shape, ShapeError


def label_map(
    layers: Iterable[tuple[int, Shape | None]], width: int, height: int
) -> NDArray[np.uint8]:
    """Paint shapes into a uint8 (height, width) image, background 0.

    `layers` holds (channel, shape) in the order of the procedure's structures; where shapes
    overlap the later one wins. Raises ShapeError for a channel outside 1..255.
    """
    labels = np.zeros((height, width), dtype=np.uint8)
    for channel, shape in layers:
        if not 1 <= channel <= 255:
            raise ShapeError(f"The channel of a structure must be 1 to 255, not {channel}.")
        mask = shape_mask(shape, width, height)
        if mask.is_empty:
            continue
        window = labels[mask.y : mask.y + mask.height, mask.x : mask.x + mask.width]
        window[box_from_mask(mask)] = channel
    return labels
