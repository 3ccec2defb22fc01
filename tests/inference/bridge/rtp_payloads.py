"""Pictures as RTP packets: JPEG (RFC 2435) and H.264 (RFC 6184), written from the RFCs."""

from __future__ import annotations

import base64
import re
import struct
from collections.abc import Iterator
from typing import Protocol

import av
import numpy as np
import simplejpeg
from numpy.typing import NDArray

CLOCK_HZ = 90_000
PACKET_BYTES = 1400
SOURCE_ID = 0x46534331
YUV_420 = 1  # RFC 2435, section 4.1
TABLES_INLINE = 255
FU_A = 28  # RFC 6184, section 5.8
PARAMETER_SETS = (7, 8)


class Payload(Protocol):
    """One stream's way of packing pictures; type: RTP's payload type."""

    type: int

    @property
    def description(self) -> str:
        """The stream in SDP (RFC 8866)."""
        ...

    def parts(self, grey: NDArray[np.uint8]) -> Iterator[bytes]:
        """One frame (H, W) uint8 as the payloads of its packets."""
        ...


def _session(payload_type: int, *lines: str) -> str:
    head = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=Scanner\r\nt=0 0\r\nc=IN IP4 0.0.0.0\r\n"
    media = (f"m=video 0 RTP/AVP {payload_type}", *lines, "a=control:track1")
    return head + "".join(f"{line}\r\n" for line in media)


class JpegPayload:
    """Each frame by itself: the tables that its decoder cannot know, then the scan's bytes."""

    type = 26
    description = _session(26)

    def __init__(self, width: int, height: int, rate: int) -> None:
        self._size = bytes([width // 8, height // 8])

    def parts(self, grey: NDArray[np.uint8]) -> Iterator[bytes]:
        # RFC 2435 knows colour pictures only
        colour = np.ascontiguousarray(np.repeat(grey[..., None], 3, axis=2))
        jpeg = simplejpeg.encode_jpeg(colour, quality=90, colorspace="RGB", colorsubsampling="420")
        tables, scan = b"", b""
        at = 2
        while not scan:
            marker, length = struct.unpack(">HH", jpeg[at : at + 4])
            body = jpeg[at + 4 : at + 2 + length]
            at += 2 + length
            if marker == 0xFFDB:
                tables += b"".join(body[n + 1 : n + 65] for n in range(0, len(body), 65))
            elif marker == 0xFFDA:
                scan = jpeg[at:-2]
        for offset in range(0, len(scan), PACKET_BYTES):
            header = struct.pack(">I", offset)  # type-specific 0, then 24 bits of offset
            header += bytes([YUV_420, TABLES_INLINE]) + self._size
            if offset == 0:
                header += struct.pack(">BBH", 0, 0, len(tables)) + tables
            yield header + scan[offset : offset + PACKET_BYTES]


class H264Payload:
    """As a hardware encoder sends it: a key frame a second, no frame held back for a later one."""

    type = 96

    def __init__(self, width: int, height: int, rate: int) -> None:
        self._rate = rate
        self._encoder = av.CodecContext.create("libx264", "w")
        self._encoder.width, self._encoder.height = width, height
        self._encoder.pix_fmt = "yuv420p"
        self._encoder.framerate = rate
        self._encoder.options = {
            "tune": "zerolatency",
            "profile": "baseline",
            "x264-params": f"keyint={rate}:repeat-headers=1:crf=18",
        }

    @property
    def description(self) -> str:
        """With the parameter sets, taken from an encoder of the same settings."""
        first = H264Payload(self._encoder.width, self._encoder.height, self._rate)
        blank = np.zeros((self._encoder.height, self._encoder.width), np.uint8)
        sets = [unit for unit in first.units(blank) if unit[0] & 31 in PARAMETER_SETS]
        texts = ",".join(base64.b64encode(unit).decode() for unit in sets)
        return _session(
            self.type,
            "a=rtpmap:96 H264/90000",
            f"a=fmtp:96 packetization-mode=1;sprop-parameter-sets={texts}",
        )

    def units(self, grey: NDArray[np.uint8]) -> Iterator[bytes]:
        """The frame's NAL units, without their start codes."""
        picture = av.VideoFrame.from_ndarray(grey, format="gray").reformat(format="yuv420p")
        for packet in self._encoder.encode(picture):
            yield from (unit for unit in re.split(b"\0\0\0?\1", bytes(packet)) if unit)

    def parts(self, grey: NDArray[np.uint8]) -> Iterator[bytes]:
        for unit in self.units(grey):
            if len(unit) <= PACKET_BYTES:
                yield unit
                continue
            # in fragments: the first byte's flags and type are told apart
            indicator, kind, body = unit[0] & 0xE0 | FU_A, unit[0] & 0x1F, unit[1:]
            for offset in range(0, len(body), PACKET_BYTES):
                part = body[offset : offset + PACKET_BYTES]
                is_first, is_last = offset == 0, offset + PACKET_BYTES >= len(body)
                yield bytes([indicator, is_first << 7 | is_last << 6 | kind]) + part


def rtp_packets(
    payload: Payload, grey: NDArray[np.uint8], stamp: int, sequence: int
) -> Iterator[bytes]:
    """One frame as RTP packets; the marker says which is its last (RFC 3550, section 5.1)."""
    parts = list(payload.parts(grey))
    for number, part in enumerate(parts, start=1):
        kind = payload.type | (0x80 if number == len(parts) else 0)
        head = struct.pack(">BBHII", 0x80, kind, sequence & 0xFFFF, stamp & 0xFFFFFFFF, SOURCE_ID)
        sequence += 1
        yield head + part
