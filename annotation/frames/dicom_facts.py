"""Scale, regions, times and scanner of a DICOM ultrasound file."""

from __future__ import annotations

import re
from typing import Any

import numpy as np

from annotation.frames.dicom_header import PARSE_ERRORS, DicomHeader
from annotation.frames.facts import PixelRegion, RegionKind
from annotation.frames.stills import UNSAID_RATE, UNSAID_RATE_NOTE

_CENTIMETRES = 3  # PS3.3 C.8.5.5.1.15
_TWO_DIMENSIONAL = 1  # region spatial format, C.8.5.5.1.1
_SPATIAL: dict[int, RegionKind] = {2: "m-mode", 3: "spectral doppler", 4: "trace"}
_DATA: dict[int, RegionKind] = {1: "tissue", 2: "colour flow", 3: "spectral doppler"}
_MICRONS_A_CENTIMETRE = 10_000.0
_OVERHANG = 1  # pixels by which a region may stand over the edge: X1 is often the width
_SQUARE = 0.02  # how far the sides of a pixel may differ
_RATES = ("FrameTime", "RecommendedDisplayFrameRate", "CineRate")
_LONGEST_NAME = 80

Scale = tuple[float | None, str | None]


def scanner_name(header: DicomHeader) -> str | None:
    """Manufacturer and model in printable letters."""
    words = (header.value("Manufacturer"), header.value("ManufacturerModelName"))
    name = " ".join(str(word) for word in words if word)
    return re.sub(r"[^\w .,&()+/-]|_{2,}", " ", name)[:_LONGEST_NAME].strip() or None


def regions_and_scale(
    header: DicomHeader, width: int, height: int
) -> tuple[tuple[PixelRegion, ...], Scale, tuple[str, ...]]:
    """Regions within the picture, (micrometres a pixel, where from), and notes.

    The scale is that of the largest two-dimensional region given in centimetres (PS3.3 C.8.5.5),
    else Pixel Spacing. Regions that reach beyond the picture belong to a picture that was cropped
    or resized since: they are left out, and their scale is marked as one to check.
    """
    regions: list[PixelRegion] = []
    notes: list[str] = []
    best_area = 0
    scale: Scale = None, None
    for item in header.value("SequenceOfUltrasoundRegions") or ():
        box = _box(item)
        if box is None:
            continue
        x0, y0, x1, y1 = box
        fits = x1 <= width + _OVERHANG and y1 <= height + _OVERHANG
        if fits:
            regions.append(PixelRegion(x0, y0, min(x1, width), min(y1, height), _kind(item)))
        elif not notes:
            notes.append(
                "The file marks a region beyond the edge of its picture, so the picture was "
                "cropped or resized: check the scale against the depth ruler."
            )
        area = (x1 - x0) * (y1 - y0)
        found = _region_scale(item)
        if found is not None and area > best_area:
            best_area = area
            scale = found, "dicom region" if fits else "dicom region, to be checked"
    if scale[0] is None:
        scale = _spacing(header)
    return tuple(regions), scale, tuple(notes)


def frame_times(
    header: DicomHeader, count: int
) -> tuple[list[float] | None, float | None, tuple[str, ...]]:
    """Seconds of each frame where the file lists them, frames a second, and notes.

    The element that Frame Increment Pointer names goes first; then Frame Time Vector, Frame Time,
    Recommended Display Frame Rate, Cine Rate.
    """
    if count == 1:
        return [0.0], None, ()
    vector = header.value("FrameTimeVector")
    pointer = str(header.value("FrameIncrementPointer") or "").replace(" ", "").lower()
    is_vector_first = header.number("FrameTime") is None or "1063" not in pointer
    if vector is not None and is_vector_first:
        try:
            steps = np.asarray([float(step) for step in vector], dtype=np.float64)
        except (TypeError, ValueError):
            steps = np.zeros(0)
        # the first entry is the time before the first frame, 0 by PS3.3 C.7.6.5.1.2
        if len(steps) == count and bool(np.all(steps[1:] > 0)) and bool(np.all(np.isfinite(steps))):
            steps[0] = 0.0
            return [float(time) for time in np.cumsum(steps) / 1000], None, ()
    for keyword in _RATES:
        number = header.number(keyword)
        if number is not None:
            rate = 1000 / number if keyword == "FrameTime" else number
            return None, rate, ()
    return None, UNSAID_RATE, (UNSAID_RATE_NOTE,)


def _box(item: Any) -> tuple[int, int, int, int] | None:
    """Half open; the file's X1 and Y1 are the last column and row."""
    try:
        x0, y0 = int(item.RegionLocationMinX0), int(item.RegionLocationMinY0)
        x1, y1 = int(item.RegionLocationMaxX1) + 1, int(item.RegionLocationMaxY1) + 1
    except PARSE_ERRORS:
        return None
    return (x0, y0, x1, y1) if 0 <= x0 < x1 and 0 <= y0 < y1 else None


def _kind(item: Any) -> RegionKind:
    try:
        spatial, content = int(item.RegionSpatialFormat), int(item.RegionDataType)
    except PARSE_ERRORS:
        return "other"
    if spatial == _TWO_DIMENSIONAL:
        return _DATA.get(content, "other")
    return _SPATIAL.get(spatial, "other") if content <= max(_DATA) else "trace"


def _region_scale(item: Any) -> float | None:
    try:
        if int(item.RegionSpatialFormat) != _TWO_DIMENSIONAL:
            return None
        units = int(item.PhysicalUnitsXDirection), int(item.PhysicalUnitsYDirection)
        across, down = abs(float(item.PhysicalDeltaX)), abs(float(item.PhysicalDeltaY))
    except PARSE_ERRORS:
        return None
    if units != (_CENTIMETRES, _CENTIMETRES):
        return None
    return _square(across * _MICRONS_A_CENTIMETRE, down * _MICRONS_A_CENTIMETRE)


def _spacing(header: DicomHeader) -> Scale:
    try:
        down, across = (float(side) for side in header.value("PixelSpacing"))
    except (TypeError, ValueError):
        return None, None
    if across == down == 1.0:  # what software writes that knows no spacing
        return None, None
    microns = _square(across * 1000, down * 1000)
    return microns, "dicom pixel spacing" if microns else None


def _square(across: float, down: float) -> float | None:
    """Micrometres a pixel when its sides agree; a clip has one scale."""
    if not 0.1 < across < 1e5 or abs(across - down) > _SQUARE * across:
        return None
    return round((across + down) / 2, 4)
