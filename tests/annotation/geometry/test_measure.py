import math

import numpy as np
import pytest
from hypothesis import given

from annotation.geometry import (
    Absent,
    Contour,
    Mask,
    area,
    bounding_box,
    centroid,
    contains,
    contour,
    dense_from_mask,
    mask_from_dense,
    nearest_on_contour,
    outline,
    perimeter,
)

from .strategies import contours, masks, points

SQUARE = contour("polygon", [[10, 20], [30, 20], [30, 40], [10, 40]])


def test_a_square_has_the_measures_of_a_square() -> None:
    assert area(SQUARE) == 400
    assert perimeter(SQUARE) == 80
    assert centroid(SQUARE) == (20, 30)
    box = bounding_box(SQUARE)
    assert box is not None
    assert (box.left, box.top, box.right, box.bottom) == (10, 20, 30, 40)


def test_a_spline_through_a_circle_has_nearly_the_measures_of_the_circle() -> None:
    angle = 2 * np.pi * np.arange(16) / 16
    circle = contour("spline", 50 + 30 * np.stack([np.cos(angle), np.sin(angle)], axis=1))
    assert area(circle) == pytest.approx(math.pi * 900, rel=0.005)
    assert perimeter(circle) == pytest.approx(2 * math.pi * 30, rel=0.005)
    assert centroid(circle) == pytest.approx((50, 50), abs=0.01)


@given(masks())
def test_the_measures_of_a_mask_are_those_of_its_pixels(mask: Mask) -> None:
    dense = dense_from_mask(mask, 128, 128, -32, -32)
    assert area(mask) == dense.sum()
    rows, columns = np.nonzero(dense)
    if len(rows) == 0:
        assert centroid(mask) is None
        assert bounding_box(mask) is None
    else:
        expected = (columns.mean() - 31.5, rows.mean() - 31.5)
        assert centroid(mask) == pytest.approx(expected)
        assert contains(mask, columns[0] - 31.5, rows[0] - 31.5)


def test_the_border_of_a_single_pixel_has_four_sides() -> None:
    assert perimeter(mask_from_dense(np.ones((1, 1), dtype=bool), 5, 5)) == 4


@given(contours(least=1), points)
def test_the_nearest_place_is_on_the_outline_and_no_vertex_is_nearer(
    shape: Contour, pointer: tuple[float, float]
) -> None:
    place = nearest_on_contour(shape, *pointer)
    assert place is not None
    assert 0 <= place.span < len(shape.points)
    assert 0 <= place.parameter <= 1
    gaps = np.hypot(*(outline(shape).vertices / 256 - pointer).T)
    assert place.distance <= gaps.min() + 1e-9
    assert math.hypot(place.x - pointer[0], place.y - pointer[1]) == pytest.approx(place.distance)


def test_a_click_on_a_polygon_names_the_side_and_how_far_along_it() -> None:
    place = nearest_on_contour(SQUARE, 25, 42)
    assert place is not None
    assert (place.span, place.parameter, place.x, place.y) == (2, 0.25, 25, 40)
    assert place.distance == 2


def test_spans_count_repeated_points() -> None:
    repeated = contour("polygon", [[10, 20], [10, 20], [30, 20], [30, 40], [10, 40]])
    place = nearest_on_contour(repeated, 20, 19)
    assert place is not None
    assert (place.span, place.parameter) == (1, 0.5)


def test_what_is_absent_measures_nothing() -> None:
    nothing = Absent()
    assert (area(nothing), perimeter(nothing)) == (0, 0)
    assert centroid(nothing) is None
    assert bounding_box(nothing) is None
    assert not contains(nothing, 0, 0)
    assert nearest_on_contour(contour("spline", []), 0, 0) is None
