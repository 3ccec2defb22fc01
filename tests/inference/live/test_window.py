"""The acknowledgement window, the narrow way, and two clocks."""

import numpy as np
import pytest
import simplejpeg
from hypothesis import given
from hypothesis import strategies as st

from inference.live.adapt import LEVELS, Adaptation, Encoding, encode_again
from inference.live.clock import ClockFilter, Stages, percentile
from inference.live.window import DRAIN_AFTER_S, AckWindow
from tests.inference.live.hub_rig import jpeg


def simulate(window: AckWindow, *, way_s: float, draw_s: float, seconds: float) -> list[float]:
    """A source of 30 frames a second over a way of so many seconds there and back, to a viewer that
    draws in order and takes so long for each; the ages at drawing.
    """
    ages, drawing, acks = [], 0.0, []
    step, now, newest = 1 / 300, 0.0, -1.0
    sent: set[float] = set()
    while now < seconds:
        for at, key in [each for each in acks if each[0] <= now]:
            acks.remove((at, key))
            window.acknowledged(key, now)
        newest = np.floor(now * 30) / 30
        if newest not in sent and window.is_open(now):
            sent.add(newest)
            window.sent(newest, now)
            drawing = max(now + way_s / 2, drawing) + draw_s
            ages.append(drawing - newest)
            acks.append((drawing + way_s / 2, newest))
        now += step
    return ages


def test_on_a_short_way_two_frames_are_in_flight_and_all_are_sent():
    window = AckWindow()
    ages = simulate(window, way_s=0.004, draw_s=0.002, seconds=5)
    assert window.size == 2
    assert len(ages) >= 145


def test_on_a_long_way_the_window_grows_until_the_pipe_is_full():
    window = AckWindow()
    ages = simulate(window, way_s=0.120, draw_s=0.002, seconds=10)
    assert 4 <= window.size <= 6
    assert len(ages) > 260


def test_a_viewer_that_draws_slowly_is_given_no_queue():
    window = AckWindow()
    ages = simulate(window, way_s=0.004, draw_s=0.100, seconds=30)
    assert window.size == 1
    assert max(ages) < 0.25
    assert sorted(ages)[len(ages) * 9 // 10] < 0.16
    assert len(ages) > 200  # hardly fewer are drawn


def test_the_window_never_passes_six():
    window = AckWindow()
    simulate(window, way_s=2.0, draw_s=0.0, seconds=20)
    assert window.size == 6


def test_an_acknowledgement_counts_for_all_sent_before_and_unknown_ones_for_none():
    window = AckWindow()
    window.sent("a", 0.0)
    window.sent("b", 0.1)
    assert not window.is_open(0.1)
    assert window.acknowledged("x", 0.2) is None
    assert window.acknowledged("b", 0.3) == pytest.approx(0.2)
    assert window.in_flight == 0
    assert window.acknowledged("a", 0.4) is None


def test_a_pipe_never_empty_is_let_run_empty_once():
    window = AckWindow()
    window.sent(0, 0.0)
    window.sent(1, 0.0)
    window.acknowledged(0, 0.1)
    assert window.is_open(0.2)
    assert not window.is_open(DRAIN_AFTER_S + 1)
    window.acknowledged(1, DRAIN_AFTER_S + 1)
    assert window.is_open(DRAIN_AFTER_S + 1)


def test_a_narrow_way_gets_smaller_pictures_then_fewer_and_comes_back_slowly():
    adaptation = Adaptation(0.0)
    numbers = []
    for second in range(1, 12):
        adaptation.judge(float(second), round_trip_s=0.3, skipped=0.0)
        numbers.append(adaptation.number)
    assert sorted(set(numbers)) == [0, 1, 2, 3]
    assert adaptation.level.most_fps == 15.0
    for second in range(12, 60):
        adaptation.judge(float(second), round_trip_s=0.01, skipped=0.0)
    assert adaptation.number == 0


def test_a_way_up_that_fails_is_tried_less_often():
    adaptation = Adaptation(0.0)
    changes, before = [], 0
    for second in range(400):
        is_bad = adaptation.number == 0
        adaptation.judge(float(second), round_trip_s=0.4 if is_bad else 0.01, skipped=0.0)
        if adaptation.number != before:
            changes.append(second)
            before = adaptation.number
    assert len(changes) < 16


def test_many_skipped_frames_are_a_narrow_way_too():
    adaptation = Adaptation(0.0)
    for second in range(1, 4):
        adaptation.judge(float(second), round_trip_s=0.01, skipped=0.5)
    assert adaptation.number == 1


def test_all_levels_need_two_further_encodes():
    assert len({level.encoding for level in LEVELS} - {None}) == 2


def test_a_smaller_picture_keeps_its_shape():
    data, width, height = encode_again(jpeg(width=640, height=480), Encoding(75, 320))
    assert (width, height) == (320, 240)
    assert simplejpeg.decode_jpeg(data, colorspace="GRAY").shape == (240, 320, 1)


def test_a_small_picture_is_not_made_larger():
    assert encode_again(jpeg(width=96, height=64), Encoding(75, 512))[1:] == (96, 64)


@given(
    st.integers(-(10**9), 10**9),
    st.lists(st.tuples(st.integers(0, 200_000), st.integers(0, 200_000)), min_size=1, max_size=30),
)
def test_the_offset_of_a_clock_is_off_by_at_most_half_the_least_round_trip(
    offset: int, ways: list[tuple[int, int]]
):
    clock, now = ClockFilter(), 10**12
    for there, back in ways:
        clock.add(now, now + there + offset, now + there + offset, now + there + back)
        now += 1_000_000
    least = min(there + back for there, back in ways[-16:])
    assert clock.round_trip_us == least
    assert clock.offset_us is not None
    assert abs(clock.offset_us - offset) <= least / 2 + 1


def test_a_ping_that_came_back_before_it_was_sent_counts_for_nothing():
    clock = ClockFilter()
    clock.add(1000, 5000, 5000, 900)
    assert clock.offset_us is None


def test_percentiles_are_values_that_were_there():
    assert percentile([], 0.5) is None
    assert percentile([3.0, 1.0, 2.0], 0.5) == 2.0
    assert percentile(range(1, 101), 0.95) == 95
    stages = Stages()
    stages.add("hub", 4.0)
    assert stages.summary() == {"hub": {"p50": 4.0, "p95": 4.0}}
