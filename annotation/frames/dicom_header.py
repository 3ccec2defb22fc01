"""The header of a DICOM file: only elements that describe the picture are ever read.

Nothing that names a person, a place, a date or an examination is among them.
"""

from __future__ import annotations

import io
import logging
import re
import struct
from dataclasses import dataclass
from typing import Any, BinaryIO

import pydicom
import pydicom.config
from pydicom.errors import BytesLengthException, InvalidDicomError
from pydicom.uid import UID, ExplicitVRLittleEndian, ImplicitVRLittleEndian

from annotation.frames.containers import dicom_start
from annotation.frames.problem import UnreadableSourceError

# its warnings quote values of the header, and a log is no place for those
logging.getLogger("pydicom").setLevel(logging.CRITICAL)
pydicom.config.settings.reading_validation_mode = pydicom.config.IGNORE

PARSE_ERRORS = (
    InvalidDicomError, BytesLengthException, OSError, EOFError, ValueError, KeyError, IndexError,
    AttributeError, TypeError, AssertionError, ArithmeticError, RuntimeError,
    MemoryError, struct.error,
)  # fmt: skip
DAMAGED = "The DICOM file is damaged or cut short"

_READ = [
    "SOPClassUID", "Modality", "Manufacturer", "ManufacturerModelName",
    "RecommendedDisplayFrameRate", "CineRate", "FrameTime", "FrameTimeVector",
    "FrameIncrementPointer", "SequenceOfUltrasoundRegions", "PixelSpacing",
    "SamplesPerPixel", "PhotometricInterpretation", "PlanarConfiguration", "NumberOfFrames",
    "Rows", "Columns", "BitsAllocated", "BitsStored", "HighBit", "PixelRepresentation",
    "WindowCenter", "WindowWidth", "VOILUTFunction", "RescaleIntercept", "RescaleSlope",
    "RescaleType", "ExtendedOffsetTable", "ExtendedOffsetTableLengths",
    *(f"{colour}PaletteColorLookupTable{part}" for colour in ("Red", "Green", "Blue")
      for part in ("Descriptor", "Data")),
    *(f"Segmented{colour}PaletteColorLookupTableData" for colour in ("Red", "Green", "Blue")),
]  # fmt: skip
_HEADER_LOOKED_AT = 1 << 20
_DEFLATED = b"1.2.840.10008.1.2.1.99"
_PIXEL_DATA = (0x7FE0, 0x0010)
_ULTRASOUND = frozenset({"US", "IVUS"})
_ULTRASOUND_CLASSES = frozenset(
    f"1.2.840.10008.5.1.4.1.1.{tail}" for tail in ("3", "3.1", "6", "6.1", "6.2", "6.3")
)
_CAPTURE_CLASSES = frozenset(
    f"1.2.840.10008.5.1.4.1.1.{tail}" for tail in ("7", "7.1", "7.2", "7.3", "7.4")
)
_CAPTURE_NOTE = (
    "The file is a secondary capture that does not say it is ultrasound; look at the picture."
)


@dataclass(frozen=True, slots=True)
class DicomHeader:
    """Elements, and where the value of Pixel Data lies; `pixel_bytes` is None when encapsulated."""

    dataset: Any
    transfer_syntax: UID
    pixels_at: int
    pixel_bytes: int | None
    modality: str | None
    notes: tuple[str, ...]

    def value(self, keyword: str) -> Any:
        """The value of an element; None when absent, empty or not of its kind."""
        try:
            found = self.dataset.get(keyword)
        except PARSE_ERRORS:
            return None
        return None if found == "" else found

    def number(self, keyword: str) -> float | None:
        """A finite value above 0, else None."""
        try:
            number = float(self.value(keyword))
        except (TypeError, ValueError, OverflowError):
            return None
        return number if 0 < number < float("inf") else None

    def count(self, keyword: str, default: int | None = None) -> int:
        """A whole number; UnreadableSourceError when there is none and no default."""
        value = self.value(keyword)
        if value is None and default is not None and keyword not in self.dataset:
            return default
        try:
            return int(value)
        except (TypeError, ValueError, OverflowError) as wrong:
            words = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", keyword)
            raise UnreadableSourceError(
                f"The DICOM file is damaged: it states no readable “{words}”."
            ) from wrong


def read_header(file: BinaryIO) -> DicomHeader:
    """Read up to the pixels, leaving `file` anywhere.

    Raises UnreadableSourceError when the file is damaged, is not ultrasound, or has no pixels.
    """
    head = file.read(_HEADER_LOOKED_AT)
    start = dicom_start(head)
    if start is None:
        raise UnreadableSourceError(f"{DAMAGED}: it cannot be opened.")
    if _DEFLATED in head[:2048]:
        raise UnreadableSourceError(
            "The DICOM file is packed as a whole (deflated); export it without that."
        )
    if start not in (0, 128):  # bytes were lost or added; look only whether it is ultrasound
        file = io.BytesIO(head[start:])
    file.seek(0)
    try:
        dataset = pydicom.dcmread(
            file, stop_before_pixels=True, force=True, specific_tags=list(_READ)
        )
        modality, notes = _checked_modality(dataset)
        _check_unshifted(start)
        transfer_syntax = _transfer_syntax(dataset)
        place, length = _pixels(file, transfer_syntax)
    except UnreadableSourceError:
        raise
    except PARSE_ERRORS as damage:
        raise UnreadableSourceError(f"{DAMAGED}: its header cannot be read.") from damage
    return DicomHeader(dataset, transfer_syntax, place, length, modality, notes)


def _check_unshifted(start: int) -> None:
    if start not in (0, 128):
        raise UnreadableSourceError(f"{DAMAGED}: it does not begin with its first element.")


def _checked_modality(dataset: Any) -> tuple[str | None, tuple[str, ...]]:
    modality = re.sub(r"[^A-Z0-9 _]", "", str(dataset.get("Modality") or "").upper())[:16].strip()
    sop_class = str(dataset.get("SOPClassUID") or "")
    if modality in _ULTRASOUND or sop_class in _ULTRASOUND_CLASSES:
        return modality or "US", ()
    if sop_class in _CAPTURE_CLASSES and modality in {"", "OT", "SC"}:
        return modality or None, (_CAPTURE_NOTE,)
    if modality:
        raise UnreadableSourceError(
            f"The DICOM file is not ultrasound: its modality is {modality}."
        )
    raise UnreadableSourceError("The DICOM file does not say that it is ultrasound.")


def _transfer_syntax(dataset: Any) -> UID:
    stated = dataset.file_meta.get("TransferSyntaxUID")
    if stated:
        return UID(stated)
    is_implicit, _ = dataset.original_encoding
    return ImplicitVRLittleEndian if is_implicit else ExplicitVRLittleEndian


def _pixels(file: BinaryIO, transfer_syntax: UID) -> tuple[int, int | None]:
    """Where the value of Pixel Data begins and how long it is, the file standing at its tag."""
    order = "<" if transfer_syntax.is_little_endian else ">"
    tag = file.read(4)
    if len(tag) < 4:
        raise UnreadableSourceError("The DICOM file holds no picture.")
    if struct.unpack(f"{order}HH", tag) != _PIXEL_DATA:
        raise UnreadableSourceError("The DICOM file holds no picture of whole numbers.")
    if not transfer_syntax.is_implicit_VR:
        file.read(4)  # the VR and two reserved bytes
    (length,) = struct.unpack(f"{order}L", file.read(4))
    return file.tell(), None if length == 0xFFFFFFFF else length
