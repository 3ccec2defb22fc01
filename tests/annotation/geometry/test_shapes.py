import json
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from annotation.geometry import (
    Absent,
    Contour,
    Mask,
    ShapeError,
    clipped,
    contour,
    decode_shape,
    dense_from_mask,
    encode_shape,
    mask_from_dense,
    parse_shape,
    shape_to_json,
    stored_shape_to_json,
)

from .strategies import contours, masks

shapes = st.one_of(contours(), masks(), st.just(Absent()))


@given(arrays.arrays(np.bool_, st.tuples(st.integers(1, 20), st.integers(1, 20))))
def test_run_lengths_give_back_every_pixel(dense: np.ndarray) -> None:
    mask = mask_from_dense(dense, 3, 5)
    height, width = dense.shape
    np.testing.assert_array_equal(dense_from_mask(mask, width, height, 3, 5), dense)


@given(masks())
def test_a_mask_has_a_tight_box_and_no_run_of_nothing(mask: Mask) -> None:
    assert int(mask.counts.sum()) == mask.width * mask.height
    assert (mask.counts[1:] > 0).all()
    if not mask.is_empty:
        box = dense_from_mask(mask, mask.width, mask.height, mask.x, mask.y)
        for side in (box[0], box[-1], box[:, 0], box[:, -1]):
            assert side.any()


@given(masks(), st.integers(1, 40), st.integers(1, 40))
def test_clipping_keeps_exactly_the_pixels_of_the_image(
    mask: Mask, width: int, height: int
) -> None:
    inside = dense_from_mask(mask, width, height)
    assert clipped(mask, width, height) == mask_from_dense(inside)


@given(shapes)
def test_json_and_bytes_give_back_an_equal_shape(shape: Contour | Mask | Absent) -> None:
    assert parse_shape(json.loads(json.dumps(shape_to_json(shape)))) == shape
    assert decode_shape(encode_shape(shape)) == shape


@given(shapes)
@example(contour("polygon", np.arange(254.0).reshape(127, 2), np.arange(127) % 3 == 0))
@example(contour("spline", np.arange(256.0).reshape(128, 2)))
def test_the_json_of_stored_bytes_is_that_of_the_shape(shape: Contour | Mask | Absent) -> None:
    assert json.dumps(stored_shape_to_json(encode_shape(shape))) == json.dumps(shape_to_json(shape))


@pytest.mark.parametrize("stored", ["", "11", "1102", "21", "1403", "110300"])
def test_the_json_of_damaged_bytes_is_refused(stored: str) -> None:
    with pytest.raises(ShapeError):
        stored_shape_to_json(bytes.fromhex(stored))


@given(st.binary(max_size=60))
@example(bytes.fromhex("13000080807f8080808001"))
def test_any_bytes_are_a_shape_or_a_shape_error(stored: bytes) -> None:
    try:
        shape = decode_shape(stored)
    except ShapeError:
        return
    assert decode_shape(encode_shape(shape)) == shape


@given(shapes, st.data())
def test_damaged_bytes_never_fail_in_another_way(
    shape: Contour | Mask | Absent, data: st.DataObject
) -> None:
    stored = bytearray(encode_shape(shape))
    place = data.draw(st.integers(0, len(stored) - 1))
    stored[place] ^= data.draw(st.integers(1, 255))
    try:
        damaged = decode_shape(bytes(stored[: data.draw(st.integers(0, len(stored)))]))
    except ShapeError:
        return
    assert decode_shape(encode_shape(damaged)) == damaged


documents = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3),
)


@given(
    st.dictionaries(
        st.sampled_from(["points", "uncertain", "x", "y", "width", "height", "counts"]), documents
    ),
    st.sampled_from(["spline", "polygon", "mask", "absent", None]),
)
def test_any_document_is_a_shape_or_a_shape_error(
    members: dict[str, object], kind: str | None
) -> None:
    try:
        shape = parse_shape({"kind": kind, **members})
    except ShapeError:
        return
    assert parse_shape(shape_to_json(shape)) == shape


def test_a_loose_mask_box_is_tightened() -> None:
    # one pixel in the middle of a 3 x 3 box
    document = {"kind": "mask", "x": 10, "y": 20, "width": 3, "height": 3, "counts": [4, 1, 4]}
    mask = parse_shape(document)
    assert shape_to_json(mask) == {
        "kind": "mask",
        "x": 11,
        "y": 21,
        "width": 1,
        "height": 1,
        "counts": [0, 1],
    }


def test_numbers_that_are_not_finite_are_refused() -> None:
    for bad in (float("nan"), float("inf"), -float("inf")):
        with pytest.raises(ShapeError, match="Point 2 of the contour is not finite"):
            parse_shape({"kind": "spline", "points": [[0, 0], [bad, 1], [2, 2]]})
        with pytest.raises(ShapeError):
            contour("spline", [[0, 0], [bad, 1]])


def test_a_contour_keeps_its_own_unchangeable_copy_of_the_points() -> None:
    points = np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 1.0]])
    shape = contour("polygon", points)
    points[0, 0] = 99
    assert shape.points[0, 0] == 1.0
    with pytest.raises(ValueError, match="read-only"):
        shape.points[0, 0] = 99


def test_shapes_need_neither_django_nor_scipy_to_be_imported() -> None:
    program = (
        "import sys, annotation.geometry; "
        "sys.exit(' '.join({'django', 'scipy', 'tensorflow'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    assert done.stderr.strip() == ""
