"""How alike the same picture is delineated twice: what any model is held to on such data.

Pairs of images whose thumbnails correlate (training.folds) show nearly the same view, mostly
consecutive frames that were delineated one by one. Their masks are laid over each other, as they
are and moved along by the shift between the pictures (phase correlation), and scored like a
prediction and its truth. A model that has seen neither can hardly be expected to do better. Whether
one person drew both is not known.

    python -m benchmarks.repeated_labels --images DIR --masks DIR
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import cv2
import numpy as np
from numpy.typing import NDArray

from training.datasets.pairs import ImageMaskPair, read_image, read_mask_values
from training.folder_split import folder_pairs
from training.folds import thumbnail

BANDS = ((0.80, 0.90), (0.90, 0.95), (0.95, 0.98), (0.98, 1.01))
_COMMON = (256, 128)  # width, height that masks of pictures of other sizes are compared at


@dataclass(frozen=True, slots=True)
class Overlap:
    """Pixels in both masks and in either: where they lie, and moved along with the picture."""

    both: int
    either: int
    moved_both: int
    moved_either: int


def overlap(
    first: tuple[NDArray[np.uint8], NDArray[np.bool_]],
    second: tuple[NDArray[np.uint8], NDArray[np.bool_]],
) -> Overlap:
    """Overlap of the masks of two pictures; each a picture (H, W) and its mask (H, W).

    The shift is that of phase correlation (C. D. Kuglin, D. C. Hines, Proc. IEEE Int. Conf.
    Cybernetics and Society, 1975), in pixels.
    """
    (image, mask), (other, other_mask) = first, second
    window = cv2.createHanningWindow((image.shape[1], image.shape[0]), cv2.CV_32F)
    (right, down), _ = cv2.phaseCorrelate(
        image.astype(np.float32), other.astype(np.float32), window
    )
    shift = np.array([[1, 0, right], [0, 1, down]], np.float32)
    size = (mask.shape[1], mask.shape[0])
    moved = cv2.warpAffine(mask.astype(np.uint8), shift, size, flags=cv2.INTER_NEAREST) > 0
    return Overlap(
        int((mask & other_mask).sum()),
        int((mask | other_mask).sum()),
        int((moved & other_mask).sum()),
        int((moved | other_mask).sum()),
    )


def read_pair(pair: ImageMaskPair) -> tuple[NDArray[np.uint8], NDArray[np.bool_]]:
    """The picture and where anything is labelled, both at the common size."""
    image = cv2.resize(read_image(pair.image), _COMMON, interpolation=cv2.INTER_AREA)
    labels = read_mask_values(pair.mask)
    mask = cv2.resize((labels > 0).astype(np.float32), _COMMON, interpolation=cv2.INTER_AREA)
    return np.asarray(image, np.uint8), mask > 0.5


def alike(thumbnails: NDArray[np.float32], low: float, high: float) -> Iterator[tuple[int, int]]:
    """The places of pairs whose correlation lies between the two, the upper one left out."""
    correlation = thumbnails @ thumbnails.T
    rows, columns = np.nonzero(np.triu((correlation >= low) & (correlation < high), 1))
    yield from zip(rows.tolist(), columns.tolist(), strict=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--images", type=Path, required=True)
    parser.add_argument("--masks", type=Path, required=True)
    options = parser.parse_args()
    pairs = folder_pairs(options.images, options.masks, None, None, print)
    thumbnails = np.stack([thumbnail(read_image(pair.image)) for pair in pairs])
    print("correlation    pairs  sum IoU  median  > 0.5   moved along: sum IoU  median  > 0.5")
    for low, high in BANDS:
        found = [
            overlap(read_pair(pairs[first]), read_pair(pairs[second]))
            for first, second in alike(thumbnails, low, high)
        ]
        if not found:
            continue
        as_is = [each.both / max(each.either, 1) for each in found]
        moved = [each.moved_both / max(each.moved_either, 1) for each in found]
        sums = (
            sum(each.both for each in found) / sum(each.either for each in found),
            sum(each.moved_both for each in found) / sum(each.moved_either for each in found),
        )
        shares = [sum(iou > 0.5 for iou in ious) / len(found) for ious in (as_is, moved)]
        print(
            f"{low:.2f} to {min(high, 1.0):.2f} {len(found):6d}"
            f"  {sums[0]:7.3f}  {median(as_is):6.3f}  {shares[0]:5.1%}"
            f"         {sums[1]:12.3f}  {median(moved):6.3f}  {shares[1]:5.1%}"
        )


if __name__ == "__main__":
    main()
