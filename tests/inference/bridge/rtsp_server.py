"""A network camera for tests: RTSP 1.0 (RFC 2326), its pictures as RTP in the same TCP connection.
Written from the RFC, so that the bridge's reader meets another's understanding.
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
from collections.abc import Callable

from phantom import Scene, burn_index
from tests.inference.bridge.rtp_payloads import CLOCK_HZ, JpegPayload, Payload, rtp_packets

WIDTH, HEIGHT = 320, 256
RATE = 25


class RtspServer:
    """Serves one picture stream, each frame with its number in its pixels, until it is closed."""

    def __init__(
        self, *, password: str = "", payload: Callable[..., Payload] = JpegPayload
    ) -> None:
        self.port = 0
        self.sent = 0
        self.plays = 0
        self.methods: list[str] = []
        self._password = password
        self._payload = payload
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
            body = self._payload(WIDTH, HEIGHT, RATE).description
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
        payload = self._payload(WIDTH, HEIGHT, RATE)
        sequence, due = 0, time.monotonic()
        with contextlib.suppress(OSError):
            for picture in self._pictures:
                while self._is_silent.is_set():
                    time.sleep(0.02)
                    peer.getpeername()  # raises when the other side is closed here
                self.sent += 1
                grey = burn_index(picture, self.sent)
                stamp = self.sent * CLOCK_HZ // RATE
                packets = list(rtp_packets(payload, grey, stamp, sequence))
                sequence += len(packets)
                for packet in packets:
                    peer.sendall(struct.pack(">cBH", b"$", 0, len(packet)) + packet)
                due = max(due + 1 / RATE, time.monotonic())
                time.sleep(max(0.0, due - time.monotonic()))
