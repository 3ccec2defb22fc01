from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from training.augment import (
    Attenuation,
    Augmentation,
    Blur,
    BrightnessContrast,
    DepthCut,
    Elastic,
    Flip,
    Gamma,
    GaussianShadow,
    JpegCompression,
    MarkerDot,
    Rotation,
    ScaleShift,
    Shear,
    Speckle,
    augment,
)

EVERY: tuple[Augmentation, ...] = (
    Rotation(1.0, 10.0),
    Flip(1.0),
    ScaleShift(1.0, 0.1, 0.1),
    DepthCut(1.0, 0.3),
    Elastic(1.0, 0.03),
    Shear(1.0, 0.1),
    Gamma(1.0, 0.4),
    GaussianShadow(1.0),
    BrightnessContrast(1.0),
    Attenuation(1.0),
    Blur(1.0),
    Speckle(1.0),
    MarkerDot(1.0),
    JpegCompression(1.0),
)


@pytest.fixture
def pair() -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """A picture whose grey value tells the label: 40, 120 and 200 for labels 0, 3 and 7."""
    labels = np.zeros((96, 128), np.uint8)
    labels[20:50, 20:60] = 3
    labels[50:80, 80:120] = 7
    image = np.where(labels == 3, 120, np.where(labels == 7, 200, 40))
    return image.astype(np.uint8), labels


@pytest.mark.parametrize("augmentation", EVERY, ids=lambda each: type(each).__name__)
def test_each_augmentation_changes_the_picture_and_repeats_itself_with_its_seed(
    augmentation: Augmentation, pair: tuple[NDArray[np.uint8], NDArray[np.uint8]]
) -> None:
    before = [array.copy() for array in pair]
    first = augment(*pair, [augmentation], np.random.default_rng(5))
    again = augment(*pair, [augmentation], np.random.default_rng(5))
    for array, same in zip(first, again, strict=True):
        assert array.dtype == np.uint8
        assert array.shape == (96, 128)
        np.testing.assert_array_equal(array, same)
    assert (first[0] != pair[0]).any()
    for array, untouched in zip(pair, before, strict=True):
        np.testing.assert_array_equal(array, untouched)


@pytest.mark.parametrize("seed", range(10))
def test_labels_are_never_smeared(
    pair: tuple[NDArray[np.uint8], NDArray[np.uint8]], seed: int
) -> None:
    _, labels = augment(*pair, EVERY, np.random.default_rng(seed))
    assert set(np.unique(labels)) <= {0, 3, 7}


@pytest.mark.parametrize("augmentation", EVERY[:6], ids=lambda each: type(each).__name__)
def test_the_labels_move_with_the_picture(
    augmentation: Augmentation, pair: tuple[NDArray[np.uint8], NDArray[np.uint8]]
) -> None:
    image, labels = augment(*pair, [augmentation], np.random.default_rng(11))
    seen = np.where(image > 160, 7, np.where(image > 80, 3, 0))
    assert (seen == labels).mean() > 0.96


@pytest.mark.parametrize("seed", range(5))
def test_labels_of_twice_the_size_move_as_the_picture_does(
    pair: tuple[NDArray[np.uint8], NDArray[np.uint8]], seed: int
) -> None:
    image, labels = pair
    finer = labels.repeat(2, axis=0).repeat(2, axis=1)
    _, coarse = augment(image, labels, EVERY[:6], np.random.default_rng(seed))
    _, fine = augment(image, finer, EVERY[:6], np.random.default_rng(seed))
    assert fine.shape == (192, 256)
    assert set(np.unique(fine)) <= {0, 3, 7}
    # a pixel's four label pixels are about its centre, where the coarse label was looked up
    assert (fine == coarse.repeat(2, axis=0).repeat(2, axis=1)).mean() > 0.97


@pytest.mark.parametrize("augmentation", EVERY[6:], ids=lambda each: type(each).__name__)
def test_shading_leaves_the_labels_where_they_are(
    augmentation: Augmentation, pair: tuple[NDArray[np.uint8], NDArray[np.uint8]]
) -> None:
    _, labels = augment(*pair, [augmentation], np.random.default_rng(3))
    np.testing.assert_array_equal(labels, pair[1])


def test_a_probability_of_zero_changes_nothing(
    pair: tuple[NDArray[np.uint8], NDArray[np.uint8]],
) -> None:
    never = [replace(each, probability=0.0) for each in EVERY]  # type: ignore[type-var]
    image, labels = augment(*pair, never, np.random.default_rng(0))
    np.testing.assert_array_equal(image, pair[0])
    np.testing.assert_array_equal(labels, pair[1])


def test_two_mirrors_are_none(pair: tuple[NDArray[np.uint8], NDArray[np.uint8]]) -> None:
    image, labels = augment(*pair, [Flip(1.0), Flip(1.0)], np.random.default_rng(0))
    np.testing.assert_array_equal(image, pair[0])
    np.testing.assert_array_equal(labels, pair[1])


def test_the_top_edge_stays_on_top_when_the_depth_is_cut(
    pair: tuple[NDArray[np.uint8], NDArray[np.uint8]],
) -> None:
    ramp = np.repeat(np.arange(96, dtype=np.uint8)[:, None] * 2, 128, axis=1)
    image, _ = augment(ramp, pair[1], [DepthCut(1.0, 0.5)], np.random.default_rng(1))
    assert abs(int(image[0, 64]) - int(ramp[0, 64])) <= 1
    assert image[-1, 64] < ramp[-1, 64] - 10
