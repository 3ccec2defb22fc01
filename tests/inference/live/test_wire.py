"""The binary message of the live path."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inference.live.wire import (
    HEADER,
    MAX_MESSAGE_BYTES,
    Codec,
    Flag,
    Frame,
    Kind,
    Segment,
    WireError,
    confidence_of,
    confidence_segment,
    decode_frame,
    encode_frame,
    labels_of,
    labels_segment,
    stamp_hub_out,
)

IMAGE = Segment(Kind.IMAGE, Codec.JPEG, 64, 48, b"not really a picture")
FRAME = Frame(
    sequence=7, epoch=2, width=64, height=48, t_source_ns=-5, t_bridge_us=1_700_000_000_000_000,
    microns_per_pixel=100.5, model=3, inference_us=4200, flags=Flag.INFERRED, segments=(IMAGE,),
)  # fmt: skip


def code_of(message: bytes) -> str:
    with pytest.raises(WireError) as caught:
        decode_frame(message)
    return caught.value.code


def test_the_header_is_64_bytes():
    assert HEADER.size == 64


def test_a_frame_comes_back_as_it_was_sent():
    labels = (np.arange(32 * 32) % 5).astype(np.uint8).reshape(32, 32)
    confidence = np.array([0.5, np.nan, 1.0], np.float32)
    sent = FRAME.with_segments(labels_segment(labels), confidence_segment(confidence))
    got = decode_frame(encode_frame(sent))
    assert got == sent
    seen, sure = got.segment(Kind.LABELS), got.segment(Kind.CONFIDENCE)
    assert seen is not None
    assert sure is not None
    assert np.array_equal(labels_of(seen), labels)
    assert np.array_equal(confidence_of(sure), confidence, equal_nan=True)


def test_the_hubs_stamp_changes_nothing_else():
    stamped = decode_frame(stamp_hub_out(encode_frame(FRAME), 123))
    assert stamped.t_hub_out_us == 123
    assert stamped.segments == FRAME.segments
    assert stamped.t_bridge_us == FRAME.t_bridge_us


def test_segments_of_kinds_to_come_are_kept_apart():
    later = Segment(200, 9, 0, 0, b"from the future")
    got = decode_frame(encode_frame(FRAME.with_segments(later)))
    assert got.segment(Kind.IMAGE) == IMAGE


@pytest.mark.parametrize(("side", "other"), [(1, 1), (4096, 4096), (15, 480), (640, 2049)])
def test_sizes_that_no_scanner_sends_are_refused(side: int, other: int):
    whole = bytearray(encode_frame(FRAME))
    whole[48:52] = side.to_bytes(2, "little") + other.to_bytes(2, "little")
    assert code_of(bytes(whole)) == "wrong_size"


def test_damaged_messages_are_refused_by_name():
    whole = encode_frame(FRAME)
    assert code_of(b"") == "truncated"
    assert code_of(whole[:63]) == "truncated"
    assert code_of(whole[:-1]) == "truncated"
    assert code_of(whole + b"x") == "trailing_bytes"
    assert code_of(b"GIF8" + whole[4:]) == "wrong_magic"
    assert code_of(whole[:4] + b"\x02" + whole[5:]) == "wrong_version"
    assert code_of(whole[:5] + b"\x09" + whole[6:]) == "wrong_type"
    assert code_of(b"FSC1" + bytes(MAX_MESSAGE_BYTES)) == "too_large"
    assert code_of(whole[:52] + b"\x00\x00\xc0\x7f" + whole[56:]) == "wrong_scale"


def test_a_label_map_that_unpacks_to_more_than_it_says_is_refused():
    big = labels_segment(np.zeros((2000, 2000), np.uint8))
    with pytest.raises(WireError):
        labels_of(Segment(big.kind, big.codec, 10, 10, big.data))


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=400), st.integers(0, 80), st.booleans())
def test_whatever_comes_in_is_read_or_refused_with_a_reason(noise: bytes, cut: int, keep: bool):
    message = encode_frame(FRAME)[:cut] + noise if keep else noise
    said = ""
    try:
        decode_frame(message)
    except WireError as error:
        said = f"{error.code}: {error}"
    assert said == "" or said.endswith(".")
