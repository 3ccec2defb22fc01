"""Chunk files give back what was packed, and damaged ones are noticed."""

from __future__ import annotations

import hashlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from annotation.frames.chunk_file import header_length, read_chunk, read_header, write_chunk
from annotation.frames.packing import CHUNK_FRAMES, frame_digest, pack_frames
from annotation.frames.png import decode_png, encode_png
from annotation.frames.problem import DamagedChunkError

encoded_frames = st.lists(st.binary(min_size=1, max_size=60), min_size=1, max_size=40)


@given(st.integers(0, 2**31), encoded_frames)
def test_a_chunk_gives_back_its_frames(first_frame: int, frames: list[bytes]) -> None:
    content = write_chunk(first_frame, frames)
    assert read_chunk(content) == (first_frame, frames)
    header = read_header(content[: header_length(len(frames))])
    for place, frame in enumerate(frames):
        start, stop = header.span(first_frame + place)
        assert content[start:stop] == frame
    with pytest.raises(IndexError):
        header.span(first_frame + len(frames))


@given(encoded_frames, st.data())
def test_a_chunk_of_another_length_is_refused(frames: list[bytes], data: st.DataObject) -> None:
    content = write_chunk(0, frames)
    length = data.draw(st.integers(0, len(content) - 1))
    with pytest.raises(DamagedChunkError):
        read_chunk(content[:length])
    with pytest.raises(DamagedChunkError):
        read_chunk(content + b"\0")


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    for beginning in (content, b"FCK1" + content):
        try:
            header = read_header(beginning)
        except DamagedChunkError:
            continue
        assert header.frame_count >= 1


@settings(deadline=None)
@given(arrays(np.uint8, st.tuples(st.integers(1, 40), st.integers(1, 40))))
def test_png_is_lossless(grey: np.ndarray) -> None:
    np.testing.assert_array_equal(decode_png(encode_png(grey)), grey)


def test_frames_are_packed_in_order_with_their_digests() -> None:
    frames = np.random.default_rng(1).integers(0, 256, (75, 20, 30), dtype=np.uint8)
    chunks = list(pack_frames(iter(frames)))
    assert [(chunk.first_frame, chunk.frame_count) for chunk in chunks] == [
        (0, CHUNK_FRAMES), (32, CHUNK_FRAMES), (64, 11),
    ]  # fmt: skip
    back = [png for chunk in chunks for png in read_chunk(chunk.content)[1]]
    np.testing.assert_array_equal([decode_png(png) for png in back], frames)
    digests = b"".join(chunk.digests for chunk in chunks)
    assert digests == b"".join(hashlib.sha256(frame.tobytes()).digest() for frame in frames)


def test_packing_reads_no_further_ahead_than_a_few_frames() -> None:
    taken = 0

    def frames():
        nonlocal taken
        for _ in range(200):
            taken += 1
            yield np.zeros((20, 20), np.uint8)

    next(pack_frames(frames()))
    assert taken <= 2 * CHUNK_FRAMES


def test_a_digest_is_of_the_rows_from_the_top_whatever_the_memory_order() -> None:
    grey = np.arange(12, dtype=np.uint8).reshape(3, 4)
    assert frame_digest(grey) == hashlib.sha256(bytes(range(12))).digest()
    assert frame_digest(np.asfortranarray(grey)) == frame_digest(grey)
