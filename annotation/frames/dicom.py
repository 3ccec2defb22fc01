"""DICOM ultrasound through pydicom and GDCM, a frame at a time."""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator
from typing import BinaryIO

import numpy as np
from pydicom import uid
from pydicom.pixels import get_decoder
from pydicom.pixels.utils import as_pixel_options

from annotation.frames.dicom_facts import frame_times, regions_and_scale, scanner_name
from annotation.frames.dicom_grey import grey_rule
from annotation.frames.dicom_header import DAMAGED, PARSE_ERRORS, DicomHeader
from annotation.frames.facts import SourceFacts
from annotation.frames.limits import check_frame_count, check_size
from annotation.frames.problem import UnreadableSourceError
from annotation.frames.source import SourceFrame

_CODECS = {
    uid.ImplicitVRLittleEndian: "uncompressed",
    uid.ExplicitVRLittleEndian: "uncompressed",
    uid.ExplicitVRBigEndian: "uncompressed",
    uid.RLELossless: "RLE",
    uid.JPEGBaseline8Bit: "JPEG baseline",
    uid.JPEGExtended12Bit: "JPEG extended",
    uid.JPEGLossless: "JPEG lossless",
    uid.JPEGLosslessSV1: "JPEG lossless",
    uid.JPEGLSLossless: "JPEG-LS",
    uid.JPEGLSNearLossless: "JPEG-LS near-lossless",
    uid.JPEG2000Lossless: "JPEG 2000",
    uid.JPEG2000: "JPEG 2000",
}
# Pillow's decoders are those of browsers and stand damaged files better; GDCM has all the others
_PILLOW = frozenset({uid.JPEGBaseline8Bit, uid.JPEG2000Lossless, uid.JPEG2000})
_ITEM, _END = b"\xfe\xff\x00\xe0", b"\xfe\xff\xdd\xe0"


class DicomSource:
    """A DICOM file with one frame or more. Takes `file` over and closes it after the last frame."""

    def __init__(self, file: BinaryIO, header: DicomHeader) -> None:
        self._file = file
        if header.transfer_syntax not in _CODECS:
            raise UnreadableSourceError(
                "The DICOM file is compressed in a way that is not known here."
            )
        width, height = header.count("Columns"), header.count("Rows")
        check_size(width, height)
        self._count = header.count("NumberOfFrames", 1) or 1
        check_frame_count(self._count)
        if self._count < 1:
            raise UnreadableSourceError("The DICOM file holds no picture.")
        try:
            self._grey = grey_rule(header)
        except UnreadableSourceError:
            raise
        except PARSE_ERRORS as damage:
            raise UnreadableSourceError(f"{DAMAGED}: its colours cannot be read.") from damage
        self._header = header
        self._check_is_whole()
        regions, (microns, origin), scale_notes = regions_and_scale(header, width, height)
        self._times, self.nominal_rate, time_notes = frame_times(header, self._count)
        self.facts = SourceFacts(
            kind="dicom", container="dicom", codec=_CODECS[header.transfer_syntax], width=width,
            height=height, frame_count=self._count, microns_per_pixel=microns, microns_from=origin,
            scanner=scanner_name(header), regions=regions, modality=header.modality,
            notes=(*header.notes, *scale_notes, *time_notes),
        )  # fmt: skip
        self.source_format = self.facts.source_format
        self.expected_frames: int | None = self._count

    def frames(self) -> Iterator[SourceFrame]:
        """Each frame with its time where the file lists times; see FrameSource."""
        header, shape = self._header, (self.facts.height, self.facts.width)
        index = 0
        try:
            if self._is_packed_422():
                yield from self._luma_of_422()
                return
            decoder = get_decoder(header.transfer_syntax)
            options = as_pixel_options(header.dataset)
            options["pixel_keyword"] = "PixelData"
            options["number_of_frames"] = self._count
            is_wide = header.count("BitsAllocated") > 8
            options["pixel_vr"] = "OW" if is_wide else "OB"
            self._file.seek(header.pixels_at)
            plugin = "pillow" if self._is_for_pillow() else ""
            decoded = decoder.iter_array(self._file, raw=True, decoding_plugin=plugin, **options)
            for samples, properties in decoded:
                grey = self._grey(samples, str(properties["photometric_interpretation"]))
                if grey.shape != shape:
                    raise self._damage(index)
                yield SourceFrame(grey, None if self._times is None else self._times[index])
                index += 1
        except UnreadableSourceError:
            raise
        except PARSE_ERRORS as damage:
            raise self._damage(index) from damage
        finally:
            self._file.close()
        if index != self._count:
            raise self._damage(index)

    def _is_packed_422(self) -> bool:
        header = self._header
        is_422 = header.value("PhotometricInterpretation") == "YBR_FULL_422"
        is_plain = not header.transfer_syntax.is_encapsulated
        return is_422 and is_plain and header.count("BitsAllocated") == 8

    def _luma_of_422(self) -> Iterator[SourceFrame]:
        """Uncompressed pairs of pixels as Y, Y, Cb, Cr (PS3.3 C.7.6.3.1.2); pydicom 3 mistakes the
        length of such a frame in a file.
        """
        height, width = self.facts.height, self.facts.width
        self._file.seek(self._header.pixels_at)
        for index in range(self._count):
            stored = np.frombuffer(self._file.read(2 * height * width), dtype=np.uint8)
            luma = stored.reshape(height, width // 2, 4)[..., :2].reshape(height, width)
            yield SourceFrame(luma, None if self._times is None else self._times[index])

    def _is_for_pillow(self) -> bool:
        return self._header.transfer_syntax in _PILLOW and self._header.count("BitsStored") <= 8

    def _check_is_whole(self) -> None:
        header = self._header
        length = self._file.seek(0, os.SEEK_END)
        if header.transfer_syntax.is_encapsulated:
            if header.pixel_bytes is not None:
                raise UnreadableSourceError(f"{DAMAGED}: its pixels are not packed as it says.")
            whole = self._whole_fragments(length)
        else:
            depth = (header.count("BitsAllocated") * header.count("SamplesPerPixel", 1)) / 8
            if str(header.value("PhotometricInterpretation")).endswith("_422"):
                depth *= 2 / 3
            frame_bytes = header.count("Columns") * header.count("Rows") * depth
            there = length - header.pixels_at
            if header.pixel_bytes is not None:
                there = min(there, header.pixel_bytes)
            whole = int(there / max(frame_bytes, 1))
        if whole < self._count:
            raise self._damage(whole)

    def _whole_fragments(self, length: int) -> int:
        """Items of encapsulated pixel data (PS3.5 A.4) that are wholly there, but for the first,
        the table of offsets. A frame takes one fragment or more.
        """
        at, fragments, in_first = self._header.pixels_at, 0, True
        while at + 8 <= length:
            self._file.seek(at)
            tag, size = struct.unpack("<4sL", self._file.read(8))
            if tag == _END:
                return fragments
            if tag != _ITEM:
                break
            at += 8 + size
            if at > length:
                return min(fragments, self._count - 1)
            fragments += not in_first
            in_first = False
        return fragments

    def _damage(self, count: int) -> UnreadableSourceError:
        return UnreadableSourceError(
            f"{DAMAGED}: {count} of its {self._count} frames could be read."
        )
