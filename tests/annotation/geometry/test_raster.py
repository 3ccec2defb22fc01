import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from annotation.geometry import (
    GRID,
    Contour,
    area,
    contains,
    contour,
    dense_from_mask,
    label_map,
    outline,
    perimeter,
    shape_mask,
    translated,
)

from .strategies import contours, star_shaped

SIZE = 128


def pixels(shape: Contour, width: int = SIZE, height: int = SIZE) -> np.ndarray:
    return dense_from_mask(shape_mask(shape, width, height), width, height)


def test_a_rectangle_on_pixel_edges_covers_exactly_its_pixels() -> None:
    expected = np.zeros((12, 12), dtype=bool)
    expected[2:6, 3:9] = True
    shape = contour("polygon", [[3, 2], [9, 2], [9, 6], [3, 6]])
    np.testing.assert_array_equal(pixels(shape, 12, 12), expected)


def test_a_centre_on_an_edge_belongs_to_the_right_and_lower_neighbour() -> None:
    left = contour("polygon", [[1.5, 1.5], [4.5, 1.5], [4.5, 4.5], [1.5, 4.5]])
    right = contour("polygon", [[4.5, 1.5], [8.5, 1.5], [8.5, 4.5], [4.5, 4.5]])
    below = contour("polygon", [[1.5, 4.5], [8.5, 4.5], [8.5, 7.5], [1.5, 7.5]])
    covered = sum(pixels(shape, 10, 10).astype(int) for shape in (left, right, below))
    expected = np.zeros((10, 10), dtype=int)
    expected[1:7, 1:8] = 1
    np.testing.assert_array_equal(covered, expected)


def test_where_a_contour_overlaps_itself_twice_it_covers_nothing() -> None:
    twice = contour("polygon", [[2, 2], [8, 2], [8, 8], [2, 8]] * 2)
    assert not pixels(twice, 10, 10).any()


def test_fewer_than_three_different_points_cover_no_pixel() -> None:
    for points in ([], [[5, 5]], [[5, 5], [20, 20]], [[5, 5], [5, 5], [20, 20], [20, 20]]):
        for kind in ("spline", "polygon"):
            assert shape_mask(contour(kind, np.array(points)), 30, 30).is_empty


@given(contours())
def test_a_pixel_is_covered_when_its_centre_lies_in_the_contour(shape: Contour) -> None:
    covered = pixels(shape, 40, 40)
    for row in range(0, 40, 7):
        for column in range(0, 40, 7):
            assert covered[row, column] == contains(shape, column + 0.5, row + 0.5)


@given(contours(), st.integers(-40, 40), st.integers(-40, 40))
def test_moving_a_contour_by_whole_pixels_moves_its_mask_exactly(
    shape: Contour, dx: int, dy: int
) -> None:
    wide = 256
    centred = contour(shape.kind, shape.points + 90)
    moved = contour(shape.kind, shape.points + 90 + np.array([dx, dy]))
    # overshooting curves may leave the window; what stays inside both is compared
    before = dense_from_mask(translated(shape_mask(centred, wide, wide), dx, dy), wide, wide)
    after = pixels(moved, wide, wide)
    inner = np.s_[45:-45, 45:-45]
    np.testing.assert_array_equal(before[inner], after[inner])
    np.testing.assert_array_equal(
        outline(moved).vertices - outline(centred).vertices,
        np.broadcast_to([dx * GRID, dy * GRID], outline(centred).vertices.shape),
    )


@given(contours(least=1), st.integers(0, 13), st.booleans())
def test_start_point_and_direction_do_not_change_the_mask(
    shape: Contour, start: int, backwards: bool
) -> None:
    points = np.roll(shape.points, start, axis=0)
    again = contour(shape.kind, points[::-1] if backwards else points)
    assert shape_mask(again, SIZE, SIZE) == shape_mask(shape, SIZE, SIZE)


@given(star_shaped(), st.sampled_from(["spline", "polygon"]))
def test_the_number_of_pixels_is_near_the_area(star: Contour, kind: str) -> None:
    shape = contour("spline" if kind == "spline" else "polygon", star.points)
    count = area(shape_mask(shape, SIZE, SIZE))
    # each unit of border can gain or lose at most about one pixel; in truth far less
    assert abs(count - area(shape)) <= 0.5 * perimeter(shape)


def test_a_spline_passes_through_its_control_points() -> None:
    points = np.array([[20, 20], [21, 19.5], [80, 25], [78, 60], [25, 55]])
    vertices = {tuple(vertex) for vertex in outline(contour("spline", points)).vertices.tolist()}
    assert {tuple(point) for point in (points * GRID).astype(int).tolist()} <= vertices


def test_a_spline_through_points_of_a_circle_is_nearly_the_circle() -> None:
    angle = 2 * np.pi * np.arange(12) / 12
    shape = contour("spline", 60 + 40 * np.stack([np.cos(angle), np.sin(angle)], axis=1))
    radius = np.hypot(*(outline(shape).vertices / GRID - 60).T)
    assert np.abs(radius - 40).max() < 0.15


def test_uneven_points_make_no_loop() -> None:
    # close points beside far ones: the uniform Catmull-Rom curve loops here
    points = [[10, 40], [40, 40], [41, 40.5], [42, 40], [80, 40], [45, 80]]
    vertices = outline(contour("spline", points)).vertices / GRID
    ahead = vertices[(vertices[:, 1] < 45)]
    assert area(shape_mask(contour("spline", points), SIZE, SIZE)) > 0
    order = np.argsort(ahead[:, 0])
    middle = ahead[order][(ahead[order][:, 0] > 38) & (ahead[order][:, 0] < 44)]
    assert np.abs(np.diff(middle[:, 1])).max() < 0.5


def test_of_overlapping_structures_the_later_one_wins() -> None:
    a = contour("polygon", [[0, 0], [6, 0], [6, 6], [0, 6]])
    b = contour("polygon", [[3, 0], [9, 0], [9, 6], [3, 6]])
    labels = label_map([(1, a), (7, b), (3, None)], 10, 8)
    assert labels.dtype == np.uint8
    assert labels[2].tolist() == [1, 1, 1, 7, 7, 7, 7, 7, 7, 0]
