"""A network camera for tests: RTSP 1.0 (RFC 2326), its pictures as RTP/JPEG (RFC 2435) in the same
TCP connection. Written from the RFCs, so that the bridge's reader meets another's understanding.
"""

from __future__ import annotations

import base64
import contextlib
import itertools
import re
import socket
import struct
import threading
import time
from collections.abc import Iterator

import numpy as np
import simplejpeg

from phantom import Scene, burn_index

WIDTH, HEIGHT = 320, 256
RATE = 25
CLOCK_HZ = 90_000
JPEG_PAYLOAD = 26
PACKET_BYTES = 1400
YUV_420 = 1  # RFC 2435, section 4.1
TABLES_INLINE = 255

SDP = (
    "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=Scanner\r\nt=0 0\r\nc=IN IP4 0.0.0.0\r\n"
    f"m=video 0 RTP/AVP {JPEG_PAYLOAD}\r\na=control:track1\r\n"
)


class RtspServer:
    """Serves one picture stream, each frame with its number in its pixels, until it is closed."""

    def __init__(self, *, password: str = "") -> None:
        self.port = 0
        self.sent = 0
        self.plays = 0
        self.methods: list[str] = []
        self._password = password
        self._is_silent = threading.Event()
        self._open: list[socket.socket] = []
        frames = [each.image for each in Scene("axillary", 4, HEIGHT, WIDTH).frames(8)]
        self._pictures = itertools.cycle(frames)
        self.up()

    @property
    def address(self) -> str:
        """Of the stream, without a name or a password."""
        return f"rtsp://127.0.0.1:{self.port}/live"

    def up(self) -> None:
        """Listen, at the same port as before."""
        self._listening = socket.create_server(("127.0.0.1", self.port))
        self.port = self._listening.getsockname()[1]
        threading.Thread(target=self._accept, args=(self._listening,), daemon=True).start()

    def cut(self) -> None:
        """As a cable pulled out in the middle of a frame, with a reset."""
        for each in self._open:
            # the other side may have left already
            with contextlib.suppress(OSError):
                each.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                each.shutdown(socket.SHUT_RDWR)
            each.close()
        self._open.clear()

    def down(self) -> None:
        """Neither listens nor sends."""
        with contextlib.suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        self.cut()

    def silent(self, is_silent: bool) -> None:
        """Stay connected, and send nothing."""
        (self._is_silent.set if is_silent else self._is_silent.clear)()

    def _accept(self, listening: socket.socket) -> None:
        while True:
            try:
                peer, _ = listening.accept()
            except OSError:
                return
            self._open.append(peer)
            threading.Thread(target=self._serve, args=(peer,), daemon=True).start()

    def _serve(self, peer: socket.socket) -> None:
        with contextlib.suppress(OSError, ValueError), peer, peer.makefile("rb") as reader:
            while line := reader.readline().decode():
                method = line.split(" ")[0]
                headers = {}
                while (header := reader.readline().decode().strip()) != "":
                    name, _, value = header.partition(":")
                    headers[name.lower()] = value.strip()
                self.methods.append(method)
                peer.sendall(self._answer(method, headers))
                if method == "PLAY" and self._is_allowed(headers):
                    self.plays += 1
                    threading.Thread(target=self._stream, args=(peer,), daemon=True).start()
                if method == "TEARDOWN":
                    return

    def _is_allowed(self, headers: dict[str, str]) -> bool:
        expected = base64.b64encode(f"me:{self._password}".encode()).decode()
        return not self._password or headers.get("authorization") == f"Basic {expected}"

    def _answer(self, method: str, headers: dict[str, str]) -> bytes:
        status, more, body = "200 OK", "Session: 7;timeout=60\r\n", ""
        if method == "OPTIONS":
            more = "Public: OPTIONS, DESCRIBE, SETUP, PLAY, TEARDOWN, GET_PARAMETER\r\n"
        elif not self._is_allowed(headers):
            status, more = "401 Unauthorized", 'WWW-Authenticate: Basic realm="scanner"\r\n'
        elif method == "DESCRIBE":
            body = SDP
            more = f"Content-Type: application/sdp\r\nContent-Base: {self.address}/\r\n"
        elif method == "SETUP":
            wanted = re.search(r"interleaved=(\d+)-(\d+)", headers.get("transport", ""))
            if wanted is None:
                status = "461 Unsupported Transport"
            else:
                more += f"Transport: RTP/AVP/TCP;unicast;interleaved={wanted[1]}-{wanted[2]}\r\n"
        head = f"RTSP/1.0 {status}\r\nCSeq: {headers.get('cseq', '0')}\r\n{more}"
        return f"{head}Content-Length: {len(body)}\r\n\r\n{body}".encode()

    def _stream(self, peer: socket.socket) -> None:
        sequence, due = 0, time.monotonic()
        with contextlib.suppress(OSError):
            for picture in self._pictures:
                while self._is_silent.is_set():
                    time.sleep(0.02)
                    peer.getpeername()  # raises when the other side is closed here
                self.sent += 1
                grey = burn_index(picture, self.sent)
                stamp = self.sent * CLOCK_HZ // RATE
                packets = list(rtp_packets(_jpeg(grey), stamp, sequence))
                sequence += len(packets)
                for packet in packets:
                    peer.sendall(struct.pack(">cBH", b"$", 0, len(packet)) + packet)
                due = max(due + 1 / RATE, time.monotonic())
                time.sleep(max(0.0, due - time.monotonic()))


def _jpeg(grey: np.ndarray[tuple[int, ...], np.dtype[np.uint8]]) -> bytes:
    # RFC 2435 knows colour pictures only
    colour = np.ascontiguousarray(np.repeat(grey[..., None], 3, axis=2))
    return simplejpeg.encode_jpeg(colour, quality=90, colorspace="RGB", colorsubsampling="420")


def rtp_packets(jpeg: bytes, stamp: int, sequence: int) -> Iterator[bytes]:
    """One frame as RTP packets: the tables that its decoder cannot know, then the scan's bytes."""
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
    offset = 0
    while offset < len(scan):
        header = struct.pack(">I", offset)  # type-specific 0, then 24 bits of offset
        header += bytes([YUV_420, TABLES_INLINE, WIDTH // 8, HEIGHT // 8])
        if offset == 0:
            header += struct.pack(">BBH", 0, 0, len(tables)) + tables
        part = scan[offset : offset + PACKET_BYTES]
        offset += len(part)
        is_last = offset == len(scan)
        kind = JPEG_PAYLOAD | (0x80 if is_last else 0)
        rtp = struct.pack(">BBHII", 0x80, kind, sequence & 0xFFFF, stamp & 0xFFFFFFFF, 0x46534331)
        sequence += 1
        yield rtp + header + part
