"""A network camera over real sockets: cut, silent, gone and back, and behind a password."""

import itertools
from collections.abc import Callable, Iterator

import pytest

from inference.bridge.agent import Agent, SourceThread
from inference.bridge.intake import Intake
from inference.bridge.picture import Picture, State
from inference.bridge.sources import SourceOptions, open_source, rtsp
from phantom import read_index
from tests.inference.bridge.fakes import FakeHub, image_of, wait_for
from tests.inference.bridge.rtp_payloads import H264Payload
from tests.inference.bridge.rtsp_server import HEIGHT, WIDTH, RtspServer


@pytest.fixture
def camera() -> Iterator[RtspServer]:
    made = RtspServer()
    yield made
    made.down()


class Watched:
    """A source on the camera, running, and every picture that came."""

    def __init__(self, address: str) -> None:
        self.intake = Intake()
        self.pictures: list[Picture] = []
        self.intake.on_change(self._note)
        self.source = open_source(address, SourceOptions())
        self.thread = SourceThread(self.source, self.intake)
        self.thread.start()

    def _note(self) -> None:
        picture = self.intake.take()
        if picture is not None:
            self.pictures.append(picture)

    def state(self) -> State:
        return self.intake.condition().state

    def epochs(self) -> list[int]:
        return sorted({each.epoch for each in list(self.pictures)})

    def says(self, words: str) -> bool:
        return words in self.intake.condition().reason


Watch = Callable[[str], Watched]


@pytest.fixture
def watch(monkeypatch: pytest.MonkeyPatch) -> Iterator[Watch]:
    monkeypatch.setattr("inference.bridge.agent.FIRST_DELAY", 0.05)
    running: list[Watched] = []

    def start(address: str) -> Watched:
        running.append(Watched(address))
        return running[-1]

    yield start
    for each in running:
        each.thread.stop(10)


def test_frames_come_whole_in_order_and_with_the_cameras_own_times(
    camera: RtspServer, watch: Watch
) -> None:
    watched = watch(camera.address)
    assert wait_for(lambda: len(watched.pictures) > 20)
    pictures = list(watched.pictures)
    numbers = [read_index(each.grey) for each in pictures]
    assert all(a is not None and b == a + 1 for a, b in itertools.pairwise(numbers))
    assert {each.grey.shape for each in pictures} == {(HEIGHT, WIDTH)}
    for picture, number in zip(pictures, numbers, strict=True):
        assert picture.has_source_time
        # the stream's time begins with its first frame, 25 a second
        assert picture.t_source_ns == pytest.approx(((number or 0) - 1) * 40e6, abs=1e6)
        assert picture.microns_per_pixel == 0
    assert watched.state() is State.LIVE
    assert camera.methods[:4] == ["OPTIONS", "DESCRIBE", "SETUP", "PLAY"]
    watched.thread.stop(10)
    assert wait_for(lambda: camera.methods[-1] == "TEARDOWN")


def test_h264_of_a_hardware_encoder_comes_whole_and_without_being_held_back(watch: Watch) -> None:
    camera = RtspServer(payload=H264Payload)
    try:
        watched = watch(camera.address)
        lags = []

        def has_come() -> bool:
            pictures = list(watched.pictures)
            if pictures:
                lags.append(camera.sent - (read_index(pictures[-1].grey) or 0))
            return len(pictures) > 40

        assert wait_for(has_come)
        numbers = [read_index(each.grey) for each in list(watched.pictures)]
        assert all(a is not None and b == a + 1 for a, b in itertools.pairwise(numbers))
        # a decoder that waits for frames to come would never be this near
        assert min(lags) <= 1
        camera.cut()
        assert wait_for(lambda: len(watched.epochs()) == 2)
    finally:
        camera.down()


def test_a_cut_in_mid_stream_is_said_and_ends_in_a_new_epoch(
    camera: RtspServer, watch: Watch
) -> None:
    watched = watch(camera.address)
    assert wait_for(lambda: len(watched.pictures) > 5)
    camera.cut()
    assert wait_for(lambda: camera.plays == 2)
    assert wait_for(lambda: len(watched.epochs()) == 2)
    first, second = watched.epochs()
    before = [read_index(each.grey) for each in watched.pictures if each.epoch == first]
    after = [read_index(each.grey) for each in watched.pictures if each.epoch == second]
    assert None not in (*before, *after)
    assert before[-1] < after[0]  # type: ignore[operator]  # neither is None
    assert next(each.sequence for each in watched.pictures if each.epoch == second) == 0


def test_a_camera_switched_off_is_lost_until_it_is_back(camera: RtspServer, watch: Watch) -> None:
    watched = watch(camera.address)
    assert wait_for(lambda: len(watched.pictures) > 5)
    camera.down()
    assert wait_for(lambda: watched.state() is State.LOST)
    assert wait_for(lambda: watched.says("cannot be read"))
    count = len(watched.pictures)
    camera.up()
    assert wait_for(lambda: len(watched.pictures) > count + 5, 30)
    assert watched.state() is State.LIVE


def test_a_camera_that_stays_connected_and_silent_is_stalled_and_then_asked_anew(
    camera: RtspServer, watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rtsp, "READ_SECONDS", 2.0)
    watched = watch(camera.address)
    assert wait_for(lambda: len(watched.pictures) > 5)
    camera.silent(True)
    assert wait_for(lambda: watched.state() is State.STALLED)
    assert wait_for(lambda: camera.plays >= 2)
    camera.silent(False)
    assert wait_for(lambda: watched.state() is State.LIVE)
    assert len(watched.epochs()) == 2


def test_a_password_is_given_and_never_shown(watch: Watch) -> None:
    camera = RtspServer(password="hush")
    try:
        host = camera.address.removeprefix("rtsp://")
        wrong = watch(f"rtsp://me:guess@{host}")
        assert wait_for(lambda: wrong.says("cannot be read"))
        assert camera.plays == 0
        right = watch(f"rtsp://me:hush@{host}")
        assert wait_for(lambda: len(right.pictures) > 3)
        assert "guess" not in wrong.intake.condition().reason
        assert right.source.device == "RTSP 127.0.0.1/live"
    finally:
        camera.down()


def test_it_streams_through_to_the_hub(
    camera: RtspServer, hub: FakeHub, bridge: Callable[..., Agent]
) -> None:
    bridge(camera.address)
    assert wait_for(lambda: len(hub.frames) > 10)
    numbers = [read_index(image_of(each)) for each in list(hub.frames)]
    assert None not in numbers
    assert numbers == sorted(set(numbers))  # type: ignore[type-var]  # none is None
    assert hub.said("hello")[0]["source"] == "rtsp"
    camera.cut()
    assert wait_for(lambda: len({each.epoch for each in list(hub.frames)}) == 2)
    assert hub.connections == 1
