"""The text at the head of a MetaImage file (itk.org/Wiki/MetaIO/Documentation)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import BinaryIO

import numpy as np

from annotation.frames.limits import check_frame_count, check_size
from annotation.frames.problem import UnreadableSourceError

_LONGEST_HEADER = 64 * 1024**2
_LONGEST_LINE = 1 << 16
_TYPES = {
    "MET_CHAR": "i1", "MET_UCHAR": "u1", "MET_SHORT": "i2", "MET_USHORT": "u2", "MET_INT": "i4",
    "MET_UINT": "u4", "MET_FLOAT": "f4", "MET_DOUBLE": "f8",
}  # fmt: skip
_MODALITIES = {"MET_MOD_US", "MET_MOD_OTHER", "MET_MOD_UNKNOWN"}
# What PLUS writes of acquisition and tracking; anything else could name a person.
_KEPT = re.compile(
    r"Seq_Frame\d{4,9}_(\w*Transform|\w*TransformStatus|Timestamp|UnfilteredTimestamp|FrameNumber"
    r"|ImageStatus)"
    r"|Ultrasound\w+|\w*Transform|AnatomicalOrientation|CenterOfRotation|TransformMatrix|Offset"
    r"|ElementSpacing|ElementSize|Kinds|[mM]icronsPerPixel"
)
_KEPT_VALUE = re.compile(r"[\w .,:;+/()-]{0,2000}")
_TIMESTAMP = re.compile(r"Seq_Frame(\d{4,9})_Timestamp")


@dataclass(frozen=True, slots=True)
class MetaImageHeader:
    """Fields of the header by name, and what they say of the pixels.

    Pixels lie frame by frame, row by row, (height, width, channels) of `dtype`, beginning
    `skipped` bytes into the data (-1: at its end), which are `pixel_file` or, when that is
    "LOCAL", follow the header at `pixels_at`.
    """

    fields: dict[str, str]
    dtype: np.dtype[np.generic]
    width: int
    height: int
    channels: int
    frame_count: int
    is_compressed: bool
    pixel_file: str
    pixels_at: int
    skipped: int

    @property
    def frame_bytes(self) -> int:
        return self.width * self.height * self.channels * self.dtype.itemsize

    def kept_fields(self) -> tuple[tuple[str, str], ...]:
        """The fields of the allow-list, in the order of the file."""
        return tuple(
            (name, value)
            for name, value in self.fields.items()
            if _KEPT.fullmatch(name) and _KEPT_VALUE.fullmatch(value)
        )

    def timestamps(self) -> list[float | None]:
        """Seconds of each frame as stored; None where it has none."""
        times: list[float | None] = [None] * self.frame_count
        for name, value in self.fields.items():
            found = _TIMESTAMP.fullmatch(name)
            if found and int(found[1]) < self.frame_count:
                try:
                    times[int(found[1])] = float(value)
                except ValueError:
                    continue
        return times

    def microns_per_pixel(self) -> tuple[float | None, str | None]:
        """Micrometres and the field they come from; a spacing of exactly 1 is taken for none."""
        for name, value in self.fields.items():
            if name.lower().endswith("micronsperpixel"):
                microns = _numbers(value)
                if microns and 0.1 < microns[0] < 1e5:
                    return microns[0], "metaimage micronsPerPixel"
        spacing = _numbers(self.fields.get("ElementSpacing") or self.fields.get("ElementSize", ""))
        if len(spacing) < 2 or spacing[:2] == [1.0, 1.0]:
            return None, None
        across, down = abs(spacing[0]), abs(spacing[1])
        if not 1e-4 < across < 100 or abs(across - down) > 0.02 * across:
            return None, None
        return round(500 * (across + down), 4), "metaimage spacing"


def read_meta_header(file: BinaryIO) -> MetaImageHeader:
    """Read the header and stop behind it; UnreadableSourceError when it is damaged or too much."""
    fields: dict[str, str] = {}
    read = 0
    while "ElementDataFile" not in fields:
        line = file.readline(_LONGEST_LINE + 1)
        read += len(line)
        name, sign, value = line.decode("latin-1").partition("=")
        if not line or len(line) > _LONGEST_LINE or read > _LONGEST_HEADER:
            raise _damaged("its header does not end")
        if not sign:
            if line.strip():
                raise _damaged("its header is not of the form “name = value”")
            continue
        fields[name.strip()] = value.strip()
    return _checked(fields, read)


def _checked(fields: dict[str, str], read: int) -> MetaImageHeader:
    modality = fields.get("Modality", "MET_MOD_US")
    if modality not in _MODALITIES:
        word = re.sub(r"[^A-Z]", "", modality.removeprefix("MET_MOD_"))[:8]
        raise UnreadableSourceError(
            f"The MetaImage file is not ultrasound: its modality is {word}."
        )
    if fields.get("ObjectType", "Image") != "Image" or not _is_true(fields, "BinaryData", "True"):
        raise UnreadableSourceError("The MetaImage file holds no binary picture.")
    kind = _TYPES.get(fields.get("ElementType", ""))
    if kind is None:
        raise UnreadableSourceError("The MetaImage file's element type is not one of those known.")
    is_big = _is_true(fields, "BinaryDataByteOrderMSB", fields.get("ElementByteOrderMSB", "False"))
    size = [int(number) for number in _numbers(fields.get("DimSize", ""))]
    if not 2 <= len(size) <= 4 or str(len(size)) != fields.get("NDims") or min(size) < 1:
        raise _damaged("it does not state the size of its pictures")
    if len(size) == 4 and size[2] != 1:
        raise UnreadableSourceError("The MetaImage file holds volumes, not pictures.")
    channels = _numbers(fields.get("ElementNumberOfChannels", "1"))
    if channels not in ([1.0], [3.0]):
        raise UnreadableSourceError("The MetaImage file's pixels have neither 1 nor 3 channels.")
    check_size(size[0], size[1])
    count = size[-1] if len(size) > 2 else 1
    check_frame_count(count)
    skipped = _numbers(fields.get("HeaderSize", "0"))
    if len(skipped) != 1 or skipped[0] < -1:
        raise _damaged("its HeaderSize is no length")
    return MetaImageHeader(
        fields=fields,
        dtype=np.dtype(kind).newbyteorder(">" if is_big else "<"),
        width=size[0],
        height=size[1],
        channels=int(channels[0]),
        frame_count=count,
        is_compressed=_is_true(fields, "CompressedData", "False"),
        pixel_file=fields["ElementDataFile"],
        pixels_at=read,
        skipped=int(skipped[0]),
    )


def _is_true(fields: dict[str, str], name: str, default: str) -> bool:
    return fields.get(name, default).strip().lower() in {"true", "1", "t"}


def _numbers(text: str) -> list[float]:
    """The numbers of a field, [] when one of its words is none."""
    try:
        numbers = [float(word) for word in text.split()]
    except ValueError:
        return []
    return numbers if all(abs(number) < 1e15 for number in numbers) else []


def _damaged(why: str) -> UnreadableSourceError:
    return UnreadableSourceError(f"The MetaImage file is damaged or cut short: {why}.")
