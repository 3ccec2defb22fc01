from __future__ import annotations

import math

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from inference.engine.regions import drop_small_regions, find_regions, minimum_region_area


def rasterised(
    contours: tuple[NDArray[np.float32], ...], shape: tuple[int, int]
) -> NDArray[np.bool_]:
    """Pixels whose centre lies inside the rings under the even-odd rule."""
    y, x = np.mgrid[0 : shape[0], 0 : shape[1]] + 0.5
    inside = np.zeros(shape, bool)
    for ring in contours:
        for (x0, y0), (x1, y1) in zip(ring, np.roll(ring, -1, axis=0), strict=True):
            if y0 == y1:
                continue
            crosses = (y0 > y) != (y1 > y)
            inside ^= crosses & (x < x0 + (y - y0) / (y1 - y0) * (x1 - x0))
    return inside


@given(arrays(np.uint8, (9, 11), elements=st.integers(0, 2)))
def test_rasterising_the_contours_gives_back_every_region(labels: NDArray[np.uint8]) -> None:
    again = np.zeros_like(labels)
    for region in find_regions(labels):
        mask = rasterised(region.contours, labels.shape)
        assert mask.sum() == region.area_px
        again[mask] = region.channel
    np.testing.assert_array_equal(again, labels)


@given(arrays(np.uint8, (9, 11), elements=st.integers(0, 2)))
def test_the_anchor_stands_on_a_pixel_of_its_own_structure(labels: NDArray[np.uint8]) -> None:
    for region in find_regions(labels):
        x, y = region.anchor
        assert labels[int(y), int(x)] == region.channel


def test_a_ring_has_its_hole_as_a_second_contour_and_its_centroid_in_the_hole() -> None:
    labels = np.zeros((40, 40), np.uint8)
    cv2.circle(labels, (20, 20), 12, 1, thickness=4)
    (region,) = find_regions(labels)
    assert len(region.contours) == 2
    assert region.centroid == pytest.approx((20.5, 20.5), abs=0.1)
    assert labels[20, 20] == 0


def test_regions_come_largest_first_within_their_channel() -> None:
    labels = np.zeros((20, 40), np.uint8)
    labels[1:3, 1:3] = 1
    labels[5:15, 5:15] = 1
    labels[5:15, 25:35] = 2
    assert [(each.channel, each.area_px) for each in find_regions(labels)] == [
        (1, 100),
        (1, 4),
        (2, 100),
    ]


def test_the_smallest_region_is_a_disc_of_7_px_radius_at_256_and_grows_with_the_frame() -> None:
    assert minimum_region_area(256, 256) == pytest.approx(math.pi * 49)
    assert minimum_region_area(480, 512) == pytest.approx(math.pi * 49 * 4)


def test_small_regions_turn_into_background_and_the_input_stays_as_it_is() -> None:
    labels = np.zeros((30, 30), np.uint8)
    labels[0:3, 0:3] = 1
    labels[10:20, 10:20] = 1
    kept = drop_small_regions(labels, 10)
    assert kept[1, 1] == 0
    assert kept[15, 15] == 1
    assert labels[1, 1] == 1
