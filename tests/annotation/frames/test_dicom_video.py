"""A video stream inside DICOM gives the stream's frames in order, and the header's facts."""

from __future__ import annotations

import io
import tempfile
import zipfile
from pathlib import Path

import av
import numpy as np
import pytest
from pydicom.encaps import encapsulate

import phantom
from annotation.frames.opening import open_source
from annotation.frames.problem import UnreadableSourceError
from tests.annotation.frames.dicom_files import dataset, region
from tests.annotation.frames.reading import frames_of, times_of

COUNT, SIDE = 12, 128
PREFIX = "1.2.840.10008.1.2.4."
STREAMS = {
    "MPEG-2": ("100", "mpeg2video", "mpeg2video", {"qmin": "2", "qmax": "4"}),
    "MPEG-2 in a program stream": ("101", "mpeg2video", "mpeg", {"qmin": "2", "qmax": "4"}),
    "H.264": ("102", "libx264", "h264", {"bf": "2"}),
    "H.264 in MP4": ("104", "libx264", "mp4", {"bf": "2"}),
    "H.264 in a transport stream": ("103", "libx264", "mpegts", {"bf": "2"}),
    "H.264 in fragments": ("102.1", "libx264", "h264", {"bf": "2"}),
    "HEVC": ("107", "libx265", "hevc", {"x265-params": "log-level=none"}),
}


def stream(codec: str, container: str, options: dict[str, str]) -> bytes:
    """A phantom with its index in its pixels."""
    content = io.BytesIO()
    scene = phantom.Scene("brachial-plexus", 5, SIDE, SIDE)
    with av.open(content, "w", format=container) as video:
        added = video.add_stream(codec, rate=25, options=options)
        added.width, added.height, added.pix_fmt = SIDE, SIDE, "yuv420p"
        for frame in scene.frames(COUNT):
            marked = phantom.burn_index(frame.image, frame.index)
            picture = av.VideoFrame.from_ndarray(marked, format="gray")
            video.mux(added.encode(picture.reformat(format="yuv420p")))
        video.mux(added.encode(None))
    return content.getvalue()


def dicom(content: bytes, syntax: str, *, fragments: int = 1) -> bytes:
    """The stream in a multi-frame ultrasound object."""
    made = dataset(np.zeros((COUNT, SIDE, SIDE, 3), np.uint8))
    made.SequenceOfUltrasoundRegions = [region(RegionLocationMaxX1=99, RegionLocationMaxY1=99)]
    made.PhotometricInterpretation, made.NumberOfFrames = "YBR_PARTIAL_420", COUNT
    size = -(-len(content) // fragments)
    size += size % 2
    parts = [content[at : at + size] for at in range(0, len(content), size)]
    made.file_meta.TransferSyntaxUID = PREFIX + syntax
    made.PixelData = encapsulate(parts, has_bot=False)
    made["PixelData"].VR, made["PixelData"].is_undefined_length = "OB", True
    out = io.BytesIO()
    made.save_as(out, enforce_file_format=True)
    return out.getvalue()


@pytest.mark.parametrize("name", STREAMS)
def test_a_stream_gives_every_frame_under_its_index_and_the_header_its_facts(
    name: str, tmp_path: Path
) -> None:
    syntax, codec, container, options = STREAMS[name]
    content = stream(codec, container, options)
    path = tmp_path / "file"
    path.write_bytes(dicom(content, syntax, fragments=5 if syntax.endswith(".1") else 1))
    facts = open_source(path).facts
    assert facts.codec == name.split(maxsplit=1)[0]
    assert (facts.kind, facts.frame_count, facts.width, facts.height) == (
        "dicom",
        COUNT,
        SIDE,
        SIDE,
    )
    assert facts.microns_per_pixel == 100
    assert facts.regions
    frames = frames_of(path)
    assert [phantom.read_index(frame) for frame in frames] == list(range(COUNT))
    with tempfile.NamedTemporaryFile(suffix=".mkv") as bare:
        bare.write(content)
        bare.flush()
        with av.open(bare.name) as video:
            expected = [frame.to_ndarray(format="gray") for frame in video.decode(video=0)]
    np.testing.assert_array_equal(frames, expected)


def test_times_are_those_of_the_header_and_a_zip_may_hold_the_file(tmp_path: Path) -> None:
    path = tmp_path / "file.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("IM_0001", dicom(stream("libx264", "h264", {}), "102"))
    source = open_source(path)
    assert source.nominal_rate == 25  # Frame Time 40
    np.testing.assert_allclose(times_of(path), np.arange(COUNT) / 25)


def test_a_stream_that_is_cut_or_promises_more_is_refused(tmp_path: Path) -> None:
    whole = dicom(stream("libx264", "h264", {"g": "3"}), "102")
    path = tmp_path / "file"
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(UnreadableSourceError, match="its video does not end"):
        frames_of(path)
    path.write_bytes(whole.replace(b"IS\x02\x0012", b"IS\x02\x0014"))
    with pytest.raises(UnreadableSourceError, match="12 of its 14 frames"):
        frames_of(path)
    path.write_bytes(dicom(b"not a stream at all" * 40, "102"))
    with pytest.raises(UnreadableSourceError, match="0 of its 12 frames"):
        frames_of(path)
