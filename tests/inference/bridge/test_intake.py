"""Frames arriving decide the state; the newest frame is the only one kept."""

import numpy as np
import pytest

from inference.bridge.crop import Crop, find_sector, fitted, parse_crop
from inference.bridge.intake import Intake
from inference.bridge.picture import State

GREY = np.zeros((32, 32), np.uint8)


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def intake(clock: Clock) -> Intake:
    return Intake(clock=clock, wall_us=lambda: int(clock.now * 1e6), epoch=5)


def test_only_the_newest_frame_is_kept(intake: Intake) -> None:
    for _ in range(3):
        intake.picture(GREY)
    picture = intake.take()
    assert picture is not None
    assert (picture.sequence, intake.replaced) == (2, 2)
    assert intake.take() is None


def test_before_the_first_frame_it_connects_then_says_what_to_look_at(
    intake: Intake, clock: Clock
) -> None:
    assert intake.condition().state is State.CONNECTING
    intake.connected("Let UDP port 4321 in.")
    clock.now += 2.9
    assert intake.condition().state is State.CONNECTING
    clock.now += 0.2
    assert intake.condition().state is State.STALLED
    assert intake.condition().reason == "Let UDP port 4321 in."


def test_silence_stalls_and_then_loses_whatever_the_source_claims(
    intake: Intake, clock: Clock
) -> None:
    intake.connected("")
    for _ in range(10):
        intake.picture(GREY)
        clock.now += 0.03
    assert intake.condition().state is State.LIVE
    clock.now += 1.1
    assert intake.condition().state is State.STALLED
    clock.now += 10
    assert intake.condition().state is State.LOST
    assert "No image for 11 s" in intake.condition().reason


def test_a_slow_scanner_is_not_stalled_between_its_frames(intake: Intake, clock: Clock) -> None:
    for _ in range(5):
        intake.picture(GREY)
        clock.now += 0.9
    clock.now += 1.0
    assert intake.condition().state is State.LIVE


def test_frozen_holds_until_frames_come_again(intake: Intake, clock: Clock) -> None:
    intake.picture(GREY)
    intake.frozen(is_frozen=True)
    intake.picture(GREY)  # was on its way
    clock.now += 60
    assert intake.condition().state is State.FROZEN
    intake.picture(GREY)
    assert intake.condition().state is State.LIVE


def test_a_clock_that_goes_back_begins_a_new_epoch(intake: Intake) -> None:
    intake.picture(GREY, t_source_ns=1000)
    intake.picture(GREY, t_source_ns=2000)
    first = intake.take()
    intake.picture(GREY, t_source_ns=10)
    second = intake.take()
    assert first is not None
    assert second is not None
    assert (first.epoch, first.sequence) == (5, 1)
    assert (second.epoch, second.sequence) == (6, 0)


def test_a_failure_names_itself_until_the_next_frame(intake: Intake) -> None:
    intake.failed("The camera was unplugged.")
    assert intake.condition().reason == "The camera was unplugged."
    intake.picture(GREY)
    assert intake.condition().state is State.LIVE
    intake.failed("The camera was unplugged.")
    assert intake.condition().state is State.LOST


def test_a_crop_never_lets_the_whole_frame_through() -> None:
    frame = np.full((100, 200), 9, np.uint8)
    assert Crop(150, 50, 260, 300).apply(frame).shape == (50, 50)
    beyond = Crop(300, 300, 400, 400).apply(frame)
    assert beyond.shape == (16, 16)
    assert not beyond.any()


@pytest.mark.parametrize("text", ["", "1,2,3", "a,b,c,d", "10,10,5,50", "0,0,10,10", "-1,0,50,50"])
def test_a_crop_that_makes_no_sense_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="crop"):
        parse_crop(text)


def test_the_sector_is_found_beside_text() -> None:
    frame = np.zeros((480, 640), np.uint8)
    frame[100:400, 150:500] = 90
    frame[10:24, 10:140] = 255  # a name
    frame[100:104, 520:600] = 200  # a ruler
    crop = find_sector(frame)
    assert crop is not None
    assert abs(np.array([crop.x0, crop.y0, crop.x1, crop.y1]) - [150, 100, 500, 400]).max() <= 4
    assert find_sector(np.zeros((480, 640), np.uint8)) is None


def test_a_frame_too_large_is_made_smaller_and_its_scale_with_it() -> None:
    found = fitted(np.zeros((2160, 4096), np.uint8), 50.0)
    assert found is not None
    assert found[0].shape == (1080, 2048)
    assert found[1] == pytest.approx(100.0)
    assert fitted(np.zeros((1, 1), np.uint8), 1.0) is None


def test_a_link_made_anew_is_not_live_before_its_first_frame(intake: Intake, clock: Clock) -> None:
    for _ in range(3):
        clock.now += 0.04
        intake.picture(GREY)
    clock.now += 5.0
    assert intake.condition().state is State.STALLED
    intake.restarted()
    intake.connected("")
    assert intake.condition().state is State.CONNECTING
    clock.now += 2.0
    assert intake.condition().state is State.STALLED
    intake.picture(GREY)
    assert intake.condition().state is State.LIVE
