"""How far apart two outlines are: 95th percentile Hausdorff and mean surface distance."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage


def surface_distances(
    truth: NDArray[np.bool_], predicted: NDArray[np.bool_]
) -> tuple[float, float] | None:
    """(HD95, mean surface distance) in pixels between two masks bool (H, W); None if one is empty.

    The surface is a mask's pixels with a 4-neighbour outside it (outside the image counts as
    outside). HD95 is the larger of the two directed 95th percentiles, the mean runs over both
    directions' distances together; definitions after Maier-Hein, Reinke et al., Metrics Reloaded,
    Nat. Methods 21, 2024.
    """
    either = truth | predicted
    if not truth.any() or not predicted.any():
        return None
    rows, columns = np.flatnonzero(either.any(axis=1)), np.flatnonzero(either.any(axis=0))
    # distances between surfaces never leave the box around both masks
    box = (slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1))
    true_surface, found_surface = _surface(truth[box]), _surface(predicted[box])
    to_truth = ndimage.distance_transform_edt(~true_surface)[found_surface]
    to_found = ndimage.distance_transform_edt(~found_surface)[true_surface]
    hausdorff = max(float(np.percentile(each, 95)) for each in (to_truth, to_found))
    return hausdorff, float(np.concatenate((to_truth, to_found)).mean())


def _surface(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    return np.asarray(mask & ~ndimage.binary_erosion(mask, border_value=0), np.bool_)
