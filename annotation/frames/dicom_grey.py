"""From decoded DICOM samples to the clip's 8-bit grey.

- MONOCHROME of 8 stored bits: as stored; a window of 8-bit ultrasound is the viewer's affair.
- MONOCHROME of another depth: the rescale slope and intercept, then the first window of the file
  (PS3.3 C.11.2.1.2) stretched to 0 to 255; without a window, the whole stored range is stretched.
- MONOCHROME1 is inverted last, so that more echo is always brighter.
- PALETTE COLOR and RGB (also as JPEG 2000's ICT and RCT): the luma of `annotation.frames.grey`;
  deeper colours keep their high byte.
- YBR_FULL and YBR_FULL_422: Y as it is; YBR_PARTIAL: Y from studio to full range.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image
from pydicom.pixels import apply_color_lut

from annotation.frames.dicom_header import DicomHeader
from annotation.frames.grey import STUDIO_TO_FULL, grey_from_picture
from annotation.frames.problem import UnreadableSourceError

Grey = NDArray[np.uint8]
_DEEPEST_TABLE = 16


def grey_rule(header: DicomHeader) -> Callable[[NDArray[Any], str], Grey]:
    """The function from decoded samples, (H, W) or (H, W, 3), to grey uint8 (H, W).

    Its second argument is the photometric interpretation after decoding. Raises
    UnreadableSourceError for interpretations that are not known.
    """
    stated = str(header.value("PhotometricInterpretation") or "").strip()
    bits = header.count("BitsStored")
    samples = header.count("SamplesPerPixel", 1)
    if not 1 <= bits <= 32 or samples not in (1, 3):
        raise UnreadableSourceError(
            f"The DICOM file has {samples} samples of {bits} bits a pixel; that is not read here."
        )
    if stated in ("MONOCHROME1", "MONOCHROME2") and samples == 1:
        one = _monochrome(header, bits)
        return lambda stored, _: one(stored)
    if stated == "PALETTE COLOR" and samples == 1:
        table = _palette_table(header, bits)
        return lambda stored, _: table[np.minimum(stored, len(table) - 1)]
    if samples == 3 and (stated == "RGB" or stated.startswith("YBR_")):
        return lambda stored, found: _from_colour(stored, found, bits)
    raise UnreadableSourceError(
        "The DICOM file's photometric interpretation is not one of those known here."
    )


def _monochrome(header: DicomHeader, bits: int) -> Callable[[NDArray[Any]], Grey]:
    is_inverted = header.value("PhotometricInterpretation") == "MONOCHROME1"
    is_signed = header.count("PixelRepresentation", 0) == 1
    lowest = -(1 << bits - 1) if is_signed else 0
    if bits > _DEEPEST_TABLE:

        def stretched(stored: NDArray[Any]) -> Grey:
            level = np.clip((stored.astype(np.int64) - lowest) >> (bits - 8), 0, 255)
            return np.asarray(255 - level if is_inverted else level, dtype=np.uint8)

        return stretched
    levels = np.arange(lowest, lowest + (1 << bits))
    if bits == 8 and not is_signed:
        table = levels.astype(np.uint8)
    else:
        table = _windowed(header, levels.astype(np.float64))
    if is_inverted:
        table = 255 - table
    if bits == 8 and not is_signed:
        return lambda stored: np.asarray(cv2.LUT(stored.astype(np.uint8), table), dtype=np.uint8)
    return lambda stored: table[np.clip(stored.astype(np.int32) - lowest, 0, len(table) - 1)]


def _windowed(header: DicomHeader, levels: NDArray[np.float64]) -> Grey:
    slope, intercept = _first(header, "RescaleSlope"), _first(header, "RescaleIntercept")
    values = levels * (slope if slope else 1.0) + (intercept or 0.0)
    centre, width = _first(header, "WindowCenter"), _first(header, "WindowWidth")
    function = str(header.value("VOILUTFunction") or "LINEAR")
    if centre is None or width is None or width < 1 or (width == 1 and function == "LINEAR"):
        share = (values - values.min()) / max(float(np.ptp(values)), 1e-9)
    elif function == "SIGMOID":
        share = 1 / (1 + np.exp(np.clip(-4 * (values - centre) / width, -500, 500)))
    elif function == "LINEAR_EXACT":
        share = (values - centre) / width + 0.5
    else:
        share = (values - (centre - 0.5)) / (width - 1) + 0.5
    return np.asarray(np.rint(np.clip(share, 0, 1) * 255), dtype=np.uint8)


def _first(header: DicomHeader, keyword: str) -> float | None:
    value = header.value(keyword)
    if isinstance(value, (list, tuple)) or hasattr(value, "append"):
        value = value[0] if len(value) else None
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError):
        return None
    return number if np.isfinite(number) else None


def _palette_table(header: DicomHeader, bits: int) -> Grey:
    if bits > _DEEPEST_TABLE:
        raise UnreadableSourceError("The DICOM file's palette is deeper than 16 bits.")
    kind = np.uint8 if bits <= 8 else np.uint16
    indices = np.arange(1 << bits, dtype=kind).reshape(1, -1)
    colours = apply_color_lut(indices, header.dataset)
    return np.asarray(_luma(colours, 8 * colours.dtype.itemsize)[0], dtype=np.uint8)


def _from_colour(stored: NDArray[Any], interpretation: str, bits: int) -> Grey:
    if interpretation in ("YBR_FULL", "YBR_FULL_422"):
        return _high_byte(stored[..., 0], bits)
    if interpretation.startswith("YBR_PARTIAL"):
        return STUDIO_TO_FULL[_high_byte(stored[..., 0], bits)]
    return _luma(stored, bits)


def _luma(colours: NDArray[Any], bits: int) -> Grey:
    return grey_from_picture(Image.fromarray(_high_byte(colours, bits), "RGB"))


def _high_byte(samples: NDArray[Any], bits: int) -> Grey:
    high = samples >> (bits - 8) if bits > 8 else samples
    return np.ascontiguousarray(high, dtype=np.uint8)
