"""While the server is away the cropped frames go to this disk, without loss."""

import json
import threading
from pathlib import Path

import av
import numpy as np
import pytest

from inference.bridge import recorder
from inference.bridge.intake import Intake
from inference.bridge.recorder import Recorder
from inference.bridge.sources import SourceOptions
from inference.bridge.sources.file import FileSource
from inference.bridge.sources.phantom import PhantomSource
from phantom import read_index
from tests.inference.bridge.fakes import wait_for


def test_frames_are_kept_only_while_the_server_is_away_and_can_be_replayed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recorder, "AWAY_SECONDS", 0.0)
    is_up = threading.Event()
    intake = Intake(epoch=7, wall_us=iter(range(10**9, 10**10, 40_000)).__next__)
    kept = Recorder(
        tmp_path / "kept", intake=intake, is_up=is_up.is_set, about={"source": "phantom"}
    )
    pictures = [np.full((64, 96), 10 * k, np.uint8) for k in range(6)]
    for each in pictures:
        intake.picture(each, microns_per_pixel=80.0)
        wait_for(kept._frames.empty)
    is_up.set()
    assert wait_for(lambda: kept.waiting() == 1)
    intake.picture(pictures[0])
    kept.close()
    (file,) = (tmp_path / "kept").glob("*.mkv")
    with av.open(str(file)) as opened:
        read = [(f.to_ndarray(format="gray"), f.time) for f in opened.decode(video=0)]
    assert len(read) == 6
    for (grey, _), sent in zip(read, pictures, strict=True):
        np.testing.assert_array_equal(grey, sent)
    assert [round(time, 2) for _, time in read] == [0.0, 0.04, 0.08, 0.12, 0.16, 0.2]
    facts = json.loads(file.with_suffix(".json").read_text())
    assert (facts["frames"], facts["microns_per_pixel"]) == (6, 80.0)
    assert not list((tmp_path / "kept").glob("*.part"))

    # and a file is a source again, at its own pace, round after round
    again, stop = Intake(epoch=1), threading.Event()
    seen: list[tuple[int, float]] = []

    def note() -> None:
        picture = again.take()
        if picture is not None:
            seen.append((picture.epoch, picture.t_source_ns / 1e9))
        if len(seen) >= 8:
            stop.set()

    again.on_change(note)
    FileSource(file).run(again, stop)
    assert [round(time, 2) for _, time in seen[:6]] == [0.0, 0.04, 0.08, 0.12, 0.16, 0.2]
    assert seen[6][0] == seen[0][0] + 1


class _BrokenDisk:
    """Stands in for a file on a disk that takes nothing."""

    def __init__(self, path: Path, first: object) -> None:
        self._file = WHOLE_FILE(path, first)  # type: ignore[arg-type]

    def fits(self, picture: object) -> bool:
        return True

    def add(self, picture: object) -> None:
        raise OSError(5, "Input/output error")

    def give_up(self, about: dict[str, object]) -> None:
        self._file.give_up(about)


WHOLE_FILE = recorder._File


def test_a_disk_that_fails_is_said_once_and_recording_goes_on_when_it_works_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recorder, "AWAY_SECONDS", 0.0)
    monkeypatch.setattr(recorder, "_File", _BrokenDisk)
    said: list[str] = []
    intake, folder = Intake(epoch=7), tmp_path / "kept"
    kept = Recorder(folder, intake=intake, is_up=lambda: False, about={}, say=said.append)

    def give(value: int) -> None:
        intake.picture(np.full((64, 96), value, np.uint8))
        assert wait_for(kept._frames.empty)

    for value in range(3):
        give(value)
    assert wait_for(lambda: any("cannot be kept" in each for each in said))
    monkeypatch.setattr(recorder, "_File", WHOLE_FILE)
    for value in range(3, 6):
        give(value)
    kept.close()
    assert not kept._thread.is_alive()
    assert sum("Input/output error" in each for each in said) == 1
    (file,) = folder.glob("*.mkv")
    facts = json.loads(file.with_suffix(".json").read_text())
    assert 2 <= facts["frames"] <= 3  # one may have met the broken disk still
    assert not list(folder.glob("*.part"))


def test_closing_returns_though_the_disk_stands_still(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    goes_on = threading.Event()
    intake = Intake(epoch=7)
    kept = Recorder(tmp_path, intake=intake, is_up=lambda: not goes_on.wait(), about={})
    monkeypatch.setattr(kept._thread, "join", lambda seconds: None)
    for value in range(recorder.MOST_WAITING + 5):
        intake.picture(np.full((64, 96), value, np.uint8))
    closing = threading.Thread(target=kept.close, daemon=True)
    closing.start()
    closing.join(10.0)
    is_closed = not closing.is_alive()
    goes_on.set()
    assert is_closed


def test_the_phantom_goes_to_and_fro_and_numbers_every_frame() -> None:
    intake, stop = Intake(), threading.Event()
    numbers: list[int | None] = []

    def note() -> None:
        picture = intake.take()
        if picture is not None:
            numbers.append(read_index(picture.grey))
        if len(numbers) >= 12:
            stop.set()

    intake.on_change(note)
    options = SourceOptions(width=128, height=96, rate=100.0, burn_index=True)
    PhantomSource("axillary", options).run(intake, stop)
    assert numbers == list(range(12))
