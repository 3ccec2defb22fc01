"""What an answer scores, against formulas written out anew."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from annotation.practice import (
    Outcome,
    Recall,
    distance_to,
    error_bands,
    error_field,
    interior_point,
    propose_frames,
    propose_scan,
    recall_of,
    score_click,
    score_delineation,
    score_scan,
    share,
    yardstick_of,
)

masks = arrays(np.bool_, (9, 12))


def square(left: int, top: int, right: int, bottom: int) -> np.ndarray:
    mask = np.zeros((60, 80), dtype=bool)
    mask[top:bottom, left:right] = True
    return mask


NERVE = square(20, 20, 40, 30)


@pytest.mark.parametrize(
    ("place", "outcome", "away"),
    [
        ((20.0, 20.0), Outcome.HIT, 0.0),
        ((39.99, 29.99), Outcome.HIT, 0.0),
        ((40.5, 25.0), Outcome.NEAR, 0.5),
        ((43.0, 34.0), Outcome.MISSED, 5.0),
    ],
)
def test_a_click_is_measured_to_the_nearest_edge(
    place: tuple[float, float], outcome: Outcome, away: float
) -> None:
    scored = score_click(NERVE, place, 1000.0)
    assert scored.outcome is outcome
    assert scored.distance_px == pytest.approx(away)
    assert scored.distance_mm == pytest.approx(away)  # a pixel is a millimetre


def test_without_a_scale_near_is_a_part_of_the_picture() -> None:
    assert score_click(NERVE, (42.0, 25.0), None).outcome is Outcome.NEAR  # diagonal 100 px
    beyond = score_click(NERVE, (42.1, 25.0), None)
    assert (beyond.outcome, beyond.distance_mm) == (Outcome.MISSED, None)


def test_absence_is_an_answer_too() -> None:
    nothing = np.zeros_like(NERVE)
    assert score_click(nothing, None, None).outcome is Outcome.ABSENT
    assert score_click(NERVE, None, None).outcome is Outcome.OVERLOOKED
    assert score_click(nothing, (1.0, 1.0), None).outcome is Outcome.IMAGINED
    agreed = score_delineation(nothing, nothing, None)
    assert (agreed.outcome, agreed.dice, agreed.hd95_px) == (Outcome.ABSENT, None, None)
    assert score_delineation(NERVE, nothing, None).outcome is Outcome.OVERLOOKED
    assert score_delineation(nothing, NERVE, None).outcome is Outcome.IMAGINED


@settings(deadline=None)
@given(masks, st.floats(0, 11.99), st.floats(0, 8.99))
def test_the_distance_of_a_place_is_that_to_the_nearest_pixel_square(
    mask: np.ndarray, x: float, y: float
) -> None:
    if not mask.any():
        return
    wanted = min(
        math.hypot(max(c - x, x - c - 1, 0), max(r - y, y - r - 1, 0))
        for r, c in zip(*np.nonzero(mask), strict=True)
    )
    assert distance_to(mask, x, y) == pytest.approx(wanted)


@settings(deadline=None)
@given(masks)
def test_the_mark_to_be_named_lies_deep_inside(mask: np.ndarray) -> None:
    if not mask.any():
        return
    x, y = interior_point(mask)
    assert mask[int(y), int(x)]
    assert distance_to(mask, x, y) == 0.0


def test_a_delineation_gets_dice_and_distances_in_millimetres() -> None:
    moved = square(22, 20, 42, 30)
    scored = score_delineation(NERVE, moved, 500.0)
    assert scored.outcome is Outcome.HIT
    assert scored.dice == pytest.approx(2 * 180 / 400)
    assert scored.hd95_px == pytest.approx(2.0)
    assert scored.hd95_mm == pytest.approx(1.0)
    assert scored.mean_distance_mm == pytest.approx(scored.mean_distance_px / 2)
    quarter = square(20, 20, 25, 30)  # 50 of 200 pixels: not more than a quarter
    assert score_delineation(NERVE, quarter, None).outcome is Outcome.MISSED


@settings(deadline=None)
@given(masks, masks)
def test_the_error_field_is_positive_outside_negative_inside_and_nothing_where_both_agree(
    truth: np.ndarray, answer: np.ndarray
) -> None:
    field = error_field(truth, answer)
    assert np.array_equal(field > 0, answer & ~truth)
    assert np.array_equal(field < 0, truth & ~answer)


def test_the_error_field_grows_by_a_pixel_a_pixel() -> None:
    wider = square(20, 20, 44, 30)
    assert error_field(NERVE, wider)[25, 40:44].tolist() == [0.5, 1.5, 2.5, 3.5]
    assert error_field(wider, NERVE)[25, 40:44].tolist() == [-0.5, -1.5, -2.5, -3.5]


def test_bands_hold_every_wrong_pixel_once() -> None:
    answer = square(10, 15, 35, 30)
    bands = error_bands(NERVE, answer, 200.0)
    assert {band.unit for band in bands} == {"mm"}
    total = sum(band.mask.astype(int) for band in bands)
    assert np.array_equal(total == 1, NERVE ^ answer)
    assert total.max() == 1
    assert {band.side for band in bands} == {"extra", "missing"}


TIMES = np.arange(10) / 10
SHOWN = np.array([0, 0, 0, 1, 1, 1, 0, 0, 0, 0], dtype=bool)


@pytest.mark.parametrize(
    ("paused", "outcome", "seconds"),
    [
        (1, Outcome.EARLY, 0.2),
        (3, Outcome.HIT, 0.0),
        (5, Outcome.HIT, 0.2),
        (8, Outcome.LATE, 0.3),
        (None, Outcome.OVERLOOKED, None),
    ],
)
def test_a_pause_is_early_in_time_or_late(
    paused: int | None, outcome: Outcome, seconds: float | None
) -> None:
    scored = score_scan(SHOWN, TIMES, paused)
    assert scored.outcome is outcome
    assert scored.seconds == (None if seconds is None else pytest.approx(seconds))


def test_what_never_comes_into_view_is_imagined_or_rightly_absent() -> None:
    never = np.zeros(10, dtype=bool)
    assert score_scan(never, TIMES, 4).outcome is Outcome.IMAGINED
    assert score_scan(never, TIMES, None).outcome is Outcome.ABSENT


def test_a_memory_is_rated_by_what_experts_reach_with_each_other() -> None:
    assert recall_of(Outcome.MISSED) is Recall.AGAIN
    assert recall_of(Outcome.NEAR) is Recall.HARD
    assert recall_of(Outcome.HIT) is Recall.GOOD
    assert recall_of(Outcome.HIT, 0.7, 0.8) is Recall.HARD
    assert recall_of(Outcome.HIT, 0.8, 0.8) is Recall.GOOD
    assert yardstick_of("nerve", []) == (0.48, False)
    assert yardstick_of("nerve", [0.6, 0.8]) == (pytest.approx(0.7), True)


def test_frames_are_proposed_evenly_and_only_where_the_structure_is_large_enough() -> None:
    areas = np.full(20, np.nan)
    areas[4:16] = 500.0
    areas[8] = 1.0
    assert propose_frames(areas, 65536, 3) == [5, 10, 14]
    assert propose_frames(areas, 65536, 30) == [4, 5, 6, 7, 9, 10, 11, 12, 13, 14, 15]
    assert propose_frames(np.full(20, np.nan), 65536, 2) == []


def test_a_scan_is_proposed_where_there_is_something_to_wait_for() -> None:
    areas = np.zeros(20)
    areas[10:] = 300.0
    assert propose_scan(areas, np.arange(20) / 10) == (0, 19)
    areas[:2] = np.nan  # nobody looked at those
    assert propose_scan(areas, np.arange(20) / 10) == (2, 19)
    assert propose_scan(np.full(20, 300.0), np.arange(20) / 10) is None


def test_a_share_has_wilsons_interval() -> None:
    half = share(5, 10)
    # R: binom::binom.confint(5, 10, methods = "wilson")
    assert (half.low, half.high) == (
        pytest.approx(0.2366, abs=1e-4),
        pytest.approx(0.7634, abs=1e-4),
    )
    assert share(3, 3).low == pytest.approx(0.4385, abs=1e-4)
    assert share(0, 0).value is None
