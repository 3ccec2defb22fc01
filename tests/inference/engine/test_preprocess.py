from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from inference.engine.errors import EngineError
from inference.engine.preprocess import (
    FitMode,
    Preprocessing,
    normalise,
    place_frame,
    place_labels,
    prepare,
    restore,
)

SIDES = st.integers(1, 300)


@given(SIDES, SIDES, st.sampled_from([32, 64, 256]), st.sampled_from([32, 128]))
def test_a_frame_of_any_size_lies_inside_the_input_and_touches_two_opposite_edges(
    height: int, width: int, input_height: int, input_width: int
) -> None:
    where = Preprocessing(input_height, input_width).placement(height, width)
    assert where.top == 0
    assert where.left >= 0
    assert where.left + where.width <= input_width
    assert where.height <= input_height
    assert where.height == input_height or where.width == input_width


@given(st.integers(40, 300), st.integers(40, 300))
def test_the_aspect_is_kept_to_within_a_pixel(height: int, width: int) -> None:
    where = Preprocessing(256, 256).placement(height, width)
    assert where.height / height == pytest.approx(
        where.width / width, abs=1.01 / min(height, width)
    )


@given(st.integers(20, 200), st.integers(20, 200), st.integers(0, 2**32 - 1))
def test_labels_placed_and_brought_back_never_hold_a_value_that_was_not_there(
    height: int, width: int, seed: int
) -> None:
    labels = np.random.default_rng(seed).choice([0, 3, 7], (height, width)).astype(np.uint8)
    assert set(np.unique(place_labels(labels, Preprocessing(64, 64)))) <= {0, 3, 7}


@given(SIDES, SIDES)
def test_cropping_fills_the_width_and_cuts_only_what_is_below(height: int, width: int) -> None:
    preprocessing = Preprocessing(64, 96, fit="crop")
    where = preprocessing.placement(height, width)
    assert where.top == 0
    if width > 1:  # of a single column even one row is too high
        assert (where.left, where.width) == (0, 96)
        assert where.seen_height == min(height, int(64 * width / 96))
    if where.seen_height == height:
        assert where == Preprocessing(64, 96).placement(height, width)
    elif width >= 96:
        assert where.height in {63, 64}
    frame = np.random.default_rng(height).integers(0, 256, (height, width)).astype(np.uint8)
    below = frame.copy()
    below[where.seen_height :] = 0
    assert np.array_equal(place_frame(frame, preprocessing), place_frame(below, preprocessing))
    labels = (frame > 127).view(np.uint8)
    placed = place_labels(labels, preprocessing)
    assert np.array_equal(placed, place_labels(labels[: where.seen_height], preprocessing))


@pytest.mark.parametrize("fit", ["pad", "crop"])
def test_a_place_in_the_frame_comes_back_to_where_it_was(fit: FitMode) -> None:
    preprocessing = Preprocessing(128, 128, fit=fit)
    frame = np.zeros((270, 514), np.uint8)
    frame[90:110, 300:330] = 255
    placed = place_frame(frame, preprocessing)
    bright = (placed / 255).astype(np.float32)
    output = np.stack([1 - bright, bright], axis=-1)
    labels = restore(output, preprocessing.placement(270, 514)).labels
    rows, columns = np.nonzero(labels)
    assert rows.mean() == pytest.approx(99.5, abs=1.5)
    assert columns.mean() == pytest.approx(314.5, abs=1.5)


@settings(max_examples=90, deadline=None)
@given(
    st.integers(1, 150),
    st.integers(1, 150),
    st.integers(2, 4),
    st.sampled_from(["pad", "crop"]),
    st.integers(0, 2**32 - 1),
)
@example(32, 48, 4, "pad", 1)  # of the network's own size
@example(60, 48, 4, "crop", 1)  # the same with more below
def test_labels_brought_back_in_a_box_are_those_of_the_whole_frame_interpolated(
    height: int, width: int, channels: int, fit: FitMode, seed: int
) -> None:
    generator = np.random.default_rng(seed)
    preprocessing = Preprocessing(32, 48, fit=fit)
    where = preprocessing.placement(height, width)
    coarse = generator.random((4, 6, channels)).astype(np.float32) ** 4
    coarse[..., 0] += generator.random() * 0.6
    output = cv2.resize(coarse, (48, 32), interpolation=cv2.INTER_CUBIC).clip(1e-3)
    output = (output / output.sum(axis=-1, keepdims=True)).astype(np.float32)
    inside = np.ascontiguousarray(output[where.rows, where.columns])
    restored = restore(output, where)
    assert restored.labels.shape == (height, width)
    assert not restored.labels[where.seen_height :].any()
    labels = restored.labels[: where.seen_height]
    height = where.seen_height
    whole = cv2.resize(inside, (width, height), interpolation=cv2.INTER_LINEAR)
    best = np.sort(whole.reshape(height, width, channels), axis=-1)
    is_clear = best[..., -1] - best[..., -2] > 1e-5
    wanted = whole.reshape(height, width, channels).argmax(axis=-1)
    assert np.array_equal(labels[is_clear], wanted[is_clear])
    for channel in range(1, channels):
        rows, columns = np.nonzero(is_clear & (wanted == channel))
        if len(rows):
            plane = restored.planes[channel]
            row, column = rows - plane.rows.start, columns - plane.columns.start
            np.testing.assert_allclose(
                plane.values[row, column],
                whole.reshape(height, width, channels)[rows, columns, channel],
                atol=1e-5,
            )


def test_unit_normalisation_divides_by_255() -> None:
    batch = prepare(np.full((8, 8), 51, np.uint8), Preprocessing(8, 8, "unit"))
    assert batch.shape == (1, 8, 8, 1)
    assert batch.dtype == np.float32
    np.testing.assert_allclose(batch, 0.2, rtol=1e-6)


def test_zscore_is_over_the_frames_own_pixels_and_zero_outside_them() -> None:
    rng = np.random.default_rng(0)
    frame = rng.integers(0, 255, (32, 64)).astype(np.uint8)
    batch = prepare(frame, Preprocessing(64, 64, "zscore"))[0, :, :, 0]
    assert batch[:32].mean() == pytest.approx(0.0, abs=1e-4)
    assert batch[:32].std() == pytest.approx(1.0, abs=1e-3)
    assert not batch[32:].any()


def test_a_frame_of_one_grey_value_stays_finite() -> None:
    preprocessing = Preprocessing(16, 16, "zscore")
    flat = np.full((16, 16), 99, np.uint8)
    assert not normalise(flat, preprocessing.placement(16, 16), "zscore").any()


@pytest.mark.parametrize(
    "frame",
    [np.zeros((4, 4, 3), np.uint8), np.zeros((4, 4), np.float32), np.zeros((0, 4), np.uint8)],
)
def test_what_is_no_grey_picture_is_refused(frame: np.ndarray) -> None:
    with pytest.raises(EngineError):
        place_frame(frame, Preprocessing(16, 16))
