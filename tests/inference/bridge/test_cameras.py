"""Grabbers and network cameras."""

import threading
import time
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np
import pytest

from inference.bridge.agent import SourceThread
from inference.bridge.intake import Intake
from inference.bridge.picture import SourceError
from inference.bridge.sources import SourceOptions, camera, open_source
from tests.inference.bridge.fakes import wait_for


class _Grabber:
    """What cv2.VideoCapture gives: frames, then none when it is unplugged."""

    def __init__(self, place: int | str) -> None:
        self.place = place
        self.left = 5
        self.asked: dict[int, float] = {}
        _Grabber.last = self

    last: "_Grabber"
    is_released = False

    def isOpened(self) -> bool:  # noqa: N802  # the library's name
        return self.place == 2

    def set(self, what: int, value: float) -> None:
        self.asked[what] = value

    def read(self) -> tuple[bool, Any]:
        self.left -= 1
        time.sleep(0.01)
        if self.left < 0:
            return False, None
        return True, np.full((60, 80, 3), 50 + self.left, np.uint8)

    def release(self) -> None:
        self.is_released = True


def test_a_grabber_is_drained_and_its_unplugging_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cv2, "VideoCapture", _Grabber)
    monkeypatch.setattr(camera, "SILENT_SECONDS", 0.2)
    intake = Intake()
    with pytest.raises(SourceError, match="unplugged"):
        open_source("camera:2", SourceOptions()).run(intake, threading.Event())
    assert intake.received == 5
    picture = intake.take()
    assert picture is not None
    assert (picture.grey.shape, int(picture.grey[0, 0])) == ((60, 80), 50)
    assert not picture.has_source_time
    assert _Grabber.last.asked[cv2.CAP_PROP_BUFFERSIZE] == 1
    assert _Grabber.last.is_released


def test_a_grabber_that_is_not_there_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cv2, "VideoCapture", _Grabber)
    with pytest.raises(SourceError, match="plugged in"):
        open_source("camera:7", SourceOptions()).run(Intake(), threading.Event())
    with pytest.raises(ValueError, match="camera:NUMBER"):
        open_source("camera:front", SourceOptions())


def test_a_stream_is_read_frame_by_frame_with_its_own_times(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "stream.mkv"
    with av.open(str(file), "w") as out:
        stream = out.add_stream("ffv1", rate=25)
        stream.width, stream.height, stream.pix_fmt = 96, 64, "gray"
        for count in range(5):
            grey = np.full((64, 96), 60 + count, np.uint8)
            out.mux(stream.encode(av.VideoFrame.from_ndarray(grey, format="gray")))
        out.mux(stream.encode(None))
    asked: dict[str, Any] = {}
    opened = av.open(str(file))

    def stand_in(address: str, **more: Any) -> Any:
        asked.update(more, address=address)
        return opened

    monkeypatch.setattr(av, "open", stand_in)
    intake = Intake()
    times: list[int] = []

    def note() -> None:
        picture = intake.take()
        if picture is not None:
            times.append(picture.t_source_ns)

    intake.on_change(note)
    open_source("rtsp://host/live", SourceOptions()).run(intake, threading.Event())
    assert times == [0, 40_000_000, 80_000_000, 120_000_000, 160_000_000]
    assert asked["options"]["rtsp_transport"] == "tcp"
    assert asked["address"] == "rtsp://host/live"


def test_an_rtsp_address_that_does_not_answer_is_said_without_its_password() -> None:
    source = open_source("rtsp://me:secret@127.0.0.1:1/live", SourceOptions())
    with pytest.raises(SourceError, match="cannot be read") as raised:
        source.run(Intake(), threading.Event())
    assert "secret" not in str(raised.value)


def test_a_fault_of_a_driver_ends_one_attempt_and_not_the_bridge(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def broken(_: object) -> None:
        raise RuntimeError("driver")

    monkeypatch.setattr(cv2, "VideoCapture", broken)
    intake = Intake()
    thread = SourceThread(open_source("camera:2", SourceOptions()), intake)
    thread.start()
    assert wait_for(lambda: "RuntimeError: driver" in intake.condition().reason)
    monkeypatch.setattr(cv2, "VideoCapture", _Grabber)
    assert wait_for(lambda: intake.received > 0)
    thread.stop()
