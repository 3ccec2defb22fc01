"""Damaged and foreign files: one sentence, a failed Job, no row, no stray file."""

from __future__ import annotations

import io
import re
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from PIL import Image

from annotation.models import Chunk, Clip, FrameTable, Subject, Upload
from tests.factories import Team

pytestmark = pytest.mark.django_db


def video(suffix: str = "mp4", codec: str = "libx264", count: int = 40, **options: str) -> bytes:
    noise = np.random.default_rng(5)
    with tempfile.NamedTemporaryFile() as file:  # "faststart" reads back what it has written
        with av.open(file.name, "w", format=suffix, options=options) as container:
            stream = container.add_stream(codec, rate=20)
            stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
            for _ in range(count):
                grey = noise.integers(0, 256, (48, 64), dtype=np.uint8)
                frame = av.VideoFrame.from_ndarray(grey, format="gray").reformat(format="yuv420p")
                container.mux(stream.encode(frame))
            container.mux(stream.encode(None))
        return Path(file.name).read_bytes()


def no_frames(suffix: str, codec: str) -> bytes:
    """A whole file with a video stream, and nothing in it."""
    content = io.BytesIO()
    with av.open(content, "w", format=suffix) as container:
        stream = container.add_stream(codec, rate=20)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        container.start_encoding()
    return content.getvalue()


def sound_only() -> bytes:
    content = io.BytesIO()
    with av.open(content, "w", format="mp4") as container:
        stream = container.add_stream("aac", rate=44100, layout="mono")
        frame = av.AudioFrame.from_ndarray(np.zeros((1, 1024), np.float32), "fltp", "mono")
        frame.sample_rate = 44100
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return content.getvalue()


def png(width: int = 64, height: int = 48) -> bytes:
    content = io.BytesIO()
    Image.new("L", (width, height), 7).save(content, "PNG")
    return content.getvalue()


def huge_png(width: int, height: int) -> bytes:
    """A few bytes that claim to be a huge picture."""

    def part(kind: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        )

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    data = zlib.compress(b"\0" * 1000)
    return b"\x89PNG\r\n\x1a\n" + part(b"IHDR", header) + part(b"IDAT", data) + part(b"IEND", b"")


def zipped(members: dict[str, bytes], compression: int = zipfile.ZIP_STORED) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", compression) as archive:
        for name, body in members.items():
            archive.writestr(name, body)
    return content.getvalue()


def encrypted(content: bytes) -> bytes:
    """Set the flag of an encrypted member in both of its headers."""
    changed = bytearray(content)
    changed[6] |= 1
    changed[content.index(b"PK\x01\x02") + 8] |= 1
    return bytes(changed)


def cut(content: bytes, share: float = 0.6) -> bytes:
    return content[: int(len(content) * share)]


CASES: dict[str, tuple[Callable[[], bytes], str]] = {
    "text named .mp4": (lambda: b"Dear scanner,\n" * 40, "This is not a clip"),
    "playlist": (lambda: b"#EXTM3U\n#EXTINF:1,\n/etc/passwd\n", "This is not a clip"),
    "concat list": (lambda: b"ffconcat version 1.0\nfile /etc/passwd\n", "This is not a clip"),
    "cut MP4, index first": (
        lambda: cut(video(movflags="faststart")),
        r"cut short: \d+ of its 40 frames could be read",
    ),
    "cut MP4, index last": (lambda: cut(video()), "damaged or cut short"),
    "cut AVI": (lambda: cut(video("avi", "mpeg4")), r"cut short: \d+ of its 40 frames"),
    "cut MKV": (lambda: cut(video("matroska")), "cut short"),
    "MP4 header alone": (lambda: video()[:40], "damaged or cut short"),
    "only zeros after ftyp": (lambda: video()[:32] + bytes(5000), "cut short|no video|no picture"),
    "AVI of no frames": (lambda: no_frames("avi", "mpeg4"), "No picture in this file"),
    "MP4 of no frames": (lambda: no_frames("mp4", "libx264"), "holds no video"),
    "sound only": (sound_only, "sound but no picture"),
    "tiny picture": (lambda: png(8, 8), "8 x 8 pixels; at least 16 x 16"),
    "65,000-pixel picture": (lambda: huge_png(65000, 65000), "pixels"),
    "wide picture": (lambda: huge_png(9000, 20), "9000 x 20 pixels; at most 8192"),
    "cut PNG": (lambda: cut(png(), 0.5), "damaged or cut short|not a readable"),
    "cut JPEG": (lambda: b"\xff\xd8\xff\xe0\x00\x10JFIF", "not a readable PNG or JPEG|damaged"),
    "zip without pictures": (lambda: zipped({"notes.txt": b"hello"}), "no PNG or JPEG pictures"),
    "empty zip": (lambda: zipped({}), "no PNG or JPEG pictures"),
    "cut zip": (lambda: cut(zipped({"1.png": png(), "2.png": png()})), "zip file is damaged"),
    "zip of two sizes": (
        lambda: zipped({"1.png": png(), "2.png": png(65, 48)}),
        "Picture 2 of the zip .* is 65 x 48 pixels, the ones before it are 64 x 48",
    ),
    "zip with a text as picture": (
        lambda: zipped({"1.png": png(), "2.png": b"not a picture"}),
        "Picture 2 of the zip .* is not a readable PNG or JPEG",
    ),
    "encrypted zip": (lambda: encrypted(zipped({"1.png": png()})), "encrypted"),
    "path traversal": (lambda: zipped({"../../etc/1.png": png()}), "paths that lead out"),
    "absolute path": (lambda: zipped({"/etc/1.png": png()}), "paths that lead out"),
    "backslash traversal": (lambda: zipped({"..\\1.png": png()}), "paths that lead out"),
    "zip bomb": (
        lambda: zipped({"1.png": bytes(300 * 1024**2)}, zipfile.ZIP_DEFLATED),
        "zip bomb",
    ),
    "DICOM without an image": (lambda: bytes(128) + b"DICM" + bytes(100), "DICOM file"),
    "PDF": (lambda: b"%PDF-1.7\n" + bytes(200), "PDF files cannot be taken in"),
}


@pytest.mark.parametrize("case", CASES)
def test_a_bad_file_fails_with_a_sentence_and_leaves_nothing(
    case: str, team: Team, ingest: Callable[..., dict[str, Any]], stored_files: Any
) -> None:
    make, sentence = CASES[case]
    job = ingest(team, make())
    assert job["state"] == "failed"
    assert re.search(sentence, job["error"]), job["error"]
    assert job["error"].endswith(".")
    assert "/" not in job["error"], "no path of the server is shown"
    assert stored_files() == set()
    for model in (Clip, Chunk, FrameTable, Subject):
        assert not model.objects.exists(), model
    upload = Upload.objects.get()
    assert (upload.state, upload.error) == ("failed", job["error"])


def test_an_empty_file_is_refused_at_once(team: Team, upload: Any, stored_files: Any) -> None:
    response = upload(team, b"")
    assert (response.status_code, response.json()["code"]) == (400, "empty_file")
    assert stored_files() == set()


def test_a_file_over_the_limit_is_refused_before_it_waits(
    team: Team, upload: Any, stored_files: Any, settings: Any
) -> None:
    settings.UPLOAD_MAX_BYTES = 1000
    response = upload(team, png() + bytes(2000))
    assert (response.status_code, response.json()["code"]) == (400, "file_too_large")
    assert stored_files() == set()


def test_a_picture_whose_frames_were_stored_already_is_cleaned_up_when_the_end_is_bad(
    team: Team, ingest: Any, stored_files: Any
) -> None:
    members = {f"{index}.png": png() for index in range(70)}
    job = ingest(team, zipped({**members, "70.png": b"bad"}))
    assert job["error"].startswith("Picture 71 of the zip")
    assert stored_files() == set()


def test_a_failed_clip_leaves_the_files_that_another_clip_uses(
    team: Team, ingest: Any, stored_files: Any
) -> None:
    members = {f"{index}.png": png() for index in range(32)}
    assert ingest(team, zipped(members))["state"] == "done"
    kept = stored_files()
    assert ingest(team, zipped({**members, "x.png": b"bad"}))["state"] == "failed"
    assert stored_files() == kept


def test_a_disk_that_fills_up_leaves_nothing(
    team: Team, ingest: Any, stored_files: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.core.files.storage import FileSystemStorage

    whole = FileSystemStorage._save

    def full_after_the_first(self: Any, name: str, content: Any) -> Any:
        if any(Path(self.location).rglob("*.fck")):
            raise OSError(28, "No space left on device")
        return whole(self, name, content)

    monkeypatch.setattr(FileSystemStorage, "_save", full_after_the_first)
    members = {f"{index}.png": png(64 + index // 99, 48) for index in range(70)}
    job = ingest(team, zipped(members))
    assert job["state"] == "failed"
    assert "disk is full" in job["error"]
    assert stored_files() == set()
    assert not Clip.objects.exists()
