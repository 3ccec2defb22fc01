"""DICOM files made for tests, in every transfer syntax that scanners write."""

from __future__ import annotations

import io
import tempfile
from pathlib import Path
from typing import Any

import gdcm
import numpy as np
from numpy.typing import NDArray
from PIL import Image
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.encaps import encapsulate
from pydicom.uid import (
    ExplicitVRLittleEndian,
    JPEG2000Lossless,
    JPEGBaseline8Bit,
    UltrasoundMultiFrameImageStorage,
)

GDCM_SYNTAXES = {
    "JPEG lossless": gdcm.TransferSyntax.JPEGLosslessProcess14_1,
    "JPEG-LS": gdcm.TransferSyntax.JPEGLSLossless,
    "JPEG 2000": gdcm.TransferSyntax.JPEG2000Lossless,
    "RLE": gdcm.TransferSyntax.RLELossless,
}


def pattern(count: int = 3, height: int = 32, width: int = 48, top: int = 256) -> NDArray[Any]:
    """(count, height, width) of smooth shapes with some noise, below `top`."""
    rng = np.random.default_rng(4)
    y, x = np.mgrid[:height, :width]
    ramps = [(x * 3 + y * 2 + 20 * index) % 200 for index in range(count)]
    frames = np.stack(ramps) * top // 256 + rng.integers(
        0, max(2, top // 16), (count, height, width)
    )
    return frames.astype(np.uint8 if top <= 256 else np.uint16)


def dataset(samples: NDArray[Any], **elements: Any) -> Dataset:
    """An ultrasound multi-frame of (n, H, W) or (n, H, W, 3); `elements` are added or changed."""
    made = Dataset()
    made.file_meta = FileMetaDataset()
    made.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    made.file_meta.MediaStorageSOPClassUID = UltrasoundMultiFrameImageStorage
    made.file_meta.MediaStorageSOPInstanceUID = "2.25.7"
    made.SOPClassUID, made.SOPInstanceUID = UltrasoundMultiFrameImageStorage, "2.25.7"
    made.Modality, made.PatientName, made.PatientID = "US", "Mustermann^Max", "4711"
    made.Manufacturer, made.ManufacturerModelName = "Example", "Sono 1"
    made.NumberOfFrames, made.Rows, made.Columns = samples.shape[0], *samples.shape[1:3]
    made.SamplesPerPixel = 3 if samples.ndim == 4 else 1
    made.PhotometricInterpretation = "RGB" if samples.ndim == 4 else "MONOCHROME2"
    if samples.ndim == 4:
        made.PlanarConfiguration = 0
    bits = 8 * samples.dtype.itemsize
    made.BitsAllocated, made.BitsStored, made.HighBit = bits, bits, bits - 1
    made.PixelRepresentation = 1 if samples.dtype.kind == "i" else 0
    made.FrameTime = "40"
    made.PixelData = samples.tobytes()
    made["PixelData"].VR = "OB" if bits == 8 else "OW"
    for keyword, value in elements.items():
        setattr(made, keyword, value)
    return made


def region(**elements: Any) -> Dataset:
    """A two-dimensional tissue region of 0.1 mm pixels."""
    item = Dataset()
    item.RegionSpatialFormat, item.RegionDataType, item.RegionFlags = 1, 1, 2
    item.RegionLocationMinX0, item.RegionLocationMinY0 = 4, 2
    item.RegionLocationMaxX1, item.RegionLocationMaxY1 = 43, 29
    item.PhysicalUnitsXDirection = item.PhysicalUnitsYDirection = 3
    item.PhysicalDeltaX = item.PhysicalDeltaY = 0.01
    for keyword, value in elements.items():
        setattr(item, keyword, value)
    return item


def written(made: Dataset) -> bytes:
    """The bytes of a file with preamble."""
    content = io.BytesIO()
    made.save_as(content, enforce_file_format=True)
    return content.getvalue()


def recoded(made: Dataset, codec: str) -> bytes:
    """The file in another transfer syntax by GDCM, which is no part of how uncompressed is read."""
    with tempfile.TemporaryDirectory() as folder:
        before, after = Path(folder) / "before", Path(folder) / "after"
        before.write_bytes(written(made))
        reader = gdcm.ImageReader()
        reader.SetFileName(str(before))
        assert reader.Read()
        change = gdcm.ImageChangeTransferSyntax()
        change.SetTransferSyntax(gdcm.TransferSyntax(GDCM_SYNTAXES[codec]))
        change.SetInput(reader.GetImage())
        assert change.Change()
        writer = gdcm.ImageWriter()
        writer.SetFileName(str(after))
        writer.SetFile(reader.GetFile())
        writer.SetImage(change.GetOutput())
        assert writer.Write()
        return after.read_bytes()


def encapsulated(samples: NDArray[np.uint8], kind: str, **elements: Any) -> bytes:
    """JPEG baseline or JPEG 2000 frames written by Pillow."""
    frames = []
    for frame in samples:
        content = io.BytesIO()
        options = {"quality": 95} if kind == "JPEG" else {"no_jp2": True}
        Image.fromarray(frame).save(content, kind, **options)
        frames.append(content.getvalue())
    made = dataset(samples, **elements)
    made.file_meta.TransferSyntaxUID = JPEGBaseline8Bit if kind == "JPEG" else JPEG2000Lossless
    made.PixelData = encapsulate(frames)
    made["PixelData"].is_undefined_length = True
    return written(made)
