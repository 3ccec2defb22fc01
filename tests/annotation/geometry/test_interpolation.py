import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.ndimage import distance_transform_edt

from annotation.geometry import (
    GRID,
    Absent,
    Contour,
    Keyframe,
    Mask,
    ShapeError,
    Track,
    area,
    bounding_box,
    centroid,
    contour,
    dense_from_mask,
    mask_from_dense,
    outline,
    shape_at,
    shape_mask,
    translated,
)
from annotation.geometry.distance import signed_distance

from .strategies import contours, masks, star_shaped

SIZE = 128
SQUARE = contour("polygon", [[10, 10], [30, 10], [30, 30], [10, 30]])
DISC = mask_from_dense(np.hypot(*(np.mgrid[:21, :21] - 10.0)) < 9.5, 10, 10)


def halfway(
    first: Contour | Mask, second: Contour | Mask, frame: int = 2, steps: int = 4
) -> Contour | Mask:
    shape = shape_at(Track([Keyframe(0, first), Keyframe(steps, second)]), frame)
    assert shape is not None
    return shape


@given(contours(least=3), contours(least=3), st.integers(0, 13), st.booleans())
def test_start_point_and_direction_do_not_change_what_lies_between(
    first: Contour, second: Contour, start: int, backwards: bool
) -> None:
    points = np.roll(second.points, start, axis=0)
    again = contour(second.kind, points[::-1] if backwards else points)
    assume(len(outline(first).vertices) >= 3)
    assume(len(outline(second).vertices) >= 3)
    between, between_again = halfway(first, second), halfway(first, again)
    assert isinstance(between, Contour)
    assert isinstance(between_again, Contour)
    np.testing.assert_array_equal(between.points, between_again.points)


@given(star_shaped(), star_shaped(), st.integers(1, 6))
def test_there_and_back_are_the_same_way(first: Contour, second: Contour, frame: int) -> None:
    there = dense_from_mask(shape_mask(halfway(first, second, frame, 7), SIZE, SIZE), SIZE, SIZE)
    back = dense_from_mask(shape_mask(halfway(second, first, 7 - frame, 7), SIZE, SIZE), SIZE, SIZE)
    # places are sums of fractions, whose last bit may move a vertex by 1/256 pixel
    assert np.count_nonzero(there != back) <= 2


@given(contours(least=3), st.integers(-5, 5), st.integers(-5, 5))
def test_a_contour_that_only_moves_keeps_its_form(shape: Contour, dx: int, dy: int) -> None:
    assume(area(shape) > 0)
    moved = contour(shape.kind, shape.points + 2 * np.array([dx, dy]))
    between = halfway(shape, moved)
    assert isinstance(between, Contour)
    expected = outline(contour(shape.kind, shape.points + np.array([dx, dy]))).vertices
    placed = {tuple(vertex) for vertex in (between.points * GRID).astype(int).tolist()}
    assert {tuple(vertex) for vertex in expected.tolist()} <= placed


def test_the_shape_at_a_keyframe_is_the_keyframes_own() -> None:
    spline = contour("spline", SQUARE.points + 20)
    track = Track([Keyframe(2, SQUARE), Keyframe(9, spline), Keyframe(12, DISC)])
    assert shape_at(track, 2) is SQUARE
    assert shape_at(track, 9) is spline
    assert shape_at(track, 12) is DISC


def test_next_to_a_keyframe_the_shape_is_nearly_the_keyframes() -> None:
    star = contour("spline", [[48, 6], [70, 60], [12, 26], [84, 30], [30, 70]])
    steps = 1000
    for first, second in ((SQUARE, star), (star, SQUARE), (SQUARE, DISC), (DISC, star)):
        near = shape_mask(halfway(first, second, 1, steps), SIZE, SIZE)
        own = shape_mask(first, SIZE, SIZE)
        differ = dense_from_mask(near, SIZE, SIZE) ^ dense_from_mask(own, SIZE, SIZE)
        assert differ.sum() <= 0.02 * area(own) + 2


def test_a_growing_square_stays_a_square() -> None:
    large = contour("polygon", np.roll([[5, 5], [45, 5], [45, 45], [5, 45]], 2, axis=0)[::-1])
    between = halfway(SQUARE, large)
    box = bounding_box(between)
    assert box is not None
    assert (box.left, box.top, box.right, box.bottom) == (7.5, 7.5, 37.5, 37.5)
    assert area(between) == 900


def test_uncertain_segments_stay_uncertain_on_the_way() -> None:
    flagged = contour("polygon", SQUARE.points, [True, False, False, False])
    between = halfway(flagged, contour("polygon", SQUARE.points + 4))
    assert isinstance(between, Contour)
    top = np.isclose(between.points[:, 1], 12) & (between.points[:, 0] < 32)
    assert between.uncertain[top].all()
    assert not between.uncertain[~top].any()


def test_outside_its_keyframes_and_while_absent_a_structure_has_no_shape() -> None:
    track = Track(
        [
            Keyframe(3, SQUARE),
            Keyframe(6, Absent()),
            Keyframe(8, DISC),
            Keyframe(10, DISC),
        ]
    )
    present = [frame for frame in range(14) if shape_at(track, frame) is not None]
    assert present == [3, 4, 5, 8, 9, 10]
    assert shape_at(track, 5) is SQUARE


def test_keyframes_out_of_order_are_refused() -> None:
    with pytest.raises(ShapeError, match="frame 3 follows 3"):
        Track([Keyframe(3, SQUARE), Keyframe(3, DISC)])


def test_a_mask_that_moves_further_than_its_size_keeps_its_form() -> None:
    far = translated(DISC, 60, 20)
    assert halfway(DISC, far) == translated(DISC, 30, 10)


def test_a_mask_may_split_in_two() -> None:
    two = np.zeros((40, 60), dtype=bool)
    two[5:35, 5:20] = True
    two[5:35, 40:55] = True
    one = np.zeros((40, 60), dtype=bool)
    one[5:35, 5:55] = True
    early = halfway(mask_from_dense(one), mask_from_dense(two), 1, 10)
    late = halfway(mask_from_dense(one), mask_from_dense(two), 9, 10)
    middle_early = dense_from_mask(shape_mask(early, 60, 40), 60, 40)[20, 30]
    middle_late = dense_from_mask(shape_mask(late, 60, 40), 60, 40)[20, 30]
    assert middle_early
    assert not middle_late


@given(masks(), masks(), st.integers(1, 4))
@settings(max_examples=60)
def test_masks_blend_alike_in_both_directions_when_nothing_moves(
    first: Mask, second: Mask, frame: int
) -> None:
    # laid over each other where they are: both fill one box, so the centroids stay near
    assume(not first.is_empty and not second.is_empty)
    second = translated(second, first.x - second.x, first.y - second.y)
    there, back = halfway(first, second, frame, 5), halfway(second, first, 5 - frame, 5)
    assert isinstance(there, Mask)
    assert isinstance(back, Mask)
    assert there.counts.tolist() == back.counts.tolist()


def test_when_one_mask_covers_nothing_the_nearer_keyframe_holds() -> None:
    nothing = mask_from_dense(np.zeros((2, 2), dtype=bool))
    assert [halfway(DISC, nothing, frame) == DISC for frame in range(5)] == [
        True,
        True,
        True,
        False,
        False,
    ]


def test_a_contour_far_beyond_any_image_does_not_fail() -> None:
    vast = contour("polygon", [[-1e5, -1e5], [1e5, -1e5], [1e5, 1e5]])
    assert halfway(DISC, vast, 1) is DISC
    assert halfway(DISC, vast, 3) is vast


def test_between_contour_and_mask_lies_a_mask_of_size_in_between() -> None:
    small = contour("spline", [[15, 20], [20, 15], [25, 20], [20, 25]])
    between = halfway(small, DISC)
    assert isinstance(between, Mask)
    assert area(small) < area(between) < area(DISC)
    assert centroid(between) == pytest.approx((20.5, 20.5), abs=0.6)


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=20)
def test_signed_distances_are_exact(seed: int) -> None:
    inside = np.random.default_rng(seed).random((9, 13)) < 0.3
    inside[0, 0], inside[-1, -1] = True, False
    rows, columns = np.mgrid[:9, :13]
    where = {flag: np.argwhere(inside == flag) for flag in (True, False)}
    for row, column in zip(rows.ravel(), columns.ravel(), strict=True):
        other = where[not inside[row, column]]
        nearest = np.sqrt(((other - [row, column]) ** 2).sum(axis=1).min())
        expected = nearest - 0.5 if inside[row, column] else 0.5 - nearest
        assert signed_distance(inside)[row, column] == expected
    assert np.array_equal(distance_transform_edt(inside) > 0, inside)
