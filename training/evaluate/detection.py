"""Which regions were found: the region-wise counts behind precision, recall and F1.

After Smistad et al. (J. Med. Imaging 5(4), 2018, and the systems that followed): a predicted region
is a true positive when it overlaps a true region of its structure by more than 25 %, and regions
smaller than a disc of 7 px radius at 256x256 are ignored.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

MINIMUM_OVERLAP = 0.25


@dataclass(frozen=True, slots=True)
class RegionCounts:
    """Of `predicted` regions predicted_matched are true positives; of `true` true_matched found.

    The two matched counts differ where one region covers several.
    """

    predicted: int
    predicted_matched: int
    true: int
    true_matched: int


def count_regions(
    truth: NDArray[np.bool_], predicted: NDArray[np.bool_], minimum_area: float
) -> RegionCounts:
    """Match the regions (8-connected) of one structure in one image; masks bool (H, W).

    Two regions overlap by |P and T| / max(|P|, |T|), which is to say that more than 25 % of the
    predicted region *and* of the true region are shared: neither a speck inside a nerve nor a
    prediction over half the image counts as found. Regions of fewer than minimum_area pixels are
    left out on both sides.
    """
    true_count, true_labels, true_areas = _regions(truth, minimum_area)
    found_count, found_labels, found_areas = _regions(predicted, minimum_area)
    if not true_count or not found_count:
        return RegionCounts(found_count, 0, true_count, 0)
    pairs = found_labels.astype(np.int64) * (true_count + 1) + true_labels
    shared = np.bincount(pairs.ravel(), minlength=(found_count + 1) * (true_count + 1))
    shared = shared.reshape(found_count + 1, true_count + 1)[1:, 1:]
    larger = np.maximum(found_areas[:, None], true_areas[None, :])
    is_match = shared > MINIMUM_OVERLAP * larger
    return RegionCounts(
        predicted=found_count,
        predicted_matched=int(is_match.any(axis=1).sum()),
        true=true_count,
        true_matched=int(is_match.any(axis=0).sum()),
    )


def _regions(
    mask: NDArray[np.bool_], minimum_area: float
) -> tuple[int, NDArray[np.intp], NDArray[np.intp]]:
    """Regions large enough, numbered anew from 1: their count, label image and areas."""
    _, components, statistics, _ = cv2.connectedComponentsWithStats(
        mask.astype(np.uint8), connectivity=8
    )
    areas = statistics[:, cv2.CC_STAT_AREA]
    is_kept = areas >= minimum_area
    is_kept[0] = False
    numbers = np.where(is_kept, np.cumsum(is_kept), 0).astype(np.intp)
    return int(is_kept.sum()), numbers[components], areas[is_kept].astype(np.intp)
