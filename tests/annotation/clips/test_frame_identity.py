"""The frame asked for by index is the frame of that index, whatever the codec and the times."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from django.test import Client
from PIL import Image

from annotation.models import Clip
from annotation.selectors import clip_frames
from phantom import burn_index, read_index
from tests.factories import Team

pytestmark = pytest.mark.django_db
HEIGHT, WIDTH, COUNT = 160, 256, 70


def picture(index: int) -> np.ndarray:
    """A moving pattern under the frame's number."""
    rows, columns = np.mgrid[:HEIGHT, :WIDTH]
    moving = 110 + 60 * np.sin((columns + 5 * index) / 9) * np.cos((rows - 3 * index) / 13)
    return burn_index(moving.astype(np.uint8), index)


def write(
    path: Path, codec: str, *, times: list[int] | None = None, degrees: int = 0, **options: str
) -> None:
    """`times` are presentation times in milliseconds, without them 25 frames a second."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=25, options=options)
        stream.width, stream.height = WIDTH, HEIGHT
        stream.pix_fmt = "yuvj420p" if codec == "mjpeg" else "yuv420p"
        if degrees:
            stream.set_display_rotation(degrees)
        if times is not None:
            stream.codec_context.time_base = stream.time_base = Fraction(1, 1000)
        for index in range(COUNT):
            grey = av.VideoFrame.from_ndarray(picture(index), format="gray")
            frame = grey.reformat(format=stream.pix_fmt)
            if times is not None:
                frame.pts, frame.time_base = times[index], Fraction(1, 1000)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


VARIABLE = [int(40 * index + 17 * (index % 3) + 400 * (index > 30)) for index in range(COUNT)]
CLIPS: dict[str, Callable[[Path], Path]] = {}


def clip(name: str, file: str, codec: str, **options: Any) -> None:
    def make(folder: Path) -> Path:
        write(folder / file, codec, **options)
        return folder / file

    CLIPS[name] = make


clip("H.264 with B-frames", "a.mp4", "libx264", bf="3", g="20")
clip("H.264, variable rate, B-frames", "b.mp4", "libx264", times=VARIABLE, bf="2")
clip("MPEG-4 Part 2 with B-frames in AVI", "c.avi", "mpeg4", bf="2", qmin="2", qmax="4")
clip("MPEG-4 Part 2 in MOV", "d.mov", "mpeg4", qmin="2", qmax="4")
clip("MJPEG in AVI", "e.avi", "mjpeg", qmin="2", qmax="4")
clip("HEVC in MKV", "f.mkv", "libx265", **{"x265-params": "log-level=none"})
clip("VP9 in WebM", "g.webm", "libvpx-vp9", **{"deadline": "realtime", "cpu-used": "8"})


@pytest.mark.parametrize("name", CLIPS)
def test_the_number_in_the_pixels_is_the_index_in_the_api(
    name: str, team: Team, ingest: Any, log_in: Callable[..., Client], tmp_path: Path
) -> None:
    job = ingest(team, CLIPS[name](tmp_path).read_bytes())
    assert job["state"] == "done", job["error"]
    address = f"/api/clips/{job['target_id']}"
    client = log_in(team.trainee)
    table = client.get(f"{address}/frame-table/").json()
    assert table["frame_count"] == COUNT
    for index in range(COUNT):
        response = client.get(f"{address}/frames/{index}/")
        grey = np.asarray(Image.open(io.BytesIO(response.content)))
        assert read_index(grey) == index
        assert table["frames"][index]["sha256"] == hashlib.sha256(grey.tobytes()).hexdigest()
    times = [frame["time_s"] for frame in table["frames"]]
    assert times[0] == 0
    assert bool(np.all(np.diff(times) > 0))


def test_variable_times_are_kept(team: Team, ingest: Any, tmp_path: Path) -> None:
    job = ingest(team, CLIPS["H.264, variable rate, B-frames"](tmp_path).read_bytes())
    row = Clip.objects.get(pk=job["target_id"])
    expected = (np.array(VARIABLE) - VARIABLE[0]) / 1000
    np.testing.assert_allclose(row.frame_table.times_s, expected, atol=1e-3)
    assert row.duration_s > expected[-1]


@pytest.mark.parametrize("degrees", [90, 180, 270])
def test_a_turned_clip_stands_upright(
    degrees: int, team: Team, ingest: Any, tmp_path: Path
) -> None:
    write(tmp_path / "turned.mp4", "libx264", degrees=degrees)
    job = ingest(team, (tmp_path / "turned.mp4").read_bytes())
    row = Clip.objects.get(pk=job["target_id"])
    assert (row.width, row.height) == ((WIDTH, HEIGHT) if degrees == 180 else (HEIGHT, WIDTH))
    for index, grey in enumerate(clip_frames(row.pk)):
        # the display matrix turns counter-clockwise, so turning back shows the number again
        assert read_index(np.rot90(grey, -degrees // 90)) == index


def test_frames_can_be_read_in_any_order(team: Team, ingest: Any, tmp_path: Path) -> None:
    job = ingest(team, CLIPS["H.264 with B-frames"](tmp_path).read_bytes())
    wanted = [69, 0, 33, 31, 32, 32]
    assert [read_index(grey) for grey in clip_frames(job["target_id"], wanted)] == wanted
    with pytest.raises(IndexError, match="frames 0 to 69"):
        next(clip_frames(job["target_id"], [COUNT]))


@pytest.mark.parametrize(
    ("name", "count"), [("DemoBMode.mov", 450), ("DemoMuscleContraction_NoTAMean.mov", 3777)]
)
def test_a_real_clip_equals_an_independent_decode(
    name: str, count: int, team: Team, ingest: Any, real_data: Path
) -> None:
    path = real_data / "clips" / "flowave" / name
    if not path.exists():
        pytest.skip(f"the folder of real clips holds no {name}")
    job = ingest(team, path.read_bytes(), subject="FloWave", credit="FloWave.US, MIT")
    assert job["state"] == "done", job["error"]
    row = Clip.objects.select_related("frame_table").get(pk=job["target_id"])
    digests = row.frame_table.sha256
    decoded = 0
    with av.open(str(path)) as container:
        for frame in container.decode(video=0):
            grey = frame.to_ndarray(format="gray")
            assert hashlib.sha256(grey.tobytes()).hexdigest() == digests[decoded]
            decoded += 1
    assert decoded == count == row.frame_count
