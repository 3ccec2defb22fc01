"""A small bridge for tests: pairs by the code, streams a phantom, and does as it is told."""

from __future__ import annotations

import json
import threading
import time
import urllib.request
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

import numpy as np
import simplejpeg
from numpy.typing import NDArray
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

import phantom
from inference.live.wire import (
    Codec,
    Flag,
    Frame,
    Kind,
    Segment,
    confidence_segment,
    encode_frame,
    labels_segment,
)

WIDTH, HEIGHT = 320, 256
BITS, CELL_ROWS = 16, 12
KEPT = 24
FRAMES_PER_SECOND = 20.0


def post(address: str, path: str, body: dict[str, Any], token: str = "") -> dict[str, Any]:
    """What the server answers to a bridge."""
    headers = {"Content-Type": "application/json"}
    if token:
        headers["Authorization"] = f"Device {token}"
    asked = urllib.request.Request(f"{address}{path}", json.dumps(body).encode(), headers)
    with urllib.request.urlopen(asked, timeout=20) as answer:
        found: dict[str, Any] = json.loads(answer.read())
    return found


def pair(address: str, code: str, name: str) -> str:
    """The token that the code is traded for."""
    paired = post(address, "/api/devices/pair/", {"code": code, "name": name})
    return str(paired["token"])


@dataclass(frozen=True)
class Drawn:
    """One phantom frame, before its number is written into it."""

    image: NDArray[np.uint8]
    labels: NDArray[np.uint8]


def numbered(drawn: Drawn, number: int) -> Drawn:
    """The frame's number along the upper edge, 16 cells, highest bit first: white or black in the
    picture, class 1 or 2 in the mask.
    """
    bits = np.array([number >> place & 1 for place in reversed(range(BITS))], np.uint8)
    cells = bits[np.arange(WIDTH) * BITS // WIDTH]
    image, labels = drawn.image.copy(), drawn.labels.copy()
    image[:CELL_ROWS] = cells * 255
    labels[:CELL_ROWS] = np.where(cells, 1, 2)
    return Drawn(image, labels)


class Publisher:
    """Streams from a thread of its own until it is closed."""

    def __init__(self, address: str, token: str) -> None:
        self._address, self._token = address, token
        scene = phantom.Scene("axillary", 5, HEIGHT, WIDTH)
        self._frames = [Drawn(each.image, each.labels) for each in scene.frames(KEPT)]
        self.session = ""
        self.commands: list[tuple[str, Any]] = []
        self.closed_code = 0
        self._is_paused, self._is_over = threading.Event(), threading.Event()
        self._number = 0
        self._link = ExitStack()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def start(self) -> None:
        """Open the session."""
        path = "/api/live-sessions/publish/"
        given = post(self._address, path, {"source": "phantom"}, self._token)
        self.session = str(given["session"])
        address = f"{given['hub']}/live/publish?ticket={given['ticket']}"
        self._socket = self._link.enter_context(connect(address))
        self._say(
            type="hello", version=1, source="phantom", device="Test bench",
            commands=["freeze"], rate=FRAMES_PER_SECOND, infers=True,
        )  # fmt: skip
        self._thread.start()

    def pause(self) -> None:
        """Send no picture, but stay connected, as a scanner that hangs."""
        self._is_paused.set()

    def resume(self) -> None:
        """Go on."""
        self._is_paused.clear()

    def close(self) -> None:
        """Leave."""
        self._is_over.set()
        if self._thread.ident is not None:
            self._thread.join(timeout=10)
        self._link.close()

    def _run(self) -> None:
        socket: ClientConnection = self._socket
        try:
            self._say(type="state", state="LIVE", reason="")
            due = time.monotonic()
            while not self._is_over.is_set():
                if not self._is_paused.is_set():
                    socket.send(self._message())
                due = max(due + 1 / FRAMES_PER_SECOND, time.monotonic() - 1)
                while (left := due - time.monotonic()) > 0:
                    self._hear(left)
        except ConnectionClosed as gone:
            self.closed_code = gone.rcvd.code if gone.rcvd else 1006

    def _hear(self, seconds: float) -> None:
        try:
            heard = json.loads(self._socket.recv(timeout=seconds))
        except TimeoutError:
            return
        if heard["type"] == "ping":
            now_us = time.time_ns() // 1000
            self._say(type="pong", t0_us=heard["t0_us"], t1_us=now_us, t2_us=now_us)
        elif heard["type"] == "command":
            self.commands.append((heard["name"], heard["value"]))
            is_frozen = heard["value"] is True
            (self.pause if is_frozen else self.resume)()
            self._say(type="state", state="FROZEN" if is_frozen else "LIVE", reason="")
            self._say(type="done", id=heard["id"], error=None)

    def _message(self) -> bytes:
        self._number += 1
        drawn = numbered(self._frames[self._number % KEPT], self._number)
        jpeg = simplejpeg.encode_jpeg(
            np.ascontiguousarray(drawn.image[..., None]), quality=90,
            colorspace="GRAY", colorsubsampling="Gray",
        )  # fmt: skip
        frame = Frame(
            sequence=self._number, epoch=1, width=WIDTH, height=HEIGHT,
            t_bridge_us=time.time_ns() // 1000, microns_per_pixel=120.0, model=1,
            inference_us=12_000, flags=Flag.INFERRED,
            segments=(Segment(Kind.IMAGE, Codec.JPEG, WIDTH, HEIGHT, jpeg),),
        )  # fmt: skip
        sure = np.array([0.93, 0.88, np.nan, 0.71, 0.64], np.float32)
        return encode_frame(
            frame.with_segments(labels_segment(drawn.labels), confidence_segment(sure))
        )

    def _say(self, **message: Any) -> None:
        self._socket.send(json.dumps(message))
