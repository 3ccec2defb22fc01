from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from benchmarks.repeated_labels import alike, overlap


def picture(right: int) -> tuple[NDArray[np.uint8], NDArray[np.bool_]]:
    """A blotched picture and a disc, both moved so many pixels."""
    rng = np.random.default_rng(3)
    blotches = np.kron(rng.integers(0, 255, (16, 32)), np.ones((8, 8)))
    rows, columns = np.mgrid[:128, :256]
    disc = (rows - 60) ** 2 + (columns - 120) ** 2 < 24**2
    return np.roll(blotches, right, axis=1).astype(np.uint8), np.roll(disc, right, axis=1)


def test_masks_that_moved_with_their_picture_agree_once_they_are_moved_along() -> None:
    found = overlap(picture(0), picture(9))
    assert found.both / found.either < 0.7
    assert found.moved_both / found.moved_either > 0.97
    still = overlap(picture(0), picture(0))
    assert still.both == still.either == still.moved_both


def test_pairs_are_those_between_the_two_correlations_each_once() -> None:
    at = np.array([[1.0, 0.0], [0.6, 0.8], [1.0, 0.0]], np.float32)
    assert list(alike(at, 0.98, 1.01)) == [(0, 2)]
    assert list(alike(at, 0.5, 0.98)) == [(0, 1), (1, 2)]
