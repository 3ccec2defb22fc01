"""Shapes carried by optical flow, on pictures whose motion is known."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from annotation.geometry import (
    Contour,
    Mask,
    contour,
    dense_from_mask,
    mask_from_dense,
    shape_mask,
)
from annotation.propagation import Carried, RefinedRegion, propagate
from annotation.propagation.confidence import Signs, expected_dice
from annotation.propagation.refine import agreement, pulled

SIDE = 128
Gray = NDArray[np.uint8]


def speckle(seed: int = 0) -> Gray:
    rng = np.random.default_rng(seed)
    grain = cv2.GaussianBlur(rng.normal(0, 1, (SIDE, SIDE)).astype(np.float32), (0, 0), 2.0)
    return np.clip(120 + 180 * grain, 0, 255).astype(np.uint8)


def shifted(frame: Gray, dx: float, dy: float) -> Gray:
    moved = cv2.warpAffine(
        frame, np.array([[1, 0, dx], [0, 1, dy]], np.float32), (SIDE, SIDE),
        borderMode=cv2.BORDER_REFLECT,
    )  # fmt: skip
    return np.asarray(moved, np.uint8)


def disc(x: float, y: float, radius: float) -> Contour:
    angle = 2 * np.pi * np.arange(12) / 12
    return contour("spline", np.stack([x + radius * np.cos(angle), y + radius * np.sin(angle)], 1))


def pixels(shape: Contour | Mask) -> NDArray[np.bool_]:
    return dense_from_mask(shape_mask(shape, SIDE, SIDE), SIDE, SIDE)


@pytest.mark.parametrize("kind", ["spline", "mask"])
def test_a_shape_follows_tissue_that_moves_a_pixel_and_a_half_a_frame(kind: str) -> None:
    source = speckle()
    start = disc(50, 60, 16)
    shape = start if kind == "spline" else mask_from_dense(pixels(start))
    frames = [shifted(source, 1.5 * step, -0.5 * step) for step in range(1, 11)]
    carried = list(propagate(shape, source, frames))
    assert [one.distance for one in carried] == list(range(1, 11))
    last = carried[-1].shape
    assert agreement(pixels(last), pixels(disc(65, 55, 16))) > 0.97
    assert isinstance(last, type(shape))


def test_a_contour_keeps_its_points_and_uncertain_segments() -> None:
    source = speckle()
    flags = [True] + [False] * 11
    shape = contour("spline", disc(60, 60, 20).points, flags)
    [carried] = propagate(shape, source, [shifted(source, 2, 0)])
    assert isinstance(carried.shape, Contour)
    assert carried.shape.kind == "spline"
    assert carried.shape.uncertain.tolist() == flags
    assert np.abs(carried.shape.points - shape.points - [2, 0]).max() < 0.5


def test_it_stops_where_the_picture_becomes_another_one_and_says_so() -> None:
    source = speckle()
    frames = [shifted(source, step, 0) for step in range(1, 5)] + [speckle(9)] * 5
    following = propagate(disc(60, 60, 16), source, frames)
    carried = list(following)
    assert len(carried) == 4
    assert following.stopped_because.endswith("as at a cut.")


def test_it_stops_where_the_picture_has_slowly_become_another_one() -> None:
    source, other = speckle().astype(float), speckle(9).astype(float)
    parts = np.linspace(0, 1, 41)[1:]
    frames = [((1 - part) * source + part * other).astype(np.uint8) for part in parts]
    following = propagate(disc(60, 60, 16), speckle(), frames)
    carried = list(following)
    assert 5 < len(carried) < 35
    assert "no longer looks" in following.stopped_because


def test_it_stops_when_the_shape_has_left_the_picture() -> None:
    source = speckle()
    frames = [shifted(source, 6 * step, 0) for step in range(1, 20)]
    following = propagate(disc(100, 60, 14), source, frames, floor=0.0)
    carried = list(following)
    assert 0 < len(carried) < 19
    assert following.stopped_because == "The shape has left the picture."


def test_frames_that_end_are_no_reason_to_stop() -> None:
    following = propagate(disc(60, 60, 16), speckle(), [speckle()])
    assert len(list(following)) == 1
    assert following.stopped_because == ""


def test_frames_are_read_one_by_one_as_shapes_are_asked_for() -> None:
    read: list[int] = []

    def frames():  # type: ignore[no-untyped-def]
        for step in range(5):
            read.append(step)
            yield speckle()

    steps = iter(propagate(disc(60, 60, 16), speckle(), frames()))
    next(steps)
    assert read == [0]


def test_confidence_falls_as_the_picture_gets_worse() -> None:
    source = speckle()
    rng = np.random.default_rng(1)

    def confidence(noise: float) -> float:
        moved = shifted(source, 1, 0) + rng.normal(0, noise, source.shape)
        [one] = propagate(
            disc(60, 60, 16), source, [np.clip(moved, 0, 255).astype(np.uint8)], floor=0.0
        )
        return one.confidence

    clean, noisy, lost = confidence(0), confidence(60), confidence(400)
    assert clean > noisy > lost


@pytest.mark.parametrize(
    "worse",
    [
        Signs(0.5, 0.1, 0.1, 0.1),
        Signs(0.9, 0.9, 0.1, 0.1),
        Signs(0.9, 0.1, 0.9, 0.1),
        Signs(0.9, 0.1, 0.1, 0.6),
    ],
)
def test_each_sign_against_a_shape_lowers_the_expected_dice(worse: Signs) -> None:
    assert expected_dice(worse) < expected_dice(Signs(0.9, 0.1, 0.1, 0.1))


def test_a_shape_without_pixels_cannot_be_carried() -> None:
    with pytest.raises(ValueError, match="no pixel"):
        propagate(disc(500, 500, 5), speckle(), [speckle()])


class Sees:
    def __init__(self, seen: Contour | None) -> None:
        self.seen = seen

    def refine(self, frame: Gray) -> RefinedRegion | None:
        assert frame.shape == (SIDE, SIDE)
        return None if self.seen is None else RefinedRegion(pixels(self.seen), 0.9)


def carried_with(seen: Contour | None) -> Carried:
    [one] = propagate(disc(60, 60, 16), speckle(), [speckle()], refiner=Sees(seen), floor=0.0)
    return one


def test_a_model_that_nearly_agrees_pulls_the_shape_towards_what_it_sees() -> None:
    seen = disc(64, 60, 16)
    before = agreement(pixels(disc(60, 60, 16)), pixels(seen))
    after = agreement(pixels(carried_with(seen).shape), pixels(seen))
    assert after > before + 0.02


def test_a_model_that_sees_something_else_only_lowers_the_confidence() -> None:
    alone = carried_with(None)
    other = carried_with(disc(100, 100, 10))
    assert np.allclose(other.shape.points, alone.shape.points)  # type: ignore[union-attr]
    assert other.confidence < carried_with(disc(60, 60, 16)).confidence


def test_a_mask_is_pulled_halfway_too() -> None:
    own, seen = pixels(disc(60, 60, 16)), pixels(disc(66, 60, 16))
    better, agreed = pulled(mask_from_dense(own), seen)
    assert 0.6 < agreed < 1
    assert agreement(pixels(better), pixels(disc(63, 60, 16))) > 0.95
