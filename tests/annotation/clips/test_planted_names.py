"""A name planted wherever a file can hold one reaches nothing that is kept, logged or shown."""

from __future__ import annotations

import io
import json
import logging
import zipfile
from pathlib import Path
from typing import Any

import av
import numpy as np
import pydicom
import pytest
from PIL import Image, PngImagePlugin
from pydicom.datadict import DicomDictionary
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian, generate_uid

from annotation.models import Clip, Upload
from fascicle.audit.models import AuditRecord
from fascicle.jobs.models import Job
from tests.factories import Team

NAME = "ZQMUSTERMANN"
TEXTS = {"AE": 16, "CS": 16, "LO": 64, "LT": 99, "PN": 64, "SH": 16, "ST": 99, "UC": 99, "UT": 99}
PICTURE = (0x0028, 0x5200, 0x7FE0)


def echoes(seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 200, (48, 64), dtype=np.uint8)


def dicom() -> bytes:
    """An ultrasound image with the name in every text attribute of the dictionary, in private
    ones, in a sequence and in an overlay plane.
    """
    dataset = Dataset()
    for tag, (vr, multiplicity, _, retired, keyword) in DicomDictionary.items():
        group = tag >> 16
        if vr not in TEXTS or retired or not keyword or group in (0, 2, 8, 0x28, 0x7FE0):
            continue
        if group % 2 == 0 and multiplicity[0] == "1" and group < 0x5000:
            dataset.add_new(tag, vr, NAME[: TEXTS[vr]])
    for keyword in ("InstitutionName", "ReferringPhysicianName", "StudyDescription",
                    "StationName", "SeriesDescription", "OperatorsName"):  # fmt: skip
        setattr(dataset, keyword, NAME)
    block = dataset.private_block(0x0041, NAME, create=True)
    block.add_new(1, "LO", NAME)
    inner = Dataset()
    inner.PatientName = NAME
    inner.CodeMeaning = NAME
    dataset.ReferencedPatientSequence = [inner]
    dataset.add_new((0x6000, 0x0022), "LO", NAME)
    dataset.add_new((0x6000, 0x0010), "US", 48)
    dataset.add_new((0x6000, 0x0011), "US", 64)
    dataset.add_new((0x6000, 0x3000), "OW", NAME.encode().ljust(384, b"\0"))
    dataset.SOPClassUID = "1.2.840.10008.5.1.4.1.1.6.1"
    dataset.SOPInstanceUID = generate_uid()
    dataset.Modality = "US"
    dataset.Rows, dataset.Columns = 48, 64
    dataset.SamplesPerPixel, dataset.PhotometricInterpretation = 1, "MONOCHROME2"
    dataset.BitsAllocated, dataset.BitsStored, dataset.HighBit = 8, 8, 7
    dataset.PixelRepresentation = 0
    dataset.PixelData = echoes().tobytes()
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    dataset.file_meta.SourceApplicationEntityTitle = NAME
    held = io.BytesIO()
    pydicom.dcmwrite(held, dataset, enforce_file_format=True)
    return held.getvalue()


def gif() -> bytes:
    frames = [Image.fromarray(echoes(seed)) for seed in range(3)]
    held = io.BytesIO()
    frames[0].save(held, "GIF", save_all=True, append_images=frames[1:], comment=NAME.encode())
    return held.getvalue()


def png() -> bytes:
    chunks = PngImagePlugin.PngInfo()
    chunks.add_text("Patient", NAME)
    chunks.add_itxt("Comment", NAME)
    held = io.BytesIO()
    Image.fromarray(echoes()).save(held, "PNG", pnginfo=chunks)
    return held.getvalue()


def jpeg() -> bytes:
    exif = Image.Exif()
    exif[0x010E] = exif[0x013B] = NAME
    exif[0x010F] = exif[0x0110] = NAME
    held = io.BytesIO()
    Image.fromarray(echoes()).save(held, "JPEG", exif=exif, comment=NAME.encode())
    return held.getvalue()


def video() -> bytes:
    held = io.BytesIO()
    with av.open(held, "w", format="mp4") as container:
        for key in ("title", "artist", "comment", "description"):
            container.metadata[key] = NAME
        stream = container.add_stream("mpeg4", rate=10)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        stream.metadata["handler_name"] = NAME
        for seed in range(4):
            frame = av.VideoFrame.from_ndarray(echoes(seed), format="gray")
            container.mux(stream.encode(frame.reformat(format="yuv420p")))
        container.mux(stream.encode())
    return held.getvalue()


def zipped() -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.comment = NAME.encode()
        for index in range(2):
            archive.writestr(f"{NAME}/{NAME}_{index}.png", png())
    return held.getvalue()


def broken(content: bytes) -> bytes:
    return content[: len(content) // 2]


MAKERS = [dicom, gif, png, jpeg, video, zipped]


def everything_kept(root: Path) -> str:
    """Rows, records and files, as one text."""
    rows: list[Any] = []
    for model in (Upload, Clip, Job, AuditRecord):
        rows += list(model.objects.values())
    files = [path.read_bytes().decode("latin-1") for path in root.rglob("*") if path.is_file()]
    names = [str(path.relative_to(root)) for path in root.rglob("*")]
    return json.dumps(rows, default=str) + "".join(files) + "".join(names)


@pytest.mark.parametrize("make", MAKERS, ids=lambda make: make.__name__)
def test_a_planted_name_is_in_no_row_record_log_or_file(
    make: Any, team: Team, ingest: Any, tmp_path: Path, caplog: Any
) -> None:
    content = make()
    assert NAME.encode() in content
    with caplog.at_level(logging.INFO):
        job = ingest(team, content)
    assert job["state"] == "done", job
    assert NAME not in everything_kept(tmp_path / "media")
    assert NAME not in caplog.text
    assert not [path for path in (tmp_path / "waiting").rglob("*") if path.is_file()]


@pytest.mark.parametrize("make", MAKERS, ids=lambda make: make.__name__)
def test_a_damaged_file_with_a_planted_name_is_refused_without_repeating_it(
    make: Any, team: Team, inspect: Any, tmp_path: Path, caplog: Any
) -> None:
    with caplog.at_level(logging.INFO):
        upload = inspect(team, broken(make()))
    assert upload.state in {"failed", "awaiting_release"}
    assert NAME not in json.dumps(list(Upload.objects.values()), default=str)
    assert NAME not in json.dumps(list(Job.objects.values()), default=str)
    assert NAME not in json.dumps(list(AuditRecord.objects.values()), default=str)
    assert NAME not in caplog.text
