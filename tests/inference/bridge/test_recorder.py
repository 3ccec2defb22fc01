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
