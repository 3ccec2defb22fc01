"""Which regions were found: the region-wise counts behind precision, recall and F1.

After Smistad et al. (J. Med. Imaging 5(4), 2018, and the systems that followed): a region is a true
positive when it overlaps a region of its structure in the other mask by more than 25 %, and regions
smaller than a disc of 7 px radius at 256x256 are ignored.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

MINIMUM_OVERLAP = 0.25
# Smistad et al. leave out regions smaller than a disc of this radius at 256x256.
MINIMUM_RADIUS_PX = 7.0
REFERENCE_SIDE_PX = 256


@dataclass(frozen=True, slots=True)
class RegionCounts:
    """Of `predicted` regions predicted_matched are true positives; of `true` true_matched found.

    The two matched counts differ where one region covers several. Between two readers the first is
    `true` and the second `predicted`; F1 is the same the other way round.
    """

    predicted: int
    predicted_matched: int
    true: int
    true_matched: int


@dataclass(frozen=True, slots=True)
class Regions:
    """The regions of a mask that are large enough: `labels` has the mask's shape and numbers them
    from 1, `areas` are their pixels.
    """

    labels: NDArray[np.int32]
    areas: NDArray[np.int64]

    @property
    def count(self) -> int:
        return len(self.areas)


def minimum_region_area(height: int, width: int) -> float:
    """Area in pixels of a frame (height, width) that a disc of 7 px radius covers at 256x256.

    The frame is thought of as fitted into 256x256 with its aspect kept.
    """
    scale = max(height, width) / REFERENCE_SIDE_PX
    return math.pi * MINIMUM_RADIUS_PX**2 * scale**2


def find_regions(mask: NDArray[np.bool_], minimum_area: float) -> Regions:
    """The 8-connected regions of at least minimum_area pixels of a mask, bool (H, W)."""
    _, components, statistics, _ = cv2.connectedComponentsWithStats(
        mask.view(np.uint8), connectivity=8
    )
    areas = statistics[:, cv2.CC_STAT_AREA]
    is_kept = areas >= minimum_area
    is_kept[0] = False
    if is_kept[1:].all():
        labels = components.astype(np.int32, copy=False)
    else:
        labels = np.where(is_kept, np.cumsum(is_kept), 0).astype(np.int32)[components]
    return Regions(labels, areas[is_kept].astype(np.int64))


def match_regions(
    truth: Regions,
    predicted: Regions,
    true_labels: NDArray[np.int32] | None = None,
    predicted_labels: NDArray[np.int32] | None = None,
) -> RegionCounts:
    """Match two masks' regions by |P and T| / max(|P|, |T|) > 25 %.

    That is to say that more than 25 % of the predicted region *and* of the true region are shared:
    neither a speck inside a nerve nor a prediction over half the image counts as found. Where the
    two label images do not lie over one another, `true_labels` and `predicted_labels` are the parts
    of them that do.
    """
    if not truth.count or not predicted.count:
        return RegionCounts(predicted.count, 0, truth.count, 0)
    over = truth.labels if true_labels is None else true_labels
    under = predicted.labels if predicted_labels is None else predicted_labels
    pairs = under.astype(np.int64) * (truth.count + 1) + over
    shared = np.bincount(pairs.ravel(), minlength=(predicted.count + 1) * (truth.count + 1))
    shared = shared.reshape(predicted.count + 1, truth.count + 1)[1:, 1:]
    larger = np.maximum(predicted.areas[:, None], truth.areas[None, :])
    is_match = shared > MINIMUM_OVERLAP * larger
    return RegionCounts(
        predicted=predicted.count,
        predicted_matched=int(is_match.any(axis=1).sum()),
        true=truth.count,
        true_matched=int(is_match.any(axis=0).sum()),
    )


def count_regions(
    truth: NDArray[np.bool_], predicted: NDArray[np.bool_], minimum_area: float
) -> RegionCounts:
    """Match the regions of one structure in one image; masks bool (H, W). See `match_regions`."""
    return match_regions(find_regions(truth, minimum_area), find_regions(predicted, minimum_area))
