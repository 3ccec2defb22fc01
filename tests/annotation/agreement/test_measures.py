"""Measures of masks against plain definitions."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray
from scipy import ndimage

from annotation.agreement import blend_masks
from annotation.measures import (
    cluster_weights,
    interval,
    overlap,
    ratio,
    surface_distances,
)

MASKS = arrays(np.bool_, (13, 17))


def by_definition(
    first: NDArray[np.bool_], second: NDArray[np.bool_]
) -> tuple[float, float] | None:
    """On the whole image, with SciPy's distance maps."""
    if not first.any() or not second.any():
        return None
    edges = [mask & ~ndimage.binary_erosion(mask) for mask in (first, second)]
    to_first, to_second = (ndimage.distance_transform_edt(~edge) for edge in edges)
    one, other = to_first[edges[1]], to_second[edges[0]]
    hausdorff = max(float(np.percentile(one, 95)), float(np.percentile(other, 95)))
    return hausdorff, float(np.concatenate((other, one)).mean())


@settings(max_examples=150, deadline=None)
@given(MASKS, MASKS)
def test_distances_are_those_of_the_whole_image(
    first: NDArray[np.bool_], second: NDArray[np.bool_]
) -> None:
    assert surface_distances(first, second) == pytest.approx(by_definition(first, second))


@settings(max_examples=60, deadline=None)
@given(MASKS, MASKS)
def test_distances_and_overlap_do_not_depend_on_who_is_first(
    first: NDArray[np.bool_], second: NDArray[np.bool_]
) -> None:
    assert surface_distances(first, second) == pytest.approx(surface_distances(second, first))
    assert overlap(first, second).dice == overlap(second, first).dice


def test_outlines_too_far_apart_for_whole_numbers_are_measured_all_the_same() -> None:
    first, second = np.zeros((4, 3000), np.bool_), np.zeros((4, 3000), np.bool_)
    first[1:3, 2:5] = second[1:3, 2802:2805] = True
    hausdorff, mean = surface_distances(first, second) or (0.0, 0.0)
    assert hausdorff == pytest.approx(2800, abs=2)
    assert mean == pytest.approx(2799, abs=2)


def test_a_resample_draws_whole_subjects() -> None:
    weights = cluster_weights(["a", "a", "b", "c"], seed=3, resamples=50)
    assert weights is not None
    assert np.array_equal(weights[:, 0], weights[:, 1])
    assert (weights[:, 1:].sum(axis=1) == 3).all()
    assert cluster_weights(["a", "a"], seed=3) is None


def test_a_figure_that_one_subject_alone_has_gets_no_interval() -> None:
    weights = cluster_weights(["a", "a", "b", "c"], seed=3)

    def of(*rows: list[float]) -> object:
        sums = np.array(rows)
        return interval(weights, sums, lambda each: ratio(each[..., 0], each[..., 1]))

    nobody = [0.0, 0.0]
    assert of([0.9, 1.0], [0.7, 1.0], nobody, nobody) is None
    assert of(nobody, nobody, nobody, nobody) is None
    assert of([0.9, 1.0], nobody, [0.7, 1.0], nobody) == pytest.approx((0.7, 0.9))
    assert of([0.9, 1.0], nobody, [0.9, 1.0], nobody) == pytest.approx((0.9, 0.9))


def discs(*centres: int) -> list[NDArray[np.bool_]]:
    y, x = np.mgrid[:96, :128]
    return [(x - centre) ** 2 + (y - 48) ** 2 < 400 for centre in centres]


def test_a_majority_has_the_pixels_of_more_than_half() -> None:
    first, second, third = discs(50, 54, 58)
    assert np.array_equal(
        blend_masks([first, second, third], "majority").pixels,
        first & second | first & third | second & third,
    )
    assert np.array_equal(blend_masks([first, second], "majority").pixels, first & second)
    nobody = blend_masks([np.zeros_like(first)] * 3, "staple")
    assert not nobody.pixels.any()
    assert nobody.sensitivity is None


def test_staple_is_itks_and_says_how_good_each_reader_is() -> None:
    import SimpleITK

    masks = discs(50, 52, 80)
    blended = blend_masks(masks, "staple")
    probability = SimpleITK.STAPLE(
        [SimpleITK.GetImageFromArray(mask.astype(np.uint8)) for mask in masks], 1.0
    )
    assert np.array_equal(blended.pixels, SimpleITK.GetArrayFromImage(probability) >= 0.5)
    assert blended.sensitivity is not None
    assert blended.sensitivity[2] < min(blended.sensitivity[:2])


def test_masks_of_different_sizes_are_refused() -> None:
    with pytest.raises(ValueError, match="different sizes"):
        blend_masks([np.zeros((2, 2), np.bool_), np.zeros((2, 3), np.bool_)], "majority")
