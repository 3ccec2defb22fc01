"""DICOM ultrasound: every coding gives the pixels that went in; facts come out, names do not."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from pydicom.pixels.processing import convert_color_space
from pydicom.uid import ExplicitVRBigEndian, ImplicitVRLittleEndian

from annotation.frames.facts import PixelRegion
from annotation.frames.grey import grey_from_picture
from annotation.frames.opening import open_source
from tests.annotation.frames.dicom_files import (
    GDCM_SYNTAXES,
    dataset,
    encapsulated,
    pattern,
    recoded,
    region,
    written,
)
from tests.annotation.frames.reading import frames_of, times_of

GREY = pattern()
COLOUR = np.stack([GREY, 255 - GREY, np.roll(GREY, 5, axis=2)], axis=-1)
LUMA = np.stack([grey_from_picture(Image.fromarray(frame)) for frame in COLOUR])


@pytest.fixture
def file(tmp_path: Path) -> Any:
    """Write bytes to a file; its path."""

    def write(content: bytes) -> Path:
        (tmp_path / "file").write_bytes(content)
        return tmp_path / "file"

    return write


@pytest.mark.parametrize("codec", GDCM_SYNTAXES)
def test_lossless_codings_give_the_grey_that_went_in(codec: str, file: Any) -> None:
    path = file(recoded(dataset(GREY), codec))
    assert open_source(path).facts.codec == codec
    np.testing.assert_array_equal(frames_of(path), GREY)


@pytest.mark.parametrize("codec", GDCM_SYNTAXES)
def test_lossless_codings_give_the_luma_of_the_colours_that_went_in(codec: str, file: Any) -> None:
    np.testing.assert_array_equal(frames_of(file(recoded(dataset(COLOUR), codec))), LUMA)


@pytest.mark.parametrize("is_planar", [False, True])
def test_uncompressed_colours_are_read_by_pixel_and_by_plane(is_planar: bool, file: Any) -> None:
    stored = np.moveaxis(COLOUR, -1, 1) if is_planar else COLOUR
    made = dataset(COLOUR, PixelData=stored.tobytes(), PlanarConfiguration=int(is_planar))
    np.testing.assert_array_equal(frames_of(file(written(made))), LUMA)


def test_luma_is_taken_from_ybr_as_it_is(file: Any) -> None:
    ybr = np.stack([convert_color_space(frame, "RGB", "YBR_FULL") for frame in COLOUR])
    made = dataset(ybr, PhotometricInterpretation="YBR_FULL")
    np.testing.assert_array_equal(frames_of(file(written(made))), ybr[..., 0])


def test_subsampled_ybr_keeps_every_luma_sample(file: Any) -> None:
    pairs = GREY.reshape(3, 32, 24, 2)
    packed = np.concatenate([pairs, np.full((3, 32, 24, 2), 128, np.uint8)], axis=-1)
    made = dataset(
        COLOUR, PhotometricInterpretation="YBR_FULL_422", PixelData=packed.tobytes()
    )  # fmt: skip
    np.testing.assert_array_equal(frames_of(file(written(made))), GREY)


def test_jpeg_baseline_is_what_the_jpeg_says(file: Any) -> None:
    path = file(encapsulated(GREY, "JPEG"))
    assert np.abs(frames_of(path).astype(int) - GREY).mean() < 4
    colour = frames_of(file(encapsulated(COLOUR, "JPEG", PhotometricInterpretation="YBR_FULL_422")))
    assert np.abs(colour.astype(int) - LUMA).mean() < 4


def test_jpeg_2000_with_a_reversible_colour_transform(file: Any) -> None:
    path = file(encapsulated(COLOUR, "JPEG2000", PhotometricInterpretation="YBR_RCT"))
    np.testing.assert_array_equal(frames_of(path), LUMA)


@pytest.mark.parametrize("uid", [ImplicitVRLittleEndian, ExplicitVRBigEndian])
def test_other_orders_of_bytes(uid: str, file: Any) -> None:
    made = dataset(pattern(top=4096).astype(">u2" if uid == ExplicitVRBigEndian else "<u2"))
    made.file_meta.TransferSyntaxUID = uid
    made.BitsStored, made.HighBit = 12, 11
    expected = np.rint(pattern(top=4096) / 4095 * 255)
    np.testing.assert_array_equal(frames_of(file(written(made))), expected)


def test_monochrome1_is_inverted_so_that_echo_is_bright(file: Any) -> None:
    made = dataset(GREY, PhotometricInterpretation="MONOCHROME1")
    np.testing.assert_array_equal(frames_of(file(written(made))), 255 - GREY)


def test_eight_bits_are_kept_whatever_window_is_proposed(file: Any) -> None:
    made = dataset(GREY, WindowCenter="40", WindowWidth="20")
    np.testing.assert_array_equal(frames_of(file(written(made))), GREY)


def test_deeper_grey_goes_through_rescale_and_the_first_window(file: Any) -> None:
    stored = pattern(top=4096)
    made = dataset(
        stored, BitsStored=12, HighBit=11, RescaleSlope="2", RescaleIntercept="-1000",
        WindowCenter=["2000", "1"], WindowWidth=["3001", "1"],
    )  # fmt: skip
    # PS3.3 C.11.2.1.2.1, evaluated pixel by pixel
    value = stored * 2.0 - 1000
    expected = np.clip(((value - 1999.5) / 3000 + 0.5) * 255, 0, 255)
    np.testing.assert_array_equal(frames_of(file(written(made))), np.rint(expected))


def test_signed_grey_is_stretched_from_its_lowest_value(file: Any) -> None:
    stored = np.tile(np.array([-32768, 0, 32767], np.int16).repeat(16), (2, 32, 1))
    assert np.unique(frames_of(file(written(dataset(stored))))).tolist() == [0, 128, 255]


def test_palette_colours_become_their_luma(file: Any) -> None:
    ramp = np.arange(256, dtype=np.uint16)
    table = {
        f"{name}PaletteColorLookupTable{part}": value
        for name, colour in (("Red", ramp), ("Green", 255 - ramp), ("Blue", ramp // 2))
        for part, value in (("Descriptor", [256, 0, 16]), ("Data", (colour * 257).tobytes()))
    }
    made = dataset(GREY, PhotometricInterpretation="PALETTE COLOR", **table)
    colours = np.stack([GREY, 255 - GREY, GREY // 2], axis=-1)
    expected = [grey_from_picture(Image.fromarray(frame)) for frame in colours]
    np.testing.assert_array_equal(frames_of(file(written(made))), expected)


@pytest.mark.parametrize(
    ("elements", "times"),
    [
        ({"FrameTime": "40"}, [0, 0.04, 0.08]),
        ({"FrameTime": None, "FrameTimeVector": ["0", "30", "50"]}, [0, 0.03, 0.08]),
        ({"FrameTime": None, "CineRate": "20"}, [0, 0.05, 0.1]),
        ({"FrameTime": None, "RecommendedDisplayFrameRate": "10"}, [0, 0.1, 0.2]),
        ({"FrameTime": "0", "FrameTimeVector": ["0", "30"]}, [0, 0.04, 0.08]),
        (
            {"FrameTimeVector": ["0", "30", "50"], "FrameIncrementPointer": 0x181063},
            [0, 0.04, 0.08],
        ),
    ],
)  # fmt: skip
def test_frame_times_come_from_the_file(
    elements: dict[str, Any], times: list[float], file: Any
) -> None:
    path = file(written(dataset(GREY, **elements)))
    np.testing.assert_allclose(times_of(path), times)


def test_a_file_without_times_says_so(file: Any) -> None:
    notes = open_source(file(written(dataset(GREY, FrameTime=None)))).facts.notes
    assert any("keeps no times" in note for note in notes)


def test_scale_and_regions_come_from_the_ultrasound_regions(file: Any) -> None:
    doppler = region(
        RegionSpatialFormat=3, RegionDataType=3, RegionLocationMinY0=30, RegionLocationMaxY1=31,
        PhysicalUnitsXDirection=4, PhysicalDeltaX=0.5,
    )  # fmt: skip
    made = dataset(GREY, SequenceOfUltrasoundRegions=[doppler, region()], PixelSpacing=["9", "9"])
    facts = open_source(file(written(made))).facts
    assert (facts.microns_per_pixel, facts.microns_from) == (100.0, "dicom region")
    assert facts.regions == (
        PixelRegion(4, 30, 44, 32, "spectral doppler"), PixelRegion(4, 2, 44, 30, "tissue"),
    )  # fmt: skip


def test_a_region_of_another_picture_is_left_out_and_its_scale_marked(file: Any) -> None:
    made = dataset(GREY, SequenceOfUltrasoundRegions=[region(RegionLocationMaxX1=90)])
    facts = open_source(file(written(made))).facts
    assert (facts.regions, facts.microns_from) == ((), "dicom region, to be checked")
    assert "check the scale" in facts.notes[0]


@pytest.mark.parametrize(
    ("spacing", "microns"), [(["0.2", "0.2"], 200.0), (["0.2", "0.3"], None), (["1", "1"], None)]
)
def test_pixel_spacing_serves_where_there_is_no_region(
    spacing: list[str], microns: float | None, file: Any
) -> None:
    facts = open_source(file(written(dataset(GREY, PixelSpacing=spacing)))).facts
    assert facts.microns_per_pixel == microns


def test_facts_name_the_scanner_and_nobody(file: Any) -> None:
    facts = open_source(file(written(dataset(GREY)))).facts
    assert (facts.kind, facts.scanner, facts.modality) == ("dicom", "Example Sono 1", "US")
    assert "Mustermann" not in repr(facts)
    assert "4711" not in repr(facts)


@pytest.mark.parametrize("is_implicit", [True, False])
def test_a_file_without_preamble_is_still_dicom(is_implicit: bool, file: Any) -> None:
    made = dataset(GREY)
    del made.file_meta
    content = io.BytesIO()
    made.save_as(content, implicit_vr=is_implicit, little_endian=True)
    np.testing.assert_array_equal(frames_of(file(content.getvalue())), GREY)


def test_a_zip_of_one_dicom_is_that_clip(file: Any) -> None:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("DICOMDIR", written(dataset(GREY[:1])))
        archive.writestr("IMAGES/IM0001", written(dataset(GREY)))
    path = file(content.getvalue())
    assert open_source(path).facts.kind == "dicom"
    np.testing.assert_array_equal(frames_of(path), GREY)
