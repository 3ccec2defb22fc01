"""Golden messages of the live path: what Python writes and refuses, and the browser must as well.

Run `python tests/vectors/make_live_vectors.py` after a deliberate change of the message; a test
fails when the file and the code disagree.
"""

from __future__ import annotations

import base64
import json
import math
import struct
import zlib
from pathlib import Path
from typing import Any

import numpy as np

from inference.live.wire import (
    MAX_SEGMENTS,
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
)

FILE = Path(__file__).parent / "live" / "messages.json"

PICTURE = Segment(Kind.IMAGE, Codec.JPEG, 24, 16, bytes(range(40)))
PLAIN = Frame(sequence=1, epoch=1, width=24, height=16, segments=(PICTURE,))


def _labels() -> np.ndarray[Any, np.dtype[np.uint8]]:
    labels = np.zeros((16, 24), np.uint8)
    labels[2:9, 3:11] = 1
    labels[6:14, 14:22] = 2
    labels[15, 23] = 63
    return labels


def _frames() -> dict[str, Frame]:
    confidence = np.array([0.5, np.nan, 1.0], np.float32)
    return {
        "only a picture": PLAIN,
        "picture, labels and confidences": Frame(
            sequence=123_456, epoch=3, width=24, height=16, t_source_ns=-5,
            t_bridge_us=1_700_000_000_000_001, t_hub_in_us=1_700_000_000_004_002,
            t_hub_out_us=1_700_000_000_040_003, microns_per_pixel=96.5, model=7,
            inference_us=31_000, flags=Flag.INFERRED | Flag.RECORDING, segments=(PICTURE,),
        ).with_segments(labels_segment(_labels()), confidence_segment(confidence)),
        "the largest numbers": Frame(
            sequence=2**32 - 1, epoch=2**32 - 1, width=2048, height=2048,
            t_source_ns=2**63 - 1, t_bridge_us=2**53 - 1, microns_per_pixel=99_999.0,
            model=2**32 - 1, inference_us=10**6, flags=Flag.ORIGINAL_TIMES,
        ),
        "a label map of half the picture's size": PLAIN.with_segments(
            labels_segment(_labels()[::2, ::2].copy())
        ),
        "a segment of a kind to come": PLAIN.with_segments(Segment(200, 9, 1, 2, b"later")),
        "no segment": Frame(sequence=0, epoch=0, width=16, height=16),
    }  # fmt: skip


def _refused() -> dict[str, bytes]:
    good = encode_frame(PLAIN)

    def with_bytes(place: int, replacement: bytes) -> bytes:
        return good[:place] + replacement + good[place + len(replacement) :]

    return {
        "nothing": b"",
        "a header cut off": good[:63],
        "a picture cut off": good[:-1],
        "a segment's header cut off": good[:70],
        "bytes after the end": good + b"x",
        "another magic": with_bytes(0, b"UGL1"),
        "another version": with_bytes(4, b"\x02"),
        "another type": with_bytes(5, b"\x07"),
        "a side of 15": with_bytes(48, struct.pack("<H", 15)),
        "a side of 2049": with_bytes(50, struct.pack("<H", 2049)),
        "a scale that is no number": with_bytes(52, struct.pack("<f", math.nan)),
        "a negative scale": with_bytes(52, struct.pack("<f", -1.0)),
        "a scale beyond sense": with_bytes(52, struct.pack("<f", 1e5)),
        "too many segments": with_bytes(62, struct.pack("<H", MAX_SEGMENTS + 1)),
        "fewer segments than it says": with_bytes(62, struct.pack("<H", 2)),
        "a segment longer than the message": with_bytes(70, struct.pack("<I", 2**32 - 1)),
    }


def _refused_labels() -> dict[str, Segment]:
    good = labels_segment(_labels())
    packed = zlib.compress(bytes(24 * 16 * 50))
    return {
        "another codec": Segment(Kind.LABELS, Codec.RAW, 24, 16, bytes(24 * 16)),
        "no width": Segment(Kind.LABELS, Codec.ZLIB, 0, 16, good.data),
        "cut off": Segment(Kind.LABELS, Codec.ZLIB, 24, 16, good.data[: len(good.data) // 2]),
        "damaged": Segment(Kind.LABELS, Codec.ZLIB, 24, 16, b"\xff" + good.data[1:]),
        "too few": Segment(Kind.LABELS, Codec.ZLIB, 25, 16, good.data),
        "far too many": Segment(Kind.LABELS, Codec.ZLIB, 24, 16, packed),
    }


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _described(frame: Frame) -> dict[str, Any]:
    labels, sure = frame.segment(Kind.LABELS), frame.segment(Kind.CONFIDENCE)
    return {
        "sequence": frame.sequence,
        "epoch": frame.epoch,
        "width": frame.width,
        "height": frame.height,
        "t_source_ns": str(frame.t_source_ns),  # beyond what a JSON number holds
        "t_bridge_us": frame.t_bridge_us,
        "t_hub_in_us": frame.t_hub_in_us,
        "t_hub_out_us": frame.t_hub_out_us,
        "microns_per_pixel": frame.microns_per_pixel,
        "model": frame.model,
        "inference_us": frame.inference_us,
        "flags": int(frame.flags),
        "segments": [
            [each.kind, each.codec, each.width, each.height, _text(each.data)]
            for each in frame.segments
        ],
        "labels": None if labels is None else _text(labels_of(labels).tobytes()),
        "confidence": None
        if sure is None
        else [None if math.isnan(each) else float(each) for each in confidence_of(sure)],
    }


def _code(message: bytes) -> str:
    try:
        decode_frame(message)
    except WireError as error:
        return error.code
    raise AssertionError("The message should be refused.")


def _labels_code(segment: Segment) -> str:
    try:
        labels_of(segment)
    except WireError as error:
        return error.code
    raise AssertionError("The label map should be refused.")


def vectors() -> dict[str, Any]:
    """Messages that are read, messages that are refused, label maps that are refused."""
    read = {name: encode_frame(frame) for name, frame in _frames().items()}
    return {
        "read": [
            {"name": name, "message": _text(message), "frame": _described(decode_frame(message))}
            for name, message in read.items()
        ],
        "refused": [
            {"name": name, "message": _text(message), "code": _code(message)}
            for name, message in _refused().items()
        ],
        "refused_labels": [
            {
                "name": name,
                "message": _text(encode_frame(PLAIN.with_segments(segment))),
                "code": _labels_code(segment),
            }
            for name, segment in _refused_labels().items()
        ],
    }


def main() -> None:
    """Write the file."""
    FILE.parent.mkdir(exist_ok=True)
    FILE.write_text(json.dumps(vectors(), indent=1) + "\n")


if __name__ == "__main__":
    main()
