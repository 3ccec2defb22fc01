"""DICOM attributes without identity: PS3.15 Annex E.

The Basic Application Level Confidentiality Profile with the options Clean Pixel Data (E.3.1) and
Retain Longitudinal Temporal Information with Modified Dates (E.3.6). A new dataset is built of what
may stay, so whatever no table names, private attributes among it, is not carried over.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydicom import config
from pydicom.datadict import dictionary_VR, keyword_for_tag
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.sequence import Sequence as DicomSequence
from pydicom.tag import Tag
from pydicom.uid import ExplicitVRLittleEndian

from .dicom_attributes import DATE_AND_TIME, IDENTIFYING, action
from .identities import UidMap, date_shift
from .problem import DeidentifyError
from .redaction import Box

_METHOD = "PS3.15 Basic Profile; Clean Pixel Data; Modified Dates"
_CODES = (
    ("113100", "Basic Application Confidentiality Profile"),
    ("113101", "Clean Pixel Data Option"),
    ("113107", "Retain Longitudinal Temporal Information Modified Dates Option"),
)
_TEXTS = frozenset({"LO", "SH", "CS", "LT", "ST", "UT", "UC"})
_MOST_TEXT = 64  # characters of a kept name; longer ones are remarks
_LEAST_WORD = 4  # letters; shorter parts of names stand in innocent words too
_FACTS = (
    "Modality",
    "Manufacturer",
    "ManufacturerModelName",
    "TransducerType",
    "TransducerFrequency",
    "DepthOfScanField",
    "MechanicalIndex",
    "NumberOfFrames",
    "FrameTime",
    "CineRate",
    "RecommendedDisplayFrameRate",
    "PixelSpacing",
    "Rows",
    "Columns",
)
_PIXEL_FORM = frozenset(
    {"SamplesPerPixel", "PhotometricInterpretation", "PlanarConfiguration", "Rows", "Columns"}
    | {"BitsAllocated", "BitsStored", "HighBit", "PixelRepresentation", "NumberOfFrames"}
    | {"UltrasoundColorDataPresent", "PixelAspectRatio"}
)


def method_codes() -> tuple[tuple[str, str], ...]:
    """(code, meaning) of what was done, PS3.16 CID 7050, coding scheme DCM."""
    return _CODES


def kept_facts(dataset: Any) -> dict[str, str]:
    """What of a `pydicom.Dataset` may be written down: attribute keyword to its value as text.

    Scanner, probe, frame times and pixel spacing; no name, date, number or free text. A value that
    is damaged, longer than 64 characters or repeats an identifying one of the dataset is left out.
    """
    words = _identifying_words(dataset)
    facts = {}
    for keyword in _FACTS:
        value = _value(dataset, keyword)
        text = "" if value is None else str(value)
        if text and len(text) <= _MOST_TEXT and not _tells(text, words):
            facts[keyword] = text
    return facts


def clean(
    dataset: Any,
    *,
    key: bytes,
    subject: str,
    frames: NDArray[np.uint8] | None = None,
    crop: Box | None = None,
) -> Any:
    """A new `pydicom.Dataset` with file meta that holds nothing identifying.

    `key`: at least 16 secret bytes for UIDs and dates. `subject`: the pseudonym, which becomes
    name and id. `frames`: redacted pixels uint8 (n, H, W), stored as MONOCHROME2; without them the
    dataset has no pixels, since the original ones may show who was examined. `crop`: the box of the
    source the frames were cut to; ultrasound regions are moved with it, and left out where nothing
    of them is inside. Raises DeidentifyError for a short key or frames of another shape.
    """
    uid_map = UidMap(key)
    words = _identifying_words(dataset)
    cleaned = _cleaned(dataset, uid_map, words)
    _shift_dates(dataset, cleaned, date_shift(key, subject))
    cleaned.PatientName = subject
    cleaned.PatientID = subject
    cleaned.PatientIdentityRemoved = "YES"
    cleaned.DeidentificationMethod = _METHOD
    cleaned.DeidentificationMethodCodeSequence = DicomSequence(_code_items())
    cleaned.LongitudinalTemporalInformationModified = "MODIFIED"
    cleaned.BurnedInAnnotation = "NO"
    kind = list(_listed(_value(dataset, "ImageType")))
    cleaned.ImageType = ["DERIVED", "SECONDARY" if "SECONDARY" in kind[:2] else "PRIMARY"]
    if crop is not None:
        _move_regions(cleaned, crop)
    if frames is None:
        for keyword in _PIXEL_FORM & set(cleaned.dir()):
            if keyword not in ("Rows", "Columns", "NumberOfFrames"):
                delattr(cleaned, keyword)
    else:
        _set_frames(cleaned, frames)
    _set_file_meta(cleaned)
    return cleaned


def _cleaned(source: Any, uid_map: UidMap, words: tuple[str, ...]) -> Any:
    """The attributes of a dataset or sequence item that stay, dates excepted."""
    kept = Dataset()
    for tag in source.keys():  # noqa: SIM118 - iterating a Dataset decodes every element
        keyword = _keyword(tag)
        done = action(keyword)
        if done == "Z":
            setattr(kept, keyword, "")
        if done not in ("U", "K"):
            continue
        element = _element(source, tag)
        if element is None or dictionary_VR(tag) != element.VR:
            continue
        if element.VR == "SQ":
            items = [_cleaned(item, uid_map, words) for item in element.value or ()]
            setattr(kept, keyword, DicomSequence([item for item in items if len(item)]))
        elif element.VR == "UI":
            uids = [uid_map(str(uid)) for uid in _listed(element.value)]
            setattr(kept, keyword, uids if len(uids) > 1 else "".join(uids))
        elif _is_harmless(element, words):
            setattr(kept, keyword, element.value)
    return kept


def _is_harmless(element: Any, words: tuple[str, ...]) -> bool:
    """False for a text too long for a name or that repeats an identifying value, and for a number
    that is none: whatever stands there instead could be anything.
    """
    values = _listed(element.value)
    if element.VR in ("IS", "DS"):
        return all(isinstance(value, int | float | Decimal) for value in values)
    if element.VR not in _TEXTS:
        return True
    return not any(len(str(v)) > _MOST_TEXT or _tells(str(v), words) for v in values)


def _identifying_words(dataset: Any) -> tuple[str, ...]:
    """Lower-case values, and parts of personal names, that must stand nowhere in what is kept."""
    words: set[str] = set()
    for item in _nested(dataset):
        for keyword in IDENTIFYING:
            for value in _listed(_value(item, keyword)):
                text = str(value).strip().lower()
                words.add(text)
                if dictionary_VR(keyword) == "PN":
                    words.update(re.split(r"[\^= ,]+", text))
    return tuple(word for word in words if len(word) >= _LEAST_WORD)


def _tells(text: str, words: tuple[str, ...]) -> bool:
    return any(word in text.lower() for word in words)


def _nested(dataset: Any) -> Iterator[Any]:
    """The dataset and the items of all its sequences, however deep."""
    yield dataset
    for tag in list(dataset.keys()):
        element = _element(dataset, tag)
        if element is not None and element.VR == "SQ":
            for item in element.value or ():
                yield from _nested(item)


def _shift_dates(source: Any, cleaned: Any, shift: timedelta) -> None:
    """Write the moved dates; a date without a readable value is left out or empty."""
    for date_key, time_key in DATE_AND_TIME:
        for keyword in (date_key, time_key):
            # type 2 attributes have to be there
            if keyword in source and keyword in ("StudyDate", "StudyTime"):
                setattr(cleaned, keyword, "")
        day, clock = _value(source, date_key), _value(source, time_key)
        moment = _moment(str(day or ""), str(clock or ""))
        if moment is None:
            continue
        moved = moment + shift
        setattr(cleaned, date_key, moved.strftime("%Y%m%d"))
        if clock:
            setattr(cleaned, time_key, moved.strftime("%H%M%S.%f"))
    stamp = str(_value(source, "AcquisitionDateTime") or "")
    moment = _moment(stamp[:8], re.split(r"[+-]", stamp[8:])[0])
    if moment is not None:
        cleaned.AcquisitionDateTime = (moment + shift).strftime("%Y%m%d%H%M%S.%f")


def _moment(day: str, clock: str) -> datetime | None:
    """The moment of a DA and a TM (midnight when that is empty), None when not readable."""
    if not re.fullmatch(r"\d{8}", day) or not re.fullmatch(r"(\d{2}){0,3}(\.\d{1,6})?", clock):
        return None
    whole, _, fraction = clock.partition(".")
    hour, minute, second = (int(whole[at : at + 2] or 0) for at in (0, 2, 4))
    try:
        # DICOM's dates have no zone; TM allows 60 for a leap second
        start = datetime(int(day[:4]), int(day[4:6]), int(day[6:]), hour, minute, min(second, 59))  # noqa: DTZ001
    except ValueError:
        return None
    return start + timedelta(microseconds=int(fraction.ljust(6, "0")))


def _move_regions(cleaned: Any, crop: Box) -> None:
    """Region locations (PS3.3 C.8.5.5) in pixels of the cropped frame."""
    kept = []
    for item in _listed(_value(cleaned, "SequenceOfUltrasoundRegions")):
        ends = (
            _value(item, f"RegionLocation{end}") for end in ("MinX0", "MinY0", "MaxX1", "MaxY1")
        )
        sides = [int(end) for end in ends if end is not None]
        if len(sides) < 4:
            continue
        x0, y0 = max(sides[0], crop.x0), max(sides[1], crop.y0)
        x1, y1 = min(sides[2], crop.x1 - 1), min(sides[3], crop.y1 - 1)
        if x0 >= x1 or y0 >= y1:
            continue
        # the reference pixel counts from the region's own corner, which a cut may move
        for name, moved in (
            ("ReferencePixelX0", x0 - sides[0]),
            ("ReferencePixelY0", y0 - sides[1]),
        ):
            place = _value(item, name)
            if place is not None:
                setattr(item, name, int(place) - moved)
        item.RegionLocationMinX0, item.RegionLocationMinY0 = x0 - crop.x0, y0 - crop.y0
        item.RegionLocationMaxX1, item.RegionLocationMaxY1 = x1 - crop.x0, y1 - crop.y0
        kept.append(item)
    if "SequenceOfUltrasoundRegions" in cleaned:
        cleaned.SequenceOfUltrasoundRegions = DicomSequence(kept)


def _set_frames(cleaned: Any, frames: NDArray[np.uint8]) -> None:
    if frames.ndim != 3 or frames.dtype != np.uint8 or 0 in frames.shape:
        raise DeidentifyError("Frames for a DICOM dataset are 8-bit grey, (n, H, W), at least one.")
    cleaned.SamplesPerPixel = 1
    cleaned.PhotometricInterpretation = "MONOCHROME2"
    cleaned.NumberOfFrames, cleaned.Rows, cleaned.Columns = (int(side) for side in frames.shape)
    cleaned.BitsAllocated = cleaned.BitsStored = 8
    cleaned.HighBit = 7
    cleaned.PixelRepresentation = 0
    for keyword in ("PlanarConfiguration", "UltrasoundColorDataPresent"):
        if keyword in cleaned:
            delattr(cleaned, keyword)
    pixels = frames.tobytes()
    # PS3.5, 8.1.1: an even number of bytes
    cleaned.PixelData = pixels + b"\0" * (len(pixels) % 2)
    cleaned["PixelData"].VR = "OB"


def _set_file_meta(cleaned: Any) -> None:
    meta = FileMetaDataset()
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    if "SOPClassUID" in cleaned:
        meta.MediaStorageSOPClassUID = cleaned.SOPClassUID
    if "SOPInstanceUID" in cleaned:
        meta.MediaStorageSOPInstanceUID = cleaned.SOPInstanceUID
    cleaned.file_meta = meta


def _code_items() -> list[Any]:
    items = []
    for code, meaning in _CODES:
        item = Dataset()
        item.CodeValue, item.CodingSchemeDesignator, item.CodeMeaning = code, "DCM", meaning
        items.append(item)
    return items


def _keyword(tag: Any) -> str:
    """The keyword of a standard attribute, empty for private and unknown ones."""
    return "" if Tag(tag).is_private else str(keyword_for_tag(tag))


def _element(dataset: Any, tag: Any) -> Any | None:
    """A decoded element, None when its bytes cannot be read as what they claim to be."""
    try:
        with config.disable_value_validation():
            element = dataset[tag]
            _ = element.value
    # each of these pydicom raises for bytes that are not what their value representation says;
    # callers leave such an element out, so nothing unread is ever kept
    except (ValueError, TypeError, KeyError, AttributeError, NotImplementedError, OSError):
        return None
    return element


def _value(dataset: Any, keyword: str) -> Any | None:
    if keyword not in dataset:
        return None
    element = _element(dataset, keyword)
    return None if element is None or element.value in (None, "") else element.value


def _listed(value: Any) -> tuple[Any, ...]:
    """The values of a multi-valued, single or empty attribute."""
    if value is None or value == "":
        return ()
    if isinstance(value, str | bytes) or not hasattr(value, "__iter__"):
        return (value,)
    if type(value).__name__ == "PersonName":
        return (value,)
    return tuple(value)
