"""One mask of several readers' masks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Blend = Literal["staple", "majority"]
BLENDS: tuple[Blend, ...] = ("staple", "majority")
_ITERATIONS = 100  # of STAPLE; masks that nowhere meet would take seconds to converge to nothing


@dataclass(frozen=True, slots=True)
class Blended:
    """pixels: bool (H, W). sensitivity and specificity: of each reader, as STAPLE estimates them
    over the whole frame; None by majority, or where nobody has a pixel.
    """

    pixels: NDArray[np.bool_]
    sensitivity: tuple[float, ...] | None = None
    specificity: tuple[float, ...] | None = None


def blend_masks(masks: Sequence[NDArray[np.bool_]], how: Blend) -> Blended:
    """One mask, bool (H, W), of the readers' masks of one structure in one frame.

    An empty mask is a reader who says that the structure is not there, and counts. `majority`: the
    pixels that more than half of the readers have, so that of two readers it is what both have.
    `staple`: the pixels whose probability after STAPLE over the whole frame is at least one half
    (S. K. Warfield, K. H. Zou, W. M. Wells, IEEE Trans. Med. Imaging 23(7), 2004; ITK's filter).
    Raises ValueError for no mask or unequal sizes.
    """
    if not masks:
        raise ValueError("There is no mask to blend.")
    if len({mask.shape for mask in masks}) > 1:
        raise ValueError("Masks of different sizes cannot be blended.")
    votes = np.sum(np.stack(masks), axis=0)
    if how == "majority" or not votes.any():
        return Blended(votes * 2 > len(masks))
    return _staple(masks)


def _staple(masks: Sequence[NDArray[np.bool_]]) -> Blended:
    import SimpleITK  # noqa: PLC0415 - slow to load, and only adjudication needs it

    images = [SimpleITK.GetImageFromArray(mask.astype(np.uint8)) for mask in masks]
    staple = SimpleITK.STAPLEImageFilter()
    staple.SetForegroundValue(1.0)
    staple.SetMaximumIterations(_ITERATIONS)
    probability = SimpleITK.GetArrayFromImage(staple.Execute(images))
    return Blended(
        np.asarray(np.nan_to_num(probability) >= 0.5, dtype=np.bool_),
        tuple(float(each) for each in staple.GetSensitivity()),
        tuple(float(each) for each in staple.GetSpecificity()),
    )
