"""GIF, folders, PNG writing, and the grey of video frames."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from PIL import Image

from annotation.frames.folder_zip import zip_folder
from annotation.frames.gif import frame_delays
from annotation.frames.grey import grey_from_video_frame
from annotation.frames.opening import open_source
from annotation.frames.png import decode_png, encode_png
from tests.annotation.frames.dicom_files import pattern
from tests.annotation.frames.reading import frames_of, times_of

GREY = pattern(4)


def gif(frames: np.ndarray, milliseconds: list[int], **options: Any) -> bytes:
    content = io.BytesIO()
    pictures = [Image.fromarray(frame) for frame in frames]
    pictures[0].save(
        content, "GIF", save_all=True, append_images=pictures[1:], duration=milliseconds, **options
    )
    return content.getvalue()


def test_a_gif_keeps_its_frames_and_its_own_times(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(gif(GREY, [40, 100, 20, 50]))
    np.testing.assert_array_equal(frames_of(tmp_path / "a"), GREY)
    np.testing.assert_allclose(times_of(tmp_path / "a"), [0, 0.04, 0.14, 0.16])
    facts = open_source(tmp_path / "a").facts
    assert (facts.kind, facts.frame_count, facts.width, facts.height) == ("gif", 4, 48, 32)


def test_frames_of_a_gif_that_change_a_corner_are_composed(tmp_path: Path) -> None:
    frames = np.stack([GREY[0]] * 3)
    frames[1, 5:9, 6:12] = 250
    (tmp_path / "a").write_bytes(gif(frames, [50] * 3, optimize=True, disposal=1))
    np.testing.assert_array_equal(frames_of(tmp_path / "a"), frames)


def test_a_delay_of_nothing_is_shown_as_browsers_do() -> None:
    assert frame_delays(gif(GREY, [0, 0, 30, 0])) == [0.1, 0.1, 0.03, 0.1]


def test_a_folder_of_pictures_is_a_clip(tmp_path: Path) -> None:
    for index in (10, 2, 1):
        Image.fromarray(GREY[index % 4]).save(tmp_path / f"frame{index}.png")
    (tmp_path / "notes.txt").write_text("hello")
    np.testing.assert_array_equal(frames_of(tmp_path), GREY[[1, 2, 2]])


def test_a_folder_is_packed_into_a_zip_without_its_names(tmp_path: Path) -> None:
    folder = tmp_path / "Mustermann"
    folder.mkdir()
    for index in (10, 2, 1):
        Image.fromarray(GREY[index % 4]).save(folder / f"Mustermann{index}.png")
    packed = [io.BytesIO(), io.BytesIO()]
    assert [zip_folder(folder, each) for each in packed] == [3, 3]
    assert packed[0].getvalue() == packed[1].getvalue()
    assert b"Mustermann" not in packed[0].getvalue()
    (tmp_path / "zip").write_bytes(packed[0].getvalue())
    np.testing.assert_array_equal(frames_of(tmp_path / "zip"), GREY[[1, 2, 2]])


@settings(deadline=None, max_examples=60)
@given(arrays(np.uint8, st.tuples(st.integers(1, 60), st.integers(1, 60))))
def test_pillow_and_opencv_read_the_png_that_is_written(grey: np.ndarray) -> None:
    content = encode_png(grey)
    np.testing.assert_array_equal(decode_png(content), grey)
    with Image.open(io.BytesIO(content)) as picture:
        picture.load()
        assert picture.mode == "L"
        np.testing.assert_array_equal(np.asarray(picture), grey)
    np.testing.assert_array_equal(
        cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_GRAYSCALE), grey
    )


def test_a_png_passes_the_strictest_reader() -> None:
    content = encode_png(np.ascontiguousarray(GREY[0].T).T)
    with Image.open(io.BytesIO(content)) as picture:
        picture.verify()  # checks every CRC
    with av.open(io.BytesIO(content), format="png_pipe") as container:
        frame = next(container.decode(video=0))
        np.testing.assert_array_equal(frame.to_ndarray(format="gray"), GREY[0])


@pytest.mark.parametrize("shape", [(0, 5), (5, 0), (4, 4, 3)])
def test_what_is_no_grey_frame_is_not_written(shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="no grey frame"):
        encode_png(np.zeros(shape, np.uint8))


@pytest.mark.parametrize(
    "name", ["yuv420p", "yuv422p", "yuv444p", "yuvj420p", "yuvj444p", "nv12", "gray", "yuv420p10le"]
)
@pytest.mark.parametrize("color_range", [0, 1, 2])
def test_luma_is_what_libswscale_calls_gray(name: str, color_range: int) -> None:
    noise = np.random.default_rng(3).integers(0, 256, (50, 70, 3), dtype=np.uint8)
    frame = av.VideoFrame.from_ndarray(noise, format="rgb24").reformat(format=name)
    frame.color_range = color_range
    np.testing.assert_array_equal(grey_from_video_frame(frame), frame.to_ndarray(format="gray"))


CODECS = {
    "H.264 with B-frames in MP4": ("mp4", "libx264", "yuv420p", {"bf": "3", "crf": "1"}),
    "HEVC in MP4": ("mp4", "libx265", "yuv420p", {"x265-params": "log-level=none:crf=1"}),
    "MPEG-4 Part 2 in MOV": ("mov", "mpeg4", "yuv420p", {"bf": "2"}),
    "MPEG-4 Part 2 in AVI": ("avi", "mpeg4", "yuv420p", {}),
    "MJPEG in AVI": ("avi", "mjpeg", "yuvj420p", {}),
    "VP9 in WebM": ("webm", "libvpx-vp9", "yuv420p", {"deadline": "realtime"}),
    "H.264 in MKV": ("matroska", "libx264", "yuv420p", {"crf": "1"}),
    "MPEG-2 program stream": ("mpeg", "mpeg2video", "yuv420p", {"bf": "2"}),
    "H.264 transport stream": ("mpegts", "libx264", "yuv420p", {"crf": "1"}),
}


@pytest.mark.parametrize("case", CODECS)
def test_every_frame_of_a_video_comes_once_and_in_order(case: str, tmp_path: Path) -> None:
    container_name, codec, pixels, options = CODECS[case]
    levels = np.arange(24) * 8 + 30
    path = tmp_path / "file"
    with av.open(str(path), "w", format=container_name) as container:
        stream = container.add_stream(codec, rate=25, options=options)
        stream.width, stream.height, stream.pix_fmt = 64, 48, pixels
        if codec.startswith("mpeg"):
            stream.bit_rate = 4_000_000
        for level in levels:
            flat = np.full((48, 64), level, np.uint8)
            frame = av.VideoFrame.from_ndarray(flat, format="gray").reformat(format=pixels)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    source = open_source(path)
    means = [float(frame.grey.mean()) for frame in source.frames()]
    assert len(means) == 24
    np.testing.assert_allclose(means, levels, atol=3)
    facts = source.facts
    assert (facts.kind, facts.width, facts.height) == ("video", 64, 48)
    assert facts.frame_count in (24, None) or abs((facts.frame_count or 0) - 24) <= 3


def test_a_turned_video_stands_upright_and_says_its_size(tmp_path: Path) -> None:
    path = tmp_path / "file"
    with av.open(str(path), "w", format="mp4") as container:
        stream = container.add_stream("libx264", rate=25, options={"crf": "1", "bf": "2"})
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        stream.set_display_rotation(90)
        half = np.full((48, 64), 40, np.uint8)
        half[:24] = 200  # the stored top
        for _ in range(30):
            frame = av.VideoFrame.from_ndarray(half, format="gray").reformat(format="yuv420p")
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    frames = frames_of(path)
    assert frames.shape == (30, 64, 48)
    left, right = frames[:, :, :20].mean(axis=(1, 2)), frames[:, :, -20:].mean(axis=(1, 2))
    assert set(np.round(np.abs(left - right), -1).astype(int).tolist()) == {160}
    facts = open_source(path).facts
    assert (facts.width, facts.height) == (48, 64)
