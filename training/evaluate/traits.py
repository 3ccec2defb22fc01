"""What a frame is like, and whether errors go with it: brightness, contrast, noise, depth."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

TRAITS = ("brightness", "contrast", "noise", "depth")
_LAPLACIAN = np.array([[1, -2, 1], [-2, 4, -2], [1, -2, 1]], np.float64)
_LEAST_FRAMES = 8  # fewer say nothing about a correlation
_QUARTERS = 4


@dataclass(frozen=True, slots=True)
class Association:
    """How a figure goes with a trait over images: Spearman's rho, and means by quarter.

    quarters: (upper bound of the trait, mean figure, images) from the lowest quarter to the
    highest. rho and p are None where too few images have both, or one of them never changes. p
    takes images as independent, which those of one subject are not: it is too small.
    """

    images: int
    rho: float | None
    p: float | None
    quarters: tuple[tuple[float, float, int], ...]


def frame_traits(image: NDArray[np.uint8], truth: NDArray[np.uint8]) -> dict[str, float | None]:
    """Traits of a grey frame (H, W) uint8 with its true labels (H, W) uint8.

    brightness: mean grey value; contrast: standard deviation of grey values (RMS contrast, E. Peli,
    J. Opt. Soc. Am. A 7, 1990); noise: the standard deviation of J. Immerkaer, Fast noise variance
    estimation, Comput. Vis. Image Underst. 64, 1996; all in grey values of 0 to 255. depth: mean
    row of the structures as a share of the frame's height, None without any.
    """
    rows = np.flatnonzero((truth > 0).any(axis=1))
    weights = (truth > 0).sum(axis=1)[rows]
    depth = None
    if len(rows):
        depth = float(((rows + 0.5) * weights).sum() / weights.sum() / truth.shape[0])
    return {
        "brightness": float(image.mean()),
        "contrast": float(image.std()),
        "noise": _noise(image),
        "depth": depth,
    }


def associate(trait: Sequence[float | None], figure: Sequence[float | None]) -> Association:
    """Relate a figure to a trait over the images that have both."""
    pairs = np.array(
        [(a, b) for a, b in zip(trait, figure, strict=True) if a is not None and b is not None],
        np.float64,
    ).reshape(-1, 2)
    changes = len(pairs) >= _LEAST_FRAMES and bool((np.ptp(pairs, axis=0) > 0).all())
    rho = p = None
    if changes:
        from scipy import stats  # noqa: PLC0415 - slow to load

        found = stats.spearmanr(pairs[:, 0], pairs[:, 1])
        rho, p = float(found.statistic), float(found.pvalue)
    return Association(len(pairs), rho, p, _quarters(pairs) if changes else ())


def associations(
    traits: Sequence[Mapping[str, float | None]], figure: Sequence[float | None]
) -> dict[str, Association]:
    """`associate` for every trait of `TRAITS`."""
    return {name: associate([each.get(name) for each in traits], figure) for name in TRAITS}


def _noise(image: NDArray[np.uint8]) -> float:
    height, width = image.shape
    if height < 3 or width < 3:
        return 0.0
    from scipy import ndimage  # noqa: PLC0415 - slow to load

    response = ndimage.convolve(image.astype(np.float64), _LAPLACIAN)[1:-1, 1:-1]
    return float(math.sqrt(math.pi / 2) * np.abs(response).mean() / 6.0)


def _quarters(pairs: NDArray[np.float64]) -> tuple[tuple[float, float, int], ...]:
    ordered = pairs[np.argsort(pairs[:, 0], kind="stable")]
    return tuple(
        (float(part[-1, 0]), float(part[:, 1].mean()), len(part))
        for part in np.array_split(ordered, _QUARTERS)
    )
