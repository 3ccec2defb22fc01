"""Real files of scanners: counts, times and pixels beside a decode that shares no code of ours."""

from __future__ import annotations

import hashlib
import io
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import av
import numpy as np
import pydicom
import pytest
import SimpleITK as sitk  # noqa: N813 - its own custom
from PIL import Image

from annotation.frames.opening import open_source
from annotation.frames.problem import UnreadableSourceError
from tests.annotation.frames.reading import frames_of, times_of

VIDEOS = {"DemoBMode.mov": (450, 15.0), "DemoMuscleContraction_NoTAMean.mov": (3777, 126.0)}
SEQUENCES = {"BoneUltrasound_L14.igs.mha": 232.542071, "SpinePhantomFreehand.igs.mha": 215.102186}
PICTURES = {
    "examples_rgb_color.dcm": 1,
    "examples_palette.dcm": 1,
    "examples_jpeg2k.dcm": 1,
    "SC_rgb_jpeg_dcmd.dcm": 1,
    "SC_rgb_rle_32bit_2frame.dcm": 2,
}


def digests(frames: Any) -> list[str]:
    return [hashlib.sha256(np.ascontiguousarray(frame).tobytes()).hexdigest() for frame in frames]


@pytest.mark.parametrize("name", VIDEOS)
def test_video_frames_are_those_that_libswscale_makes_grey(name: str, real_data: Path) -> None:
    path = real_data / "clips" / "flowave" / name
    source = open_source(path)
    ours = digests(frame.grey for frame in source.frames())
    with av.open(str(path)) as container:
        theirs = digests(frame.to_ndarray(format="gray") for frame in container.decode(video=0))
    assert len(ours) == VIDEOS[name][0] == source.facts.frame_count
    assert ours == theirs
    assert "VTS" not in repr(source.facts), "titles of the container are not kept"


def test_a_video_has_the_times_of_its_file(real_data: Path) -> None:
    times = times_of(real_data / "clips" / "flowave" / "DemoBMode.mov")
    np.testing.assert_allclose(times, np.arange(450) * 1001 / 30000, atol=1e-6)


@pytest.mark.parametrize("name", SEQUENCES)
def test_metaimage_frames_are_those_that_itk_reads(name: str, real_data: Path) -> None:
    path = real_data / "clips" / "plus" / name
    expected = sitk.GetArrayFromImage(sitk.ReadImage(str(path)))
    assert expected.shape == (21, 616, 820)
    assert digests(frames_of(path)) == digests(expected)
    facts = open_source(path).facts
    fields = dict(facts.fields)
    assert float(fields["Seq_Frame0000_Timestamp"]) == SEQUENCES[name]
    assert sum("ProbeToTrackerTransform" in field for field in fields) == 42
    stamps = [float(fields[f"Seq_Frame{index:04}_Timestamp"]) for index in range(21)]
    np.testing.assert_allclose(times_of(path), np.array(stamps) - stamps[0])
    assert facts.microns_per_pixel is None, "a spacing of 1 mm is none"


@pytest.mark.parametrize("name", PICTURES)
def test_dicom_pictures_are_those_that_pydicom_reads(name: str, real_data: Path) -> None:
    path = real_data / "dicom" / name
    dataset = pydicom.dcmread(path)
    decoded = dataset.pixel_array
    if "PALETTE" in dataset.PhotometricInterpretation:
        decoded = pydicom.pixels.apply_color_lut(decoded, dataset)
    if decoded.dtype != np.uint8:
        decoded = (decoded >> (8 * decoded.dtype.itemsize - 8)).astype(np.uint8)
    decoded = decoded.reshape(-1, *decoded.shape[-3:])
    expected = [np.asarray(Image.fromarray(frame).convert("L")) for frame in decoded]
    assert len(expected) == PICTURES[name]
    assert digests(frames_of(path)) == digests(expected)


def test_the_jpeg_clip_of_a_scanner(real_data: Path) -> None:
    path = real_data / "dicom" / "examples_ybr_color.dcm"
    dataset = pydicom.dcmread(path)
    parts = pydicom.encaps.generate_frames(dataset.PixelData, number_of_frames=30)
    expected = []
    for part in parts:
        with av.open(io.BytesIO(part), format="jpeg_pipe") as container:
            expected.append(next(container.decode(video=0)).to_ndarray(format="yuvj444p")[0])
    ours = frames_of(path)
    assert ours.shape == (30, 240, 320)
    # two JPEG decoders may round their cosine transform differently by a level
    assert np.abs(ours.astype(int) - np.stack(expected)).max() <= 2
    np.testing.assert_allclose(times_of(path), np.arange(30) * 0.033333)
    facts = open_source(path).facts
    assert facts.microns_per_pixel == pytest.approx(510.497)
    assert (facts.microns_from, facts.regions) == ("dicom region, to be checked", ())
    assert facts.scanner == "SonoSite, Inc. Turbo"


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("MR_truncated.dcm", "not ultrasound: its modality is MR"),
        ("badVR.dcm", "not ultrasound: its modality is RTDOSE"),
        ("no_meta.dcm", "not ultrasound: its modality is CT"),
    ],
)
def test_what_is_not_ultrasound_is_told_so(name: str, sentence: str, real_data: Path) -> None:
    with pytest.raises(UnreadableSourceError, match=re.escape(sentence)):
        open_source(real_data / "dicom" / name)


@pytest.mark.parametrize("name", ["examples_ybr_color.dcm", "examples_rgb_color.dcm"])
@pytest.mark.parametrize("share", [0.02, 0.5, 0.95])
def test_a_real_file_cut_short_is_refused(
    name: str, share: float, real_data: Path, tmp_path: Path
) -> None:
    content = (real_data / "dicom" / name).read_bytes()
    (tmp_path / "cut").write_bytes(content[: int(share * len(content))])
    with pytest.raises(UnreadableSourceError, match=r"damaged or cut short|no picture"):
        frames_of(tmp_path / "cut")


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="needs Linux's /proc")
def test_a_long_dicom_is_read_in_little_memory(tmp_path: Path, repository: Path) -> None:
    """800 frames of 640x480 in colour are 737 MB; reading them must not hold them."""
    from tests.annotation.frames.dicom_files import dataset, written

    made = dataset(np.zeros((1, 480, 640, 3), np.uint8), NumberOfFrames=800)
    head = written(made)
    path = tmp_path / "long"
    body = 480 * 640 * 3
    with path.open("wb") as file:
        start = len(head) - body
        file.write(head[: start - 4] + (body * 800).to_bytes(4, "little"))
        file.truncate(start + body * 800)
    code = (
        "import sys; from pathlib import Path; "
        "from annotation.frames.opening import open_source; "
        "print(sum(1 for _ in open_source(Path(sys.argv[1])).frames()), "
        # ru_maxrss would count the parent's memory too
        "[int(line.split()[1]) >> 10 for line in open('/proc/self/status') if 'VmHWM' in line][0])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(path)],
        cwd=repository, capture_output=True, text=True, check=True,
    )  # fmt: skip
    # the peak of resident memory
    count, megabytes = map(int, done.stdout.split())
    assert count == 800
    assert megabytes < 400
