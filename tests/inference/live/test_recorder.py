"""Kept frames: the bytes that came, at their own times, in a file that the ingest reads."""

import asyncio
from pathlib import Path
from typing import Any

import av
import numpy as np
import simplejpeg

from inference.live.picture import Picture
from inference.live.recorder import Recorder
from inference.live.wanted import WantedRecording, scale_path
from inference.live.wire import Flag, decode_frame
from tests.inference.live.hub_rig import Rig, frame, jpeg, run_with_hub, settle, wanted


def recording(
    path: Path, number: str = "r1", seconds: int = 1200, most: int | None = None
) -> WantedRecording:
    return WantedRecording(id=number, path=str(path), max_seconds=seconds, max_bytes=most)


def packets(path: Path) -> list[tuple[int, bytes]]:
    with av.open(str(path)) as file:
        found = [(each.pts, bytes(each)) for each in file.demux(video=0) if each.pts is not None]
        base = file.streams.video[0].time_base
    assert base is not None
    return [(round(pts * base * 1000), data) for pts, data in found]


def test_every_frame_is_kept_as_it_came_at_its_own_time(tmp_path: Path):
    path = tmp_path / "waiting" / "r1.mkv"
    times_ms = [0, 33, 66, 200, 210]
    sent = [jpeg(number) for number in range(5)]

    async def what(rig: Rig) -> None:
        bridge, viewer = await rig.bridge(), await rig.viewer()
        rig.board.want(wanted(recording=recording(path)))
        await settle()
        assert viewer.told("recording")[-1]["recording"]["id"] == "r1"
        for number, (data, time_ms) in enumerate(zip(sent, times_ms, strict=True)):
            stamp = 9_000_000_000 + time_ms * 1_000_000
            bridge.send(frame(number + 1, data=data, t_source_ns=stamp, flags=Flag.ORIGINAL_TIMES))
        await settle(0.05)
        assert all(got.flags & Flag.RECORDING for got in viewer.frames)
        rig.board.want(wanted())
        await settle(0.1)
        assert rig.closed == [("r1", 5)]
        assert viewer.told("recording")[-1]["recording"] is None

    run_with_hub(what)
    assert packets(path) == list(zip(times_ms, sent, strict=True))


def test_the_ingest_reads_what_was_recorded(tmp_path: Path):
    from annotation.frames.opening import open_source

    path = tmp_path / "r1.mkv"
    pictures = [jpeg(number, 320, 240) for number in range(6)]

    async def what(rig: Rig) -> None:
        bridge = await rig.bridge()
        for number, data in enumerate(pictures):
            bridge.send(frame(number + 1, data=data, width=320, height=240))
            await settle(0.01)
        rig.board.want(wanted())
        await settle(0.1)

    run_with_hub(what, sessions={"s1": wanted(recording=recording(path))})
    got = list(open_source(path).frames())
    assert len(got) == 6
    for picture, data in zip(got, pictures, strict=True):
        expected = simplejpeg.decode_jpeg(data, colorspace="GRAY")[..., 0].astype(int)
        assert np.abs(picture.grey.astype(int) - expected).max() <= 3
    times = [picture.time_s for picture in got]
    assert times == sorted(set(times))


def test_a_new_epoch_goes_on_after_the_one_before(tmp_path: Path):
    path = tmp_path / "r1.mkv"

    async def what(rig: Rig) -> None:
        bridge = await rig.bridge()
        now = 1_700_000_000_000_000
        bridge.send(frame(1, t_source_ns=5_000_000_000, t_bridge_us=now, flags=ORIGINAL))
        bridge.send(frame(2, t_source_ns=5_040_000_000, t_bridge_us=now + 40_000, flags=ORIGINAL))
        bridge.send(frame(1, epoch=2, t_source_ns=0, t_bridge_us=now + 540_000, flags=ORIGINAL))
        await settle(0.05)

    run_with_hub(what, sessions={"s1": wanted(recording=recording(path))})
    assert [time for time, _ in packets(path)] == [0, 40, 540]


ORIGINAL = Flag.ORIGINAL_TIMES


def test_a_recording_ends_at_its_limit_and_is_not_begun_again(tmp_path: Path):
    path = tmp_path / "r1.mkv"

    async def what(rig: Rig) -> None:
        bridge, viewer = await rig.bridge(), await rig.viewer()
        bridge.send(frame(1))
        await settle(0.02)
        (session,) = rig.hub.sessions.values()
        assert session.recorder is not None
        session.recorder.began_s -= 100
        await session.each_moment()
        await settle(0.05)
        assert rig.closed == [("r1", 1)]
        assert "longest" in viewer.told("recording")[-1]["reason"]
        await rig.hub._follow_all()
        assert session.recorder is None

    run_with_hub(what, sessions={"s1": wanted(recording=recording(path, seconds=60))})


def test_pictures_that_stop_end_the_recording_and_keep_it(tmp_path: Path):
    async def what(rig: Rig) -> None:
        bridge = await rig.bridge()
        bridge.send(frame(1))
        bridge.send(frame(2))
        await settle(0.05)
        (session,) = rig.hub.sessions.values()
        assert session.recorder is not None
        assert session.last_frame_s is not None
        session.last_frame_s -= 20
        session.recorder.began_s -= 30
        await session.each_moment()
        await settle(0.05)
        assert rig.closed == [("r1", 2)]

    run_with_hub(what, sessions={"s1": wanted(recording=recording(tmp_path / "r1.mkv"))})


def test_a_disk_that_takes_nothing_ends_the_recording_and_not_the_pictures(tmp_path: Path):
    (tmp_path / "file").write_text("in the way")

    async def what(rig: Rig) -> None:
        bridge, viewer = await rig.bridge(), await rig.viewer()
        bridge.send(frame(1))
        await settle(0.05)
        (session,) = rig.hub.sessions.values()
        await session.each_moment()
        bridge.send(frame(2))
        while not rig.closed:
            # the file's thread takes its time on a busy machine
            await settle(0.05)
        assert rig.closed == [("r1", 0)]
        assert [got.sequence for got in viewer.frames] == [1, 2]
        assert "cannot be written" in viewer.told("recording")[-1]["reason"]

    blocked = tmp_path / "file" / "r1.mkv"
    run_with_hub(what, sessions={"s1": wanted(recording=recording(blocked))})


def test_another_size_ends_the_file(tmp_path: Path):
    async def what(rig: Rig) -> None:
        bridge = await rig.bridge()
        bridge.send(frame(1))
        bridge.send(frame(2, width=128, height=64))
        await settle(0.05)
        (session,) = rig.hub.sessions.values()
        await session.each_moment()
        await settle(0.05)
        assert rig.closed == [("r1", 1)]

    run_with_hub(what, sessions={"s1": wanted(recording=recording(tmp_path / "r1.mkv"))})


def test_a_recording_ends_before_it_is_too_large_to_become_a_clip(tmp_path: Path):
    path, most = tmp_path / "r1.mkv", 40_000
    # a small picture: what the file adds to each counts most then
    tiny = simplejpeg.encode_jpeg(
        np.zeros((16, 16, 1), np.uint8), colorspace="GRAY", colorsubsampling="Gray"
    )

    async def whole() -> Recorder:
        recorder = Recorder(recording(path, most=most), now_s=0.0, closed=lambda *_: None)
        for number in range(1, 1000):
            told = decode_frame(frame(number, data=tiny, width=16, height=16))
            recorder.take(Picture(told, order=number, arrived_s=0.0))
            if number % 50 == 0:
                await settle(0.05)
        await recorder.close()
        return recorder

    recorder = asyncio.run(whole())
    assert recorder.must_end(0.0)
    assert recorder.trouble == "The recording is as large as an upload may be."
    assert most / 4 < path.stat().st_size <= most


def test_another_scale_ends_the_file_and_the_first_known_one_is_kept_beside_it(tmp_path: Path):
    path = tmp_path / "r1.mkv"

    async def what(rig: Rig) -> None:
        bridge, viewer = await rig.bridge(), await rig.viewer()
        # not known yet, known, the same but for rounding, not known for a moment, another depth
        for number, microns in enumerate((0.0, 80.0, 80.4, 0.0, 100.0), start=1):
            bridge.send(frame(number, microns_per_pixel=microns))
        await settle(0.05)
        (session,) = rig.hub.sessions.values()
        await session.each_moment()
        while not rig.closed:
            await settle(0.05)
        assert rig.closed == [("r1", 4)]
        assert viewer.told("recording")[-1]["reason"] == "The picture's scale has changed."

    run_with_hub(what, sessions={"s1": wanted(recording=recording(path))})
    assert float(scale_path(path).read_text()) == 80.0


def test_what_a_hub_before_this_one_left_behind_is_kept_and_not_written_over(tmp_path: Path):
    path = tmp_path / "r1.mkv"
    path.write_bytes(b"left behind")

    async def what(rig: Rig) -> None:
        def over(number: str, count: int | None) -> None:
            rig.closed.append((number, count))
            rig.board.sessions["s1"] = wanted()

        rig.hub.surroundings.recording_closed = over
        bridge = await rig.bridge()
        await settle(0.05)
        bridge.send(frame(1))
        await settle(0.05)
        assert rig.closed == [("r1", None)]

    run_with_hub(what, sessions={"s1": wanted(recording=recording(path))})
    assert path.read_bytes() == b"left behind"


def test_stopping_the_hub_closes_the_file(tmp_path: Path):
    closed: list[Any] = []

    async def what(rig: Rig) -> None:
        bridge = await rig.bridge()
        bridge.send(frame(1))
        bridge.send(frame(2))
        await settle(0.02)
        await rig.hub.stop()
        closed.extend(rig.closed)

    run_with_hub(what, sessions={"s1": wanted(recording=recording(tmp_path / "r1.mkv"))})
    assert closed == [("r1", 2)]
    assert len(packets(tmp_path / "r1.mkv")) == 2
