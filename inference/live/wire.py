"""One binary message a frame: a fixed header of 64 bytes, then typed segments. Little-endian.

A picture and the mask made from it travel in the same message, so that a mask can never be drawn on
another frame's picture (promise 4 of the design). Segments of unknown kinds are skipped, so that
older readers go on working. Control messages are JSON texts on the same socket: `docs/live.md`.

Header: magic `FSC1`, version u8, type u8, flags u16, sequence u32, epoch u32, four clock stamps
i64, width u16, height u16, micrometres per pixel f32 (0 = unknown), model u32 (0 = none), inference
time in microseconds u16 (65,535 = that or more), segment count u16. Each segment: kind u8, codec
u8, width u16, height u16, byte length u32, then its bytes.
"""

import struct
import zlib
from dataclasses import dataclass, replace
from enum import IntEnum, IntFlag

import numpy as np
from numpy.typing import NDArray

MAGIC = b"FSC1"
VERSION = 1
HEADER = struct.Struct("<4sBBHIIqqqqHHfIHH")
SEGMENT = struct.Struct("<BBHHI")

MAX_MESSAGE_BYTES = 8 << 20
MIN_SIDE, MAX_SIDE = 16, 2048
MAX_SEGMENTS = 16
MAX_CLASSES = 64


class WireError(ValueError):
    """A message that cannot be taken; the sentence says why, `code` names it for programs."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code


class MessageType(IntEnum):
    """What a binary message is."""

    FRAME = 1


class Flag(IntFlag):
    """What a reader must know before it looks at the segments."""

    INFERRED = 1  # the labels were made from the picture of this very message
    RECORDING = 2  # the hub keeps this frame
    ORIGINAL_TIMES = 4  # t_source comes from the scanner's clock rather than the bridge's


NO_FLAGS = Flag(0)


class Kind(IntEnum):
    """What a segment holds."""

    IMAGE = 1
    LABELS = 2
    CONFIDENCE = 4
    META = 6


class Codec(IntEnum):
    """How a segment's bytes are to be read."""

    RAW = 0
    JPEG = 1  # 8-bit grey
    ZLIB = 2
    JSON = 3


@dataclass(frozen=True, slots=True)
class Segment:
    """A typed run of bytes; `width` and `height` in its own pixels, or 0."""

    kind: int
    codec: int
    width: int
    height: int
    data: bytes


@dataclass(frozen=True, slots=True)
class Frame:
    """A message as it was read.

    Clock stamps: `t_source_ns` of the scanner (from its boot, or the file's own time),
    `t_bridge_us` when the bridge had the frame, `t_hub_in_us` and `t_hub_out_us` when the hub got
    and sent it; all but the first are microseconds of the wall clock of the machine that wrote
    them, 0 = not set. `sequence` grows by one a frame within an `epoch`; a new epoch begins when
    the source restarts or its clock goes back.
    """

    sequence: int
    epoch: int
    width: int
    height: int
    t_source_ns: int = 0
    t_bridge_us: int = 0
    t_hub_in_us: int = 0
    t_hub_out_us: int = 0
    microns_per_pixel: float = 0.0
    model: int = 0
    inference_us: int = 0
    flags: Flag = NO_FLAGS
    segments: tuple[Segment, ...] = ()

    def segment(self, kind: Kind) -> Segment | None:
        """The first segment of that kind."""
        return next((each for each in self.segments if each.kind == kind), None)

    def with_segments(self, *segments: Segment, flags: Flag = NO_FLAGS) -> "Frame":
        """The same frame with further segments and flags."""
        return replace(self, segments=(*self.segments, *segments), flags=Flag(self.flags | flags))


def encode_frame(frame: Frame) -> bytes:
    """The message. Raises WireError for what `decode_frame` would refuse."""
    _check_size(frame.width, frame.height)
    if len(frame.segments) > MAX_SEGMENTS:
        raise WireError("too_many_segments", f"At most {MAX_SEGMENTS} segments fit a message.")
    parts = [
        HEADER.pack(
            MAGIC,
            VERSION,
            MessageType.FRAME,
            int(frame.flags),
            frame.sequence & 0xFFFFFFFF,
            frame.epoch & 0xFFFFFFFF,
            frame.t_source_ns,
            frame.t_bridge_us,
            frame.t_hub_in_us,
            frame.t_hub_out_us,
            frame.width,
            frame.height,
            frame.microns_per_pixel,
            frame.model,
            min(max(frame.inference_us, 0), 0xFFFF),
            len(frame.segments),
        )
    ]
    for each in frame.segments:
        parts.append(SEGMENT.pack(each.kind, each.codec, each.width, each.height, len(each.data)))
        parts.append(each.data)
    message = b"".join(parts)
    if len(message) > MAX_MESSAGE_BYTES:
        raise WireError("too_large", f"A message holds at most {MAX_MESSAGE_BYTES} bytes.")
    return message


def decode_frame(message: bytes) -> Frame:
    """Read a message.

    Raises WireError naming what is wrong: `too_large`, `truncated`, `wrong_magic`, `wrong_version`,
    `wrong_type`, `wrong_size`, `wrong_scale`, `too_many_segments`, `trailing_bytes`.
    """
    if len(message) > MAX_MESSAGE_BYTES:
        raise WireError("too_large", f"A message holds at most {MAX_MESSAGE_BYTES} bytes.")
    if len(message) < HEADER.size:
        raise WireError("truncated", "The message is shorter than its header.")
    (
        magic,
        version,
        kind,
        flags,
        sequence,
        epoch,
        t_source_ns,
        t_bridge_us,
        t_hub_in_us,
        t_hub_out_us,
        width,
        height,
        microns_per_pixel,
        model,
        inference_us,
        segment_count,
    ) = HEADER.unpack_from(message)
    if magic != MAGIC:
        raise WireError("wrong_magic", "This is not a frame message.")
    if version != VERSION:
        raise WireError(
            "wrong_version", f"Message version {version} is not spoken here, only {VERSION}."
        )
    if kind != MessageType.FRAME:
        raise WireError("wrong_type", f"Message type {kind} is not known.")
    _check_size(width, height)
    if not 0 <= microns_per_pixel < 1e5:  # refuses NaN too
        raise WireError("wrong_scale", "The micrometres per pixel are not a sensible number.")
    return Frame(
        sequence=sequence,
        epoch=epoch,
        width=width,
        height=height,
        t_source_ns=t_source_ns,
        t_bridge_us=t_bridge_us,
        t_hub_in_us=t_hub_in_us,
        t_hub_out_us=t_hub_out_us,
        microns_per_pixel=microns_per_pixel,
        model=model,
        inference_us=inference_us,
        flags=Flag(flags & sum(Flag)),
        segments=_segments(message, segment_count),
    )


def stamp_hub_out(message: bytes, t_hub_out_us: int) -> bytes:
    """The same message with the hub's sending time set, without reading its segments."""
    return message[:40] + struct.pack("<q", t_hub_out_us) + message[48:]


def labels_segment(labels: NDArray[np.uint8]) -> Segment:
    """A label map (H, W), uint8, pixel = class index, as a zlib segment of its own size."""
    height, width = labels.shape
    return Segment(Kind.LABELS, Codec.ZLIB, width, height, zlib.compress(labels.tobytes(), level=1))


def labels_of(segment: Segment) -> NDArray[np.uint8]:
    """The label map (H, W) of a segment. Raises WireError when its bytes do not make one."""
    expected = segment.width * segment.height
    if segment.codec != Codec.ZLIB or not 0 < expected <= MAX_SIDE * MAX_SIDE:
        raise WireError("wrong_labels", "The label map is not of a known form.")
    reader = zlib.decompressobj()
    try:
        data = reader.decompress(segment.data, expected + 1)
    except zlib.error as error:
        raise WireError("wrong_labels", "The label map's bytes are damaged.") from error
    if len(data) != expected:
        raise WireError("wrong_labels", "The label map is not of the size it says.")
    return np.frombuffer(data, np.uint8).reshape(segment.height, segment.width)


def confidence_segment(confidence: NDArray[np.float32]) -> Segment:
    """Confidences 0 to 1, float32, one a class in the model's order; NaN = not seen."""
    return Segment(Kind.CONFIDENCE, Codec.RAW, len(confidence), 1, confidence.tobytes())


def confidence_of(segment: Segment) -> NDArray[np.float32]:
    """The confidences of a segment. Raises WireError when its bytes do not make them."""
    if segment.codec != Codec.RAW or segment.width > MAX_CLASSES:
        raise WireError("wrong_confidence", "The confidences are not of a known form.")
    if len(segment.data) != 4 * segment.width:
        raise WireError("wrong_confidence", "The confidences are not as many as they say.")
    return np.frombuffer(segment.data, "<f4")


def _check_size(width: int, height: int) -> None:
    if not (MIN_SIDE <= width <= MAX_SIDE and MIN_SIDE <= height <= MAX_SIDE):
        raise WireError(
            "wrong_size",
            f"A frame of {width}x{height} is not taken: sides of {MIN_SIDE} to {MAX_SIDE} are.",
        )


def _segments(message: bytes, count: int) -> tuple[Segment, ...]:
    if count > MAX_SEGMENTS:
        raise WireError("too_many_segments", f"At most {MAX_SEGMENTS} segments fit a message.")
    found: list[Segment] = []
    place = HEADER.size
    for _ in range(count):
        if place + SEGMENT.size > len(message):
            raise WireError("truncated", "The message ends within a segment's header.")
        kind, codec, width, height, length = SEGMENT.unpack_from(message, place)
        place += SEGMENT.size
        if place + length > len(message):
            raise WireError("truncated", "The message ends within a segment.")
        found.append(Segment(kind, codec, width, height, message[place : place + length]))
        place += length
    if place != len(message):
        raise WireError("trailing_bytes", "The message goes on after its last segment.")
    return tuple(found)
