from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from inference.engine import EngineError, Hysteresis, LiveSight, ModelClass, Sight, TemporalFilter
from inference.engine.golden import golden_frame
from inference.engine.presence import calibrate_threshold
from inference.engine.regions import find_regions

CLASSES = (ModelClass(1, "nerve", "Median nerve"), ModelClass(2, "vessel", "Vessel"))
FRAME = golden_frame()
CONFIDENCES = st.lists(st.sampled_from([0.0, 0.2, 0.4, 0.6, 0.9]), min_size=1, max_size=60)


def sight(nerve: float, vessel: float = 0.0) -> Sight:
    labels = np.zeros(FRAME.shape, np.uint8)
    if nerve:
        labels[20:60, 20:60] = 1
    if vessel:
        labels[100:140, 100:140] = 2
    confidence = np.array([nerve, vessel], np.float32)
    return Sight(labels, confidence, confidence >= 0.5, find_regions(labels))


class Session:
    """A stream of frames 30 ms apart."""

    def __init__(self) -> None:
        self.filter = TemporalFilter(CLASSES)
        self.sequence = 0

    def see(
        self,
        nerve: float,
        frame: NDArray[np.uint8] = FRAME,
        *,
        epoch: int = 1,
        step_s: float = 0.03,
    ) -> LiveSight:
        self.sequence += 1
        return self.filter.see(
            frame,
            sight(nerve),
            epoch=epoch,
            sequence=self.sequence,
            time_s=self.sequence * step_s,
        )


def test_a_structure_appears_after_some_frames_and_one_bad_frame_does_not_hide_it() -> None:
    session = Session()
    shown = [bool(session.see(each).is_shown[0]) for each in (0.9, 0.9, 0.9, 0.0, 0.9)]
    assert shown == [False, False, True, True, True]


def test_a_flash_of_one_frame_is_not_shown_and_its_pixels_are_not_drawn() -> None:
    session = Session()
    for each in (0.0, 0.9, 0.0):
        live = session.see(each)
        assert not live.sight.labels.any()
        assert live.sight.regions == ()
    assert live.absent(CLASSES) == ("No median nerve seen", "No vessel seen")


def test_a_structure_that_stays_away_is_said_to_be_absent() -> None:
    session = Session()
    for _ in range(4):
        live = session.see(0.9)
    assert live.is_shown[0]
    assert (live.sight.labels == 1).any()
    for _ in range(Hysteresis().vanish_frames):
        live = session.see(0.0)
    assert not live.is_shown[0]
    assert "No median nerve seen" in live.absent(CLASSES)


def test_between_the_two_thresholds_nothing_changes() -> None:
    session = Session()
    assert not any(session.see(0.45).is_shown[0] for _ in range(30))
    for _ in range(4):
        session.see(0.9)
    assert all(session.see(0.45).is_shown[0] for _ in range(30))


@pytest.mark.parametrize("change", ["epoch", "cut", "gap", "size"])
def test_a_new_scene_forgets_the_old_one(change: str) -> None:
    session = Session()
    for _ in range(5):
        assert session.see(0.9).was_reset is (session.sequence == 1)
    if change == "epoch":
        live = session.see(0.9, epoch=2)
    elif change == "gap":
        session.sequence += 100
        live = session.see(0.9)
    elif change == "cut":
        live = session.see(0.9, np.ascontiguousarray(FRAME[::-1]))
    else:
        live = session.see(0.9, np.ascontiguousarray(FRAME[:100]))
    assert live.was_reset
    assert not live.is_shown[0]


@settings(max_examples=60, deadline=None)
@given(CONFIDENCES, st.data())
def test_late_and_repeated_frames_change_nothing(
    confidences: list[float], draw: st.DataObject
) -> None:
    plain, disturbed = TemporalFilter(CLASSES), TemporalFilter(CLASSES)
    for number, each in enumerate(confidences):
        arguments = {"epoch": 1, "sequence": number, "time_s": number * 0.03}
        wanted = plain.see(FRAME, sight(each), **arguments)
        found = disturbed.see(FRAME, sight(each), **arguments)
        assert np.array_equal(wanted.is_shown, found.is_shown)
        assert np.array_equal(wanted.confidence, found.confidence)
        late = draw.draw(st.integers(0, number))
        disturbed.see(FRAME, sight(0.9), epoch=1, sequence=late, time_s=late * 0.03)


@settings(max_examples=60, deadline=None)
@given(CONFIDENCES)
def test_what_is_shown_changes_at_most_once_in_so_many_frames(confidences: list[float]) -> None:
    session = Session()
    shown = [bool(session.see(each).is_shown[0]) for each in confidences]
    turns = [n for n in range(1, len(shown)) if shown[n] != shown[n - 1]]
    least = min(Hysteresis().appear_frames, Hysteresis().vanish_frames)
    assert all(after - before >= least for before, after in pairwise(turns))


@settings(max_examples=60, deadline=None)
@given(CONFIDENCES)
def test_only_pixels_of_this_very_frame_are_drawn_and_confidence_stays_in_its_range(
    confidences: list[float],
) -> None:
    session = Session()
    for each in confidences:
        live = session.see(each)
        assert not (live.sight.labels[sight(each).labels == 0]).any()
        assert 0.0 <= live.confidence[0] <= 1.0


def test_the_presence_threshold_falls_between_what_is_there_and_what_is_not() -> None:
    confidence = [0.0, 0.3, 0.55, 0.7, 0.8, 0.95]
    threshold = calibrate_threshold(confidence, [False, False, False, True, True, True])
    assert 0.55 < threshold < 0.7


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=2, max_size=40))
def test_no_other_threshold_tells_presence_better(frames: list[tuple[float, bool]]) -> None:
    scores = np.array([each[0] for each in frames])
    truth = np.array([each[1] for each in frames])
    if truth.all() or not truth.any():
        with pytest.raises(EngineError, match="frames with the structure"):
            calibrate_threshold(scores, truth)
        return

    def youden(threshold: float) -> float:
        seen = scores >= threshold
        return float(seen[truth].mean() - seen[~truth].mean())

    best = youden(calibrate_threshold(scores, truth))
    assert all(best >= youden(each) - 1e-12 for each in [*scores, 0.0, 1.0])
