"""Edge detection: a contour that starts where a structure usually lies and stops at edges.

V. Caselles, R. Kimmel, G. Sapiro, Geodesic active contours, IJCV 22(1), 1997, in the morphological
form of P. Marquez-Neila, L. Baumela, L. Alvarez, IEEE TPAMI 36(1), 2014; edges after J. Canny, IEEE
TPAMI 8(6), 1986.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from inference.engine.preprocess import Placement
from training.classical.segmenter import Segmenter
from training.fit.feed import PlacedSet

_ITERATIONS = 40
_LOOK_SIGMA = 2.0  # pixels; speckle is about one
_CANNY_LOW, _CANNY_HIGH = 40, 100  # of a Sobel gradient of 8-bit grey values
_EDGE_REACH_PX = 2.0


def learn_edges(placed: PlacedSet, channels: int, seed: int) -> Segmenter:
    """Learns where each structure usually lies and how large it is; the rest is edges.

    placed has labels of the pictures' own size. seed is not used: nothing is drawn.
    """
    del seed
    starts = [_usual_place(placed.labels == channel) for channel in range(1, channels)]

    def segment(picture: NDArray[np.uint8], where: Placement) -> NDArray[np.uint8]:
        from skimage.segmentation import morphological_geodesic_active_contour  # noqa: PLC0415

        stops = _edge_stops(picture)
        inside = np.zeros(picture.shape, bool)
        inside[where.rows, where.columns] = True
        labels = np.zeros(picture.shape, np.uint8)
        for channel, start in enumerate(starts, start=1):
            found = morphological_geodesic_active_contour(
                stops, _ITERATIONS, init_level_set=start, smoothing=1, threshold=0.5
            )
            labels[(found > 0) & inside & (labels == 0)] = channel
        return labels

    return segment


def _usual_place(shown: NDArray[np.bool_]) -> NDArray[np.int8]:
    """Where the structure lies most often, int8 (h, w), as large as it is in the median image."""
    often = shown.mean(axis=0)
    areas = shown.sum(axis=(1, 2))
    size = int(np.median(areas[areas > 0])) if (areas > 0).any() else 0
    if size == 0:
        return np.zeros(often.shape, np.int8)
    smooth = cv2.GaussianBlur(often.astype(np.float32), (0, 0), _LOOK_SIGMA)
    least = np.partition(smooth.ravel(), -size)[-size]
    return np.asarray(smooth >= max(least, np.finfo(np.float32).tiny), np.int8)


def _edge_stops(picture: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Near 0 on Canny's edges, 1 away from them, float64 (h, w)."""
    look = cv2.GaussianBlur(picture, (0, 0), _LOOK_SIGMA)
    edges = cv2.Canny(look, _CANNY_LOW, _CANNY_HIGH)
    away = cv2.distanceTransform((edges == 0).astype(np.uint8), cv2.DIST_L2, 3)
    return np.asarray(1.0 - np.exp(-((away / _EDGE_REACH_PX) ** 2)), np.float64)
