"""No name, number, date or UID of a DICOM file survives; pixel size and frame times do."""

from __future__ import annotations

import io
import re
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pydicom
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.sequence import Sequence

from annotation.deidentify import Box, DeidentifyError
from annotation.deidentify.dicom_attributes import KEPT, LISTED
from annotation.deidentify.dicom_profile import clean, kept_facts, method_codes
from annotation.deidentify.identities import UidMap, date_shift

KEY = b"a key of thirty-two secret bytes"


def _examination(**values: Any) -> Dataset:
    dataset = Dataset()
    dataset.file_meta = FileMetaDataset()
    dataset.SOPClassUID = "1.2.840.10008.5.1.4.1.1.3.1"
    dataset.SOPInstanceUID = "1.2.3.4.5.6.7.8.1"
    dataset.StudyInstanceUID = "1.2.3.4.5.6.7.8.2"
    dataset.SeriesInstanceUID = "1.2.3.4.5.6.7.8.3"
    dataset.Modality = "US"
    dataset.Manufacturer = "Acme Ultrasound"
    dataset.ManufacturerModelName = "Model 9"
    dataset.TransducerType = "LINEAR"
    dataset.FrameTime = 33.3
    dataset.Rows, dataset.Columns = 480, 640
    region = Dataset()
    region.RegionLocationMinX0, region.RegionLocationMinY0 = 100, 50
    region.RegionLocationMaxX1, region.RegionLocationMaxY1 = 499, 449
    region.ReferencePixelX0, region.ReferencePixelY0 = 200, 0
    region.PhysicalDeltaX = region.PhysicalDeltaY = 0.0125
    region.RegionSpatialFormat = 1
    dataset.SequenceOfUltrasoundRegions = Sequence([region])
    for keyword, value in values.items():
        setattr(dataset, keyword, value)
    return dataset


def _written(dataset: Any) -> bytes:
    buffer = io.BytesIO()
    pydicom.dcmwrite(buffer, dataset, enforce_file_format=True)
    return buffer.getvalue()


def _strings(dataset: Any) -> set[str]:
    """Every value of a dataset and its sequences as text."""
    found: set[str] = set()
    for element in dataset.iterall():
        if element.VR == "SQ":
            continue
        value = element.value
        many = isinstance(value, list | pydicom.multival.MultiValue)
        found.update(str(one).strip() for one in (value if many else [value]))
    return found


NAMES = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=5, max_size=12).map(lambda text: "Q" + text)
IDENTIFYING_TEXT = st.sampled_from(
    [
        "PatientName",
        "PatientID",
        "InstitutionName",
        "OperatorsName",
        "ReferringPhysicianName",
        "AccessionNumber",
        "StationName",
        "DeviceSerialNumber",
        "StudyDescription",
        "ImageComments",
        "PatientComments",
        "StudyID",
        "ProtocolName",
        "SeriesDescription",
        "PerformingPhysicianName",
        "AdditionalPatientHistory",
        "PatientAddress",
        "OtherPatientIDs",
        "RequestedProcedureID",
    ]
)


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(
    values=st.dictionaries(IDENTIFYING_TEXT, NAMES, min_size=1),
    depth=st.integers(0, 3),
    private=NAMES,
)
def test_no_identifying_word_survives_at_any_depth(
    values: dict[str, str], depth: int, private: str
) -> None:
    dataset = _examination(**values)
    holder = dataset
    for level in range(depth):
        item = Dataset()
        for keyword, value in values.items():
            setattr(item, keyword, f"{value}{level}")
        # sequences that stay and sequences that do not
        for keyword in ("SourceImageSequence", "RequestAttributesSequence"):
            setattr(holder, keyword, Sequence([item]))
        holder = item
    block = dataset.private_block(0x0019, private, create=True)
    block.add_new(0x50, "LO", private)
    dataset.SequenceOfUltrasoundRegions[0].private_block(0x0019, private, create=True).add_new(
        0x51, "LO", private
    )
    written = _written(clean(dataset, key=KEY, subject="S-01")).decode("latin-1")
    for word in (*values.values(), private):
        assert word not in written


@given(word=NAMES)
def test_a_name_repeated_in_a_kept_attribute_takes_that_attribute_with_it(word: str) -> None:
    dataset = _examination(PatientName=f"{word}^Jane", Manufacturer=f"Acme for {word.lower()}")
    cleaned = clean(dataset, key=KEY, subject="S-01")
    assert "Manufacturer" not in cleaned
    assert "Manufacturer" not in kept_facts(dataset)
    assert cleaned.ManufacturerModelName == "Model 9"


@given(
    uids=st.lists(
        st.from_regex(r"1\.2\.826(\.[1-9][0-9]{0,8}){3,6}", fullmatch=True),
        min_size=4,
        max_size=4,
        unique=True,
    )
)
def test_uids_become_others_and_keep_their_relations(uids: list[str]) -> None:
    study, series, one, other = uids
    first = _examination(StudyInstanceUID=study, SeriesInstanceUID=series, SOPInstanceUID=one)
    second = _examination(StudyInstanceUID=study, SeriesInstanceUID=series, SOPInstanceUID=other)
    source = Dataset()
    source.ReferencedSOPClassUID = "1.2.840.10008.5.1.4.1.1.3.1"
    source.ReferencedSOPInstanceUID = one
    second.SourceImageSequence = Sequence([source])
    a, b = (clean(dataset, key=KEY, subject="S-01") for dataset in (first, second))
    assert a.StudyInstanceUID == b.StudyInstanceUID != study
    assert a.SOPInstanceUID == b.SourceImageSequence[0].ReferencedSOPInstanceUID
    assert a.SOPInstanceUID != b.SOPInstanceUID
    assert b.SourceImageSequence[0].ReferencedSOPClassUID == source.ReferencedSOPClassUID
    for uid in uids:
        assert uid.encode() not in _written(a) + _written(b)
    assert a.file_meta.MediaStorageSOPInstanceUID == a.SOPInstanceUID


@given(
    uid=st.from_regex(r"1\.3(\.[1-9][0-9]{0,6}){1,8}", fullmatch=True),
    other_key=st.binary(min_size=16, max_size=40),
)
def test_a_stand_in_is_a_valid_uid_of_its_key(uid: str, other_key: bytes) -> None:
    mapped = UidMap(KEY)(uid)
    assert re.fullmatch(r"2\.25\.[1-9]\d*", mapped)
    assert len(mapped) <= 64
    assert UidMap(KEY)(uid) == mapped
    assert (UidMap(other_key)(uid) == mapped) == (other_key == KEY)
    assert UidMap(KEY)("1.2.840.10008.1.2.1") == "1.2.840.10008.1.2.1"


# DICOM's dates have no zone
EARLIEST, LATEST = datetime(1990, 1, 1), datetime(2035, 1, 1)  # noqa: DTZ001
DAYS = st.datetimes(EARLIEST, LATEST).map(lambda moment: moment.replace(microsecond=0))


@given(study=DAYS, content=DAYS, subject=st.text(min_size=1, max_size=8))
def test_dates_move_together_so_that_intervals_stay(
    study: datetime, content: datetime, subject: str
) -> None:
    dataset = _examination(
        StudyDate=study.strftime("%Y%m%d"),
        StudyTime=study.strftime("%H%M%S"),
        ContentDate=content.strftime("%Y%m%d"),
        ContentTime=content.strftime("%H%M%S"),
        AcquisitionDateTime=content.strftime("%Y%m%d%H%M%S"),
    )
    cleaned = clean(dataset, key=KEY, subject=subject)

    def moment(text: str) -> datetime:
        return datetime.strptime(text, "%Y%m%d%H%M%S.%f")  # noqa: DTZ007

    new_study = moment(cleaned.StudyDate + cleaned.StudyTime)
    new_content = moment(cleaned.ContentDate + cleaned.ContentTime)
    assert new_content - new_study == content - study
    assert moment(cleaned.AcquisitionDateTime) == new_content
    assert study - new_study == -date_shift(KEY, subject) >= timedelta(days=1)


def test_the_shift_is_one_for_a_subject_and_another_for_others() -> None:
    shifts = {date_shift(KEY, f"S-{index}") for index in range(50)}
    assert len(shifts) == 50
    assert date_shift(KEY, "S-1") == date_shift(KEY, "S-1")
    assert date_shift(KEY, "S-1") != date_shift(KEY[::-1], "S-1")


@pytest.mark.parametrize("text", ["", "2016", "20161399", "next week", "2016.05.03"])
def test_an_unreadable_date_is_not_carried_over(text: str) -> None:
    dataset = _examination(StudyTime="120000")
    dataset.add(pydicom.DataElement(0x00080020, "LO", text))
    cleaned = clean(dataset, key=KEY, subject="S-01")
    assert cleaned.StudyDate == ""
    assert cleaned.StudyTime == ""


def test_pixel_size_frame_times_and_scanner_stay() -> None:
    cleaned = clean(_examination(PixelSpacing=[0.1, 0.1]), key=KEY, subject="S-01")
    region = cleaned.SequenceOfUltrasoundRegions[0]
    assert (region.PhysicalDeltaX, region.RegionLocationMaxX1) == (0.0125, 499)
    assert list(cleaned.PixelSpacing) == [0.1, 0.1]
    assert cleaned.FrameTime == 33.3
    assert (cleaned.Manufacturer, cleaned.ManufacturerModelName) == ("Acme Ultrasound", "Model 9")
    assert cleaned.TransducerType == "LINEAR"


def test_regions_move_with_the_crop() -> None:
    frames = np.zeros((2, 300, 301), dtype=np.uint8)
    cleaned = clean(
        _examination(), key=KEY, subject="S-01", frames=frames, crop=Box(150, 100, 451, 400)
    )
    region = cleaned.SequenceOfUltrasoundRegions[0]
    assert (region.RegionLocationMinX0, region.RegionLocationMinY0) == (0, 0)
    assert (region.RegionLocationMaxX1, region.RegionLocationMaxY1) == (300, 299)
    # still the same place of the source: 100 + 200 = 150 + 150, 50 + 0 = 100 - 50
    assert (region.ReferencePixelX0, region.ReferencePixelY0) == (150, -50)
    away = clean(_examination(), key=KEY, subject="S-01", crop=Box(500, 0, 640, 480))
    assert len(away.SequenceOfUltrasoundRegions) == 0


def test_the_method_and_its_codes_are_recorded() -> None:
    cleaned = clean(_examination(BurnedInAnnotation="YES"), key=KEY, subject="S-01")
    codes = {item.CodeValue for item in cleaned.DeidentificationMethodCodeSequence}
    assert {"113100", "113101"} <= codes == {code for code, _ in method_codes()}
    assert cleaned.PatientIdentityRemoved == "YES"
    assert cleaned.LongitudinalTemporalInformationModified == "MODIFIED"
    assert cleaned.BurnedInAnnotation == "NO"
    assert cleaned.PatientName == cleaned.PatientID == "S-01"


def test_original_pixels_never_come_along() -> None:
    dataset = _examination(PixelData=b"\x01" * 4, SamplesPerPixel=3)
    dataset["PixelData"].VR = "OB"
    assert "PixelData" not in clean(dataset, key=KEY, subject="S-01")
    frames = np.arange(27, dtype=np.uint8).reshape(3, 3, 3)
    cleaned = clean(dataset, key=KEY, subject="S-01", frames=frames)
    read = pydicom.dcmread(io.BytesIO(_written(cleaned)))
    assert np.array_equal(read.pixel_array, frames)
    with pytest.raises(DeidentifyError, match="8-bit grey"):
        clean(dataset, key=KEY, subject="S-01", frames=frames[0])


def test_a_short_key_is_refused() -> None:
    with pytest.raises(DeidentifyError, match="at least 16 bytes"):
        clean(_examination(), key=b"short", subject="S-01")


def test_the_tables_name_attributes_of_the_dictionary_once() -> None:
    assert [key for key in (*LISTED, *KEPT) if pydicom.datadict.tag_for_keyword(key) is None] == []
    assert not KEPT & LISTED.keys()


REAL = [
    "examples_jpeg2k",
    "examples_palette",
    "examples_rgb_color",
    "examples_ybr_color",
    "SC_rgb_jpeg_dcmd",
    "MR_truncated",
    "badVR",
]


@pytest.mark.parametrize("name", REAL)
@pytest.mark.filterwarnings("ignore")
def test_of_a_real_file_no_name_number_date_or_uid_survives(real_data: Path, name: str) -> None:
    original = pydicom.dcmread(real_data / "dicom" / f"{name}.dcm", force=True)
    cleaned = clean(original, key=KEY, subject="S-01")
    written = _written(cleaned) if "SOPClassUID" in cleaned else b""
    kept = _strings(cleaned)
    gone = []
    readable = pydicom.dcmread(real_data / "dicom" / f"{name}.dcm", force=True)
    for tag in list(readable.keys()):
        try:
            element = readable[tag]
            value = str(element.value).strip()
        except ValueError:
            continue
        identifies = element.VR in ("PN", "DA", "DT", "LT", "UT") or (
            element.VR == "UI" and not value.startswith("1.2.840.10008.")
        )
        identifies |= element.keyword in (
            "PatientID",
            "AccessionNumber",
            "InstitutionName",
            "StationName",
            "DeviceSerialNumber",
        )
        if identifies and len(value) > 2:
            gone.append(value)
    assert gone
    for value in gone:
        assert value not in kept
        if len(value) > 5:
            assert value.encode("latin-1", "ignore") not in written
    assert not [element for element in cleaned.iterall() if element.tag.is_private]


def test_facts_of_a_real_file_say_what_made_it_and_nothing_else(real_data: Path) -> None:
    original = pydicom.dcmread(real_data / "dicom" / "examples_ybr_color.dcm")
    facts = kept_facts(original)
    assert facts["Manufacturer"] == "SonoSite, Inc."
    assert facts["FrameTime"] == "33.333"
    assert set(facts) <= KEPT
    assert "PLA" not in " ".join(facts.values())
