"""Exact Euclidean distances on the pixel grid."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def distance(target: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Distance from each pixel centre to the nearest true pixel's centre, in pixels.

    `target` is (height, width) with at least one true pixel; the answer has the same shape. SciPy
    finds the nearest pixel itself (Maurer, Qi and Raghavan 2003), so each value is the correctly
    rounded root of a whole number, whatever algorithm found it: the TypeScript side takes the one
    of Felzenszwalb and Huttenlocher and gets the same bits.
    """
    # here, so that reading and drawing shapes needs NumPy only
    from scipy.ndimage import distance_transform_edt  # noqa: PLC0415

    found: NDArray[np.float64] = distance_transform_edt(~target)
    return found


def signed_distance(inside: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Signed distance of each pixel centre to the border, positive inside, in pixels.

    `inside` is (height, width) with both true and false pixels. The border lies half a pixel from
    the outermost centres, so no value is zero: the distance to the nearest centre of the other
    kind, less 0.5.
    """
    return np.where(inside, distance(~inside) - 0.5, 0.5 - distance(inside))
