"""All label maps of a clip as one MetaImage volume (.mha): x, y, frame index.

3D Slicer, ITK-SNAP and SimpleITK read it. Written slice by slice, since the libraries that write
it want the whole volume in memory. The format: "MetaIO/Documentation" at itk.org.
"""

from __future__ import annotations

import zlib

import numpy as np
from numpy.typing import NDArray

from annotation.exports.archive import Archive
from annotation.exports.contents import RESEARCH_USE_ONLY, ExportClip


class LabelVolume:
    """Packs the slices into a spool: their packed size stands in the header before them."""

    def __init__(self, archive: Archive, clip: ExportClip) -> None:
        self._archive = archive
        self._clip = clip
        self._spool = archive.spool()
        self._packer = zlib.compressobj(6)
        self._slices = 0
        self._blank = bytes(clip.width * clip.height)

    def add(self, labels: NDArray[np.uint8] | None) -> None:
        """The next frame's uint8 (height, width) label map; None where nothing is said."""
        self._slices += 1
        content = self._blank if labels is None else labels.tobytes()
        self._spool.write(self._packer.compress(content))

    def write(self, name: str) -> None:
        """Write the entry `name`; spacing in mm where the scale is known, else in pixels."""
        self._spool.write(self._packer.flush())
        clip = self._clip
        side = 1.0 if clip.microns_per_pixel is None else clip.microns_per_pixel / 1000
        header = (
            "ObjectType = Image\n"
            "NDims = 3\n"
            f"Comment = Label maps, slice = frame index. {RESEARCH_USE_ONLY}\n"
            "BinaryData = True\n"
            "BinaryDataByteOrderMSB = False\n"
            "CompressedData = True\n"
            f"CompressedDataSize = {self._spool.tell()}\n"
            "TransformMatrix = 1 0 0 0 1 0 0 0 1\n"
            "Offset = 0 0 0\n"
            f"ElementSpacing = {side:.9g} {side:.9g} 1\n"
            f"DimSize = {clip.width} {clip.height} {self._slices}\n"
            "ElementType = MET_UCHAR\n"
            "ElementDataFile = LOCAL\n"
        )
        with self._archive.writing(name, is_packed=False) as entry:
            entry.write(header.encode("ascii"))
            entry.copy(self._spool)

    def close(self) -> None:
        """Give the spool back."""
        self._spool.close()
