"""In an object store a frame costs its own bytes, not those of its chunk."""

from __future__ import annotations

import io
from typing import Any

import pytest

from annotation.frames.chunk_file import write_chunk
from annotation.selectors.clips import FrameAddress
from annotation.services import frame_store


class Object:
    """What boto3's Object answers, with the ranges that were asked for."""

    def __init__(self, content: bytes, asked: list[str]) -> None:
        self._content, self._asked = content, asked

    def get(self, *, Range: str) -> dict[str, Any]:  # noqa: N803  # boto3's own name
        self._asked.append(Range)
        first, last = Range.removeprefix("bytes=").split("-")
        return {"Body": io.BytesIO(self._content[int(first) : int(last) + 1])}


class Store:
    """An S3 storage with one bucket."""

    location = "clips/"

    def __init__(self, objects: dict[str, bytes]) -> None:
        self.asked: list[str] = []
        self._objects = objects
        self.bucket = self

    def Object(self, key: str) -> Object:  # noqa: N802  # boto3's own name
        return Object(self._objects[key], self.asked)

    def open(self, key: str, mode: str) -> io.BytesIO:
        raise AssertionError(f"{key} was fetched whole ({mode})")


def test_a_frame_is_fetched_by_range(monkeypatch: pytest.MonkeyPatch) -> None:
    frames = [b"first frame", b"the second one", b"3"]
    content = write_chunk(7, frames)
    store = Store({"clips/chunks/ab/abc.fck": content})
    monkeypatch.setattr(frame_store, "default_storage", store)
    address = FrameAddress("chunks/ab/abc.fck", len(frames), "")
    assert address.read_png(8) == frames[1]
    sizes = [
        int(last) - int(first) + 1
        for first, last in (asked.removeprefix("bytes=").split("-") for asked in store.asked)
    ]
    assert sum(sizes) == len(content) - len(frames[0]) - len(frames[2])
