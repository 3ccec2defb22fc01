"""MetaImage sequences: what SimpleITK writes is read, and what PLUS notes is kept."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import SimpleITK as sitk  # noqa: N813 - its own custom

from annotation.frames.opening import open_source
from annotation.frames.problem import UnreadableSourceError
from tests.annotation.frames.dicom_files import pattern
from tests.annotation.frames.reading import frames_of, times_of

GREY = pattern()


def write(path: Path, samples: np.ndarray, *, compress: bool = True, **fields: str) -> Path:
    image = sitk.GetImageFromArray(samples, isVector=samples.ndim == 4)
    image.SetSpacing([float(number) for number in fields.pop("spacing", "1 1 1").split()])
    for name, value in fields.items():
        image.SetMetaData(name, value)
    sitk.WriteImage(image, str(path), useCompression=compress)
    return path


@pytest.mark.parametrize("compress", [True, False])
def test_frames_are_those_that_were_written(compress: bool, tmp_path: Path) -> None:
    path = write(tmp_path / "a.mha", GREY, compress=compress)
    np.testing.assert_array_equal(frames_of(path), GREY)
    assert open_source(path).facts.kind == "metaimage"


def test_colour_becomes_luma(tmp_path: Path) -> None:
    np.testing.assert_array_equal(
        frames_of(write(tmp_path / "a.mha", np.stack([GREY] * 3, axis=-1))), GREY
    )


@pytest.mark.parametrize("kind", [np.int16, np.uint16, np.float32, np.float64])
def test_deeper_samples_are_stretched_over_the_whole_clip(kind: type, tmp_path: Path) -> None:
    stored = (GREY.astype(np.float64) * 7 - 300).clip(0 if kind is np.uint16 else None)
    path = write(tmp_path / "a.mha", stored.astype(kind))
    expected = np.rint((stored - stored.min()) * 255 / np.ptp(stored))
    np.testing.assert_array_equal(frames_of(path), expected)


def test_times_and_tracking_are_kept_and_names_are_not(tmp_path: Path) -> None:
    fields = {f"Seq_Frame{index:04}_Timestamp": str(10 + index**2 / 8) for index in range(3)}
    path = write(
        tmp_path / "a.mha", GREY, Seq_Frame0001_ProbeToTrackerTransform="1 0 0 5",
        UltrasoundImageOrientation="MF", PatientName="Mustermann", Seq_Frame0001_Note="Mustermann",
        **fields,
    )  # fmt: skip
    np.testing.assert_allclose(times_of(path), [0, 0.125, 0.5])
    facts = open_source(path).facts
    assert ("Seq_Frame0001_ProbeToTrackerTransform", "1 0 0 5") in facts.fields
    assert "Mustermann" not in repr(facts)


@pytest.mark.parametrize(
    ("fields", "microns"),
    [
        ({"spacing": "0.12 0.12 1"}, 120.0),
        ({"spacing": "1 1 1"}, None),
        ({"spacing": "0.1 0.2 1"}, None),
        ({"micronsPerPixel": "87.5"}, 87.5),
    ],
)
def test_pixel_size(fields: dict[str, Any], microns: float | None, tmp_path: Path) -> None:
    facts = open_source(write(tmp_path / "a.mha", GREY, **fields)).facts
    assert facts.microns_per_pixel == pytest.approx(microns)
    assert bool(facts.notes)


@pytest.mark.parametrize(
    ("orientation", "stored"),
    [
        ("MF", GREY),
        ("MFA", GREY),
        ("UF", GREY[:, :, ::-1]),
        ("MN", GREY[:, ::-1]),
        ("UN", GREY[:, ::-1, ::-1]),
        ("FM", GREY.transpose(0, 2, 1)),
        ("NU", GREY[:, ::-1, ::-1].transpose(0, 2, 1)),
        ("FU", GREY[:, :, ::-1].transpose(0, 2, 1)),
        ("XX", GREY),
    ],
)
def test_pictures_stand_with_the_skin_on_top(
    orientation: str, stored: np.ndarray, tmp_path: Path
) -> None:
    path = write(
        tmp_path / "a.mha", np.ascontiguousarray(stored), UltrasoundImageOrientation=orientation
    )
    np.testing.assert_array_equal(frames_of(path), GREY)
    facts = open_source(path).facts
    assert (facts.height, facts.width) == GREY.shape[1:]


@pytest.mark.parametrize("compress", [True, False])
def test_a_header_and_its_pixels_come_together_in_a_zip(compress: bool, tmp_path: Path) -> None:
    write(tmp_path / "scan.mhd", GREY, compress=compress)
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for path in tmp_path.glob("scan.*"):
            archive.write(path, f"folder/{path.name}")
    np.testing.assert_array_equal(frames_of(tmp_path / "a.zip"), GREY)
    with pytest.raises(UnreadableSourceError, match=r"header \(\.mhd\) came without its pixels"):
        frames_of(tmp_path / "scan.mhd")


def test_a_header_cannot_name_a_file_elsewhere(tmp_path: Path) -> None:
    write(tmp_path / "scan.mhd", GREY, compress=False)
    header = (tmp_path / "scan.mhd").read_text().replace("scan.raw", "../../etc/passwd")
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("scan.mhd", header)
    with pytest.raises(UnreadableSourceError, match="lacks the file"):
        frames_of(tmp_path / "a.zip")
