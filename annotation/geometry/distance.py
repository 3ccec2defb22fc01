"""Exact Euclidean distances on the pixel grid."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

# further than any two pixels of a mask, and its square still exact beside another square
_FAR = 1 << 20


def squared_distance(target: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Squared distance from each pixel centre to the nearest true pixel's centre.

    `target` is (height, width) with at least one true pixel; the answer is int64 of the same
    shape, in square pixels. The separable decomposition of Felzenszwalb and Huttenlocher,
    "Distance transforms of sampled functions" (2012): first along columns, then along rows. Being
    whole numbers, the result does not depend on how the row minimum is found; here all rows
    advance together over growing offsets until no offset can win.
    """
    height, width = target.shape
    column = np.full((height, width), _FAR, dtype=np.int64)
    column[target] = 0
    for y in range(1, height):
        np.minimum(column[y], column[y - 1] + 1, out=column[y])
    for y in range(height - 2, -1, -1):
        np.minimum(column[y], column[y + 1] + 1, out=column[y])
    along_column = column * column
    nearest = along_column.copy()
    for dx in range(1, width):
        if dx * dx >= int(nearest.max()):
            break
        np.minimum(nearest[:, dx:], along_column[:, :-dx] + dx * dx, out=nearest[:, dx:])
        np.minimum(nearest[:, :-dx], along_column[:, dx:] + dx * dx, out=nearest[:, :-dx])
    return nearest


def signed_distance(inside: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Signed distance of each pixel centre to the border, positive inside, in pixels.

    `inside` is (height, width) with both true and false pixels. The border lies half a pixel from
    the outermost centres, so no value is zero: the distance to the nearest centre of the other
    kind, less 0.5.
    """
    to_inside = squared_distance(inside)
    to_outside = squared_distance(~inside)
    distance: NDArray[np.float64] = np.sqrt((to_inside + to_outside).astype(np.float64)) - 0.5
    return np.where(inside, distance, -distance)
