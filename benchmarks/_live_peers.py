"""Viewers that draw at their own pace, and a hub that does not ask them, for comparison."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlsplit

import simplejpeg
import websockets
from websockets.asyncio.client import connect
from websockets.asyncio.server import ServerConnection, serve

from inference.live.wire import Flag, Frame, Kind, decode_frame, labels_of, stamp_hub_out
from phantom import read_index

READS_NUMBER_EVERY = 10
RENEW_EVERY_S = 60.0


def now_us() -> int:
    return time.time_ns() // 1000


@dataclass(slots=True)
class Drawn:
    """One drawn frame: when (seconds), and milliseconds of each stage of its way."""

    at_s: float
    age: float
    uplink: float
    hub: float
    inference: float
    downlink: float
    wait: float
    has_mask: bool


@dataclass(slots=True)
class BenchViewer:
    """Draws in the order frames come, one in `draw_s`, and acknowledges after each; shows new
    tickets and comes back by itself as the page does.
    """

    address: Callable[[], str]
    draw_s: float
    acks: bool = True
    checks: bool = False
    reads_masks: bool = False
    drawn: list[Drawn] = field(default_factory=list)
    states: list[tuple[float, str]] = field(default_factory=list)
    numbers_read: int = 0
    numbers_wrong: int = 0
    masks_read: int = 0
    masks_wrong: int = 0
    opened_s: float = 0.0
    first_number: int | None = None
    is_over: bool = False

    async def run(self) -> None:
        wait_s = 0.25
        while not self.is_over:
            began = len(self.drawn)
            with suppress(OSError, TimeoutError, websockets.WebSocketException):
                await self._watch()
            wait_s = 0.25 if len(self.drawn) > began else min(2 * wait_s, 1.5)
            await asyncio.sleep(wait_s)

    async def _watch(self) -> None:
        self.opened_s = time.monotonic()
        async with connect(
            self.address(), max_size=None, compression=None, open_timeout=2, proxy=None
        ) as socket:
            renew_s = self.opened_s + RENEW_EVERY_S
            while True:
                message = await socket.recv()
                if time.monotonic() > renew_s:
                    renew_s += RENEW_EVERY_S
                    address = await asyncio.to_thread(self.address)
                    for ticket in parse_qs(urlsplit(address).query).get("ticket", []):
                        await socket.send(json.dumps({"type": "ticket", "ticket": ticket}))
                if isinstance(message, str):
                    told = json.loads(message)
                    if told["type"] in {"state", "hello"}:
                        self.states.append((time.monotonic(), told["state"]))
                    continue
                arrived_us = now_us()
                frame = decode_frame(message)
                if self.draw_s:
                    await asyncio.sleep(self.draw_s)
                drawn_us = now_us()
                self._note(frame, arrived_us, drawn_us)
                if self.acks:
                    ack = {"type": "ack", "sequence": frame.sequence, "epoch": frame.epoch}
                    await socket.send(json.dumps(ack))

    def _note(self, got: Frame, arrived_us: int, drawn_us: int) -> None:
        self.drawn.append(
            Drawn(
                at_s=time.monotonic(),
                age=(drawn_us - got.t_bridge_us) / 1e3,
                uplink=(got.t_hub_in_us - got.t_bridge_us) / 1e3,
                hub=(got.t_hub_out_us - got.t_hub_in_us) / 1e3,
                inference=got.inference_us / 1e3,
                downlink=(arrived_us - got.t_hub_out_us) / 1e3,
                wait=(drawn_us - arrived_us) / 1e3,
                has_mask=bool(got.flags & Flag.INFERRED),
            )
        )
        if self.reads_masks:
            self._read_mask(got)
        if self.checks and len(self.drawn) % READS_NUMBER_EVERY == 0:
            read = _number_in_picture(got)
            self.numbers_read += 1
            if self.first_number is None and read is not None:
                self.first_number = read - got.sequence
            self.numbers_wrong += read is None or read - got.sequence != self.first_number

    def _read_mask(self, got: Frame) -> None:
        labels = got.segment(Kind.LABELS)
        if labels is None:
            return  # of the bridge before
        in_picture, in_mask = _number_in_picture(got), read_index(labels_of(labels) * 255)
        if in_mask is None and self.masks_read == 0:
            return  # a late joiner's first picture may be of the bridge before
        self.masks_read += 1
        self.masks_wrong += in_mask is None or in_picture != in_mask


def _number_in_picture(got: Frame) -> int | None:
    image = got.segment(Kind.IMAGE)
    assert image is not None
    return read_index(simplejpeg.decode_jpeg(image.data, colorspace="GRAY")[..., 0])


async def end(tasks: Sequence[asyncio.Task[None]], viewers: Sequence[BenchViewer] = ()) -> None:
    """Cancel, and wait a little: a socket that says goodbye may swallow the first cancellation."""
    for viewer in viewers:
        viewer.is_over = True
    for task in tasks:
        task.cancel()
    await asyncio.wait(tasks, timeout=5)


async def until(what: Callable[[], bool], seconds: float, name: str) -> None:
    """Wait for something; SystemExit says what did not come."""
    deadline = time.monotonic() + seconds
    while not what():
        if time.monotonic() > deadline:
            raise SystemExit(f"{name} did not come within {seconds:.0f} s.")
        await asyncio.sleep(0.01)


class NaiveHub:
    """A mailbox of one slot a viewer and no acknowledgements: what sockets hide, piles up."""

    def __init__(self) -> None:
        self._slots: dict[ServerConnection, bytes | None] = {}
        self._something: dict[ServerConnection, asyncio.Event] = {}

    async def serve(self, port: int) -> None:
        async with serve(self._connected, "127.0.0.1", port, max_size=None, compression=None):
            await asyncio.Future()

    async def _connected(self, socket: ServerConnection) -> None:
        path = socket.request.path if socket.request else ""
        with suppress(websockets.WebSocketException):
            if path.startswith("/live/publish"):
                await self._publish(socket)
            else:
                await self._view(socket)

    async def _publish(self, socket: ServerConnection) -> None:
        await socket.recv()
        welcome = {"type": "welcome", "session": "s", "window": 2, "classes": []}
        await socket.send(json.dumps(welcome))
        async for message in socket:
            if isinstance(message, str):
                continue
            frame = decode_frame(message)
            ack = {"type": "ack", "sequence": frame.sequence, "epoch": frame.epoch}
            await socket.send(json.dumps(ack))
            arrived = message[:32] + now_us().to_bytes(8, "little", signed=True) + message[40:]
            for viewer in self._slots:
                self._slots[viewer] = arrived
                self._something[viewer].set()

    async def _view(self, socket: ServerConnection) -> None:
        self._slots[socket], self._something[socket] = None, asyncio.Event()
        try:
            while True:
                await self._something[socket].wait()
                self._something[socket].clear()
                message = self._slots[socket]
                if message is not None:
                    await socket.send(stamp_hub_out(message, now_us()))
        finally:
            del self._slots[socket], self._something[socket]
