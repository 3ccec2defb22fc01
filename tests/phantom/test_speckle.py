"""Speckle has the statistics of many scatterers in a resolution cell, and moves with the tissue."""

import cv2
import numpy as np
import pytest
from scipy import stats

from phantom import Scene
from phantom.display import envelope
from phantom.speckle import PointSpread, complex_scatterers, through_point_spread

RAYLEIGH_SNR = float(np.sqrt(np.pi / (4 - np.pi)))


def homogeneous_echo() -> np.ndarray:
    rng = np.random.default_rng(7)
    farness = np.linspace(0, 1, 600, dtype=np.float32)
    return through_point_spread(
        complex_scatterers(rng, 600, 600), PointSpread(1.6, 3.2, 1.0), farness
    )


def test_the_envelope_of_homogeneous_tissue_is_rayleigh() -> None:
    amplitude = envelope(homogeneous_echo())[20:-20, 20:-20]
    assert amplitude.mean() / amplitude.std() == pytest.approx(RAYLEIGH_SNR, abs=0.05)
    assert np.mean(amplitude**2) == pytest.approx(1.0, abs=0.05)
    # samples a speckle apart are nearly independent, which the test of fit assumes
    samples = amplitude[::12, ::24].ravel()
    assert stats.kstest(samples, stats.rayleigh(scale=np.sqrt(0.5)).cdf).pvalue > 0.01


def test_warping_by_part_of_a_pixel_keeps_the_statistics() -> None:
    echo = homogeneous_echo()
    x, y = np.meshgrid(np.arange(600, dtype=np.float32), np.arange(600, dtype=np.float32))
    warped = cv2.remap(echo, x + np.float32(0.37), y + np.float32(0.5), cv2.INTER_LINEAR)
    amplitude = envelope(warped)[20:-20, 20:-20]
    assert amplitude.mean() / amplitude.std() == pytest.approx(RAYLEIGH_SNR, abs=0.05)


def test_speckle_is_correlated_over_the_point_spread_and_wider_far_from_the_focus() -> None:
    amplitude = envelope(homogeneous_echo())

    def correlation(rows: slice, dx: int, dy: int) -> float:
        part = amplitude[rows, 40:-40]
        moved = amplitude[rows.start + dy : rows.stop + dy, 40 + dx : 560 + dx]
        return float(np.corrcoef(part.ravel(), moved.ravel())[0, 1])

    near, far = slice(20, 160), slice(440, 570)
    assert correlation(near, 1, 0) > 0.7
    assert correlation(far, 4, 0) > correlation(near, 4, 0) + 0.2
    assert abs(correlation(near, 24, 0)) < 0.1
    assert abs(correlation(near, 0, 12)) < 0.1


def test_speckle_moves_with_the_tissue() -> None:
    scene = Scene("femoral", 3, 256, 256)
    first, later = scene.frame(0), scene.frame(6)
    # the block of image that best matches the first frame's lies where the labels have moved to
    expected = [np.array(np.nonzero(frame.labels == 3)).mean(axis=1) for frame in (first, later)]
    shift = expected[1] - expected[0]
    row, column = (int(v) for v in expected[0])
    block = first.image[row - 14 : row + 14, column - 20 : column + 20]
    around = later.image[row - 26 : row + 26, column - 32 : column + 32]
    match = cv2.matchTemplate(around, block, cv2.TM_CCOEFF_NORMED)
    best = np.array(np.unravel_index(np.argmax(match), match.shape)) - 12
    assert match.max() > 0.6
    np.testing.assert_allclose(best, shift, atol=1.6)
