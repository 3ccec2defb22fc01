"""Damaged, foreign and hostile files: each is refused in one sentence for whoever sent it."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import SimpleITK as sitk  # noqa: N813 - its own custom
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from annotation.frames.opening import open_source
from annotation.frames.problem import UnreadableSourceError
from tests.annotation.frames.dicom_files import (
    dataset,
    encapsulated,
    pattern,
    recoded,
    region,
    written,
)
from tests.annotation.frames.reading import frames_of, read_or_refuse

GREY = pattern()


def png(width: int = 48, height: int = 32) -> bytes:
    content = io.BytesIO()
    Image.new("L", (width, height), 7).save(content, "PNG")
    return content.getvalue()


def gif(count: int = 3) -> bytes:
    content = io.BytesIO()
    pictures = [Image.fromarray(frame) for frame in GREY[:count]]
    pictures[0].save(content, "GIF", save_all=True, append_images=pictures[1:], duration=40)
    return content.getvalue()


def metaimage(*changes: tuple[str, str], pixels: bytes = GREY.tobytes()) -> bytes:
    header = (
        "ObjectType = Image\nNDims = 3\nBinaryData = True\nBinaryDataByteOrderMSB = False\n"
        "CompressedData = False\nDimSize = 48 32 3\nElementSpacing = 0.1 0.1 1\n"
        "ElementType = MET_UCHAR\nElementDataFile = LOCAL\n"
    )
    for before, after in changes:
        assert before in header
        header = header.replace(before, after)
    return header.encode() + pixels


def zipped(members: dict[str, bytes]) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in members.items():
            archive.writestr(name, body)
    return content.getvalue()


def without_pixels() -> bytes:
    made = dataset(GREY)
    del made.PixelData
    return written(made)


def us(**elements: Any) -> bytes:
    return written(dataset(GREY, **elements))


def cut(content: bytes, share: float = 0.6) -> bytes:
    return content[: int(len(content) * share)]


def other_syntax(uid: str) -> bytes:
    """A file that names a transfer syntax which its pixels do not have."""
    content = us()
    place = content.index(b"\x02\x00\x10\x00UI")
    (length,) = struct.unpack_from("<H", content, place + 6)
    value = uid.encode() + b"\0" * (len(uid) % 2)
    (group,) = struct.unpack_from("<L", content, 140)  # of the meta group, in its first element
    return b"".join(
        (
            content[:140],
            struct.pack("<L", group - length + len(value)),
            content[144 : place + 6],
            struct.pack("<H", len(value)),
            value,
            content[place + 8 + length :],
        )
    )


def huge_png() -> bytes:
    header = b"IHDR" + struct.pack(">IIBBBBB", 65000, 65000, 8, 0, 0, 0, 0)
    return png()[:12] + header + struct.pack(">I", zlib.crc32(header)) + png()[33:]


def fewer_fragments() -> bytes:
    return encapsulated(GREY, "JPEG", NumberOfFrames=5)


CASES: dict[str, tuple[Callable[[], bytes], str]] = {
    "empty": (lambda: b"", "The file is empty"),
    "text": (lambda: b"Dear scanner,\n" * 40, "This is not a clip"),
    "DICOM mark alone": (lambda: bytes(128) + b"DICM", "DICOM file (does not say|is damaged)"),
    "DICOM of zeros": (lambda: bytes(128) + b"DICM" + bytes(400), "DICOM file"),
    "DICOM without pixels": (without_pixels, "DICOM file holds no picture"),
    "DICOM of magnetic resonance": (
        lambda: us(Modality="MR", SOPClassUID="1.2.840.10008.5.1.4.1.1.4"),
        "not ultrasound: its modality is MR",
    ),
    "DICOM report": (
        lambda: us(Modality="SR", SOPClassUID="1.2.840.10008.5.1.4.1.1.88.33"),
        "not ultrasound: its modality is SR",
    ),
    "DICOM of no modality": (
        lambda: us(Modality="", SOPClassUID="1.2.3"), "does not say that it is ultrasound"
    ),
    "DICOM cut in its pixels": (lambda: cut(us()), r"cut short: 1 of its 3 frames"),
    "DICOM cut in its header": (lambda: us()[:700], "cut short|no picture|damaged"),
    "DICOM JPEG cut": (lambda: cut(encapsulated(GREY, "JPEG"), 0.8), r"cut short: \d of its 3"),
    "DICOM JPEG-LS cut": (lambda: cut(recoded(dataset(GREY), "JPEG-LS")), r"of its 3 frames"),
    "DICOM with too few fragments": (fewer_fragments, "3 of its 5 frames"),
    "DICOM number of frames in letters": (
        lambda: us().replace(b"IS\x02\x003 ", b"IS\x02\x001A"),
        "no readable “Number Of Frames”",
    ),
    "DICOM of a huge picture": (lambda: us(Rows=65000, Columns=65000), "65000 x 65000 pixels"),
    "DICOM of no size": (lambda: us(Rows=0), "48 x 0 pixels; at least"),
    "DICOM of countless frames": (lambda: us(NumberOfFrames=2_000_000), "more than 100,000"),
    "DICOM of 7 samples": (lambda: us(SamplesPerPixel=7), "7 samples of 8 bits"),
    "DICOM of an unknown colour space": (
        lambda: us(PhotometricInterpretation="CMYK"), "photometric interpretation"
    ),
    "DICOM palette without a table": (
        lambda: us(PhotometricInterpretation="PALETTE COLOR"), "colours cannot be read"
    ),
    "DICOM that says video and holds rows": (
        lambda: other_syntax("1.2.840.10008.1.2.4.102"), "not packed as it says"
    ),
    "DICOM deflated": (lambda: other_syntax("1.2.840.10008.1.2.1.99"), "packed as a whole"),
    "DICOM of an unknown coding": (
        lambda: other_syntax("1.2.840.10008.1.2.4.201"), "not known here"
    ),
    "DICOM that says JPEG and holds rows": (
        lambda: other_syntax("1.2.840.10008.1.2.4.50"), "not packed as it says"
    ),
    "MetaImage cut": (lambda: cut(metaimage(), 0.7), r"cut short: 2 of its 3 frames"),
    "MetaImage whose header does not end": (lambda: metaimage()[:120], "MetaImage file is damaged"),
    "MetaImage of volumes": (
        lambda: metaimage(("NDims = 3", "NDims = 4"), ("48 32 3", "48 32 3 9")), "holds volumes"
    ),
    "MetaImage of magnetic resonance": (
        lambda: metaimage(("NDims", "Modality = MET_MOD_MR\nNDims")), "modality is MR"
    ),
    "MetaImage of a huge picture": (
        lambda: metaimage(("48 32 3", "65000 65000 3")), "65000 x 65000 pixels"
    ),
    "MetaImage of negative size": (
        lambda: metaimage(("48 32 3", "48 -32 3")), "does not state the size"
    ),
    "MetaImage of countless frames": (
        lambda: metaimage(("48 32 3", "48 32 99999999")), "more than 100,000"
    ),
    "MetaImage of strings": (
        lambda: metaimage(("MET_UCHAR", "MET_STRING")), "element type"
    ),
    "MetaImage whose zlib stream is none": (
        lambda: metaimage(("CompressedData = False", "CompressedData = True")),
        r"0 of its 3 frames",
    ),
    "MetaImage without its raw file": (
        lambda: metaimage(("LOCAL", "/etc/passwd")), "came without its pixels"
    ),
    "GIF cut": (lambda: cut(gif(), 0.7), r"cut short: \d frames"),
    "GIF header alone": (lambda: gif()[:13], "GIF is damaged"),
    "GIF without pictures": (lambda: gif()[:13] + bytes(768) + b"\x3b", "GIF"),
    "zip of two DICOM files": (
        lambda: zipped({"a.dcm": us(), "b.dcm": us()}), "holds 2 DICOM or MetaImage files"
    ),
    "zip of a damaged DICOM": (lambda: zipped({"a": cut(us())}), "1 of its 3 frames"),
    "zip of text": (lambda: zipped({"a.txt": b"hello"}), "no PNG or JPEG pictures, no DICOM"),
    "zip with two sizes": (
        lambda: zipped({"1.png": png(), "2.png": png(49)}), "Picture 2 of the zip"
    ),
    "zip bomb of a DICOM": (lambda: zipped({"a.dcm": us() + bytes(300 << 20)}), "zip bomb"),
    "path traversal": (lambda: zipped({"../a.dcm": us()}), "paths that lead out"),
    "picture of 65,000 pixels a side": (huge_png, "pixels"),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_a_bad_file_is_refused_in_a_sentence(case: str, tmp_path: Path) -> None:
    make, sentence = CASES[case]
    (tmp_path / "Mustermann.mp4").write_bytes(make())
    with pytest.raises(UnreadableSourceError, match=sentence) as refusal:
        frames_of(tmp_path / "Mustermann.mp4")
    assert str(refusal.value).endswith(".")
    assert "Mustermann" not in str(refusal.value)
    assert str(tmp_path) not in str(refusal.value)


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableSourceError, match="folder holds no PNG or JPEG"):
        open_source(tmp_path)


def seeds() -> dict[str, bytes]:
    """Whole files whose bytes are changed."""
    regions = [region()]
    return {
        "DICOM": us(SequenceOfUltrasoundRegions=regions),
        "DICOM JPEG": encapsulated(GREY, "JPEG", SequenceOfUltrasoundRegions=regions),
        "DICOM JPEG 2000": encapsulated(GREY, "JPEG2000"),
        "DICOM RLE": recoded(dataset(GREY), "RLE"),
        "MetaImage": metaimage(),
        "GIF": gif(),
        "zip of a DICOM": zipped({"a": us()}),
        "zip of pictures": zipped({"1.png": png(), "2.png": png()}),
        "no preamble": us()[132:],
    }


SEEDS = seeds()


@settings(max_examples=250, deadline=None)
@given(kind=st.sampled_from(sorted(SEEDS)), data=st.data())
def test_a_changed_file_is_read_or_refused_and_never_breaks_the_reader(
    tmp_path_factory: pytest.TempPathFactory, kind: str, data: st.DataObject
) -> None:
    content = bytearray(SEEDS[kind])
    # most of what a parser decides on stands in the first kilobyte
    places = st.integers(0, len(content) - 1) | st.integers(0, min(1200, len(content) - 1))
    for place in data.draw(st.lists(places, max_size=6)):
        content[place] = data.draw(st.integers(0, 255) | st.sampled_from([0, 1, 0x7F, 0x80, 0xFF]))
    path = tmp_path_factory.getbasetemp() / "changed"
    path.write_bytes(content[: data.draw(st.integers(1, len(content)) | st.just(len(content)))])
    sentence = read_or_refuse(path)
    assert sentence == "" or sentence.endswith(".")


def test_the_seeds_themselves_are_read(tmp_path: Path) -> None:
    for kind, content in SEEDS.items():
        (tmp_path / "file").write_bytes(content)
        assert read_or_refuse(tmp_path / "file") == "", kind


def test_an_unfinished_compressed_sequence_is_refused(tmp_path: Path) -> None:
    image = sitk.GetImageFromArray(np.random.default_rng(1).integers(0, 256, (5, 32, 48), np.uint8))
    sitk.WriteImage(image, str(tmp_path / "a.mha"), useCompression=True)
    whole = (tmp_path / "a.mha").read_bytes()
    (tmp_path / "a.mha").write_bytes(whole[: len(whole) * 2 // 3])
    with pytest.raises(UnreadableSourceError, match=r"cut short: \d of its 5 frames"):
        frames_of(tmp_path / "a.mha")
