"""A hub without a network: a board in memory, peers of two queues, engines that are told what to
see.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import simplejpeg

from inference.live.clock import now_us
from inference.live.engine_child import Seen
from inference.live.hub import Hub
from inference.live.tickets import issue_ticket
from inference.live.wanted import WantedModel, WantedSession
from inference.live.wire import (
    Codec,
    Flag,
    Frame,
    Kind,
    Segment,
    decode_frame,
    encode_frame,
    labels_segment,
)
from phantom.frame_number import burn_index, read_index

SECRET = b"a secret of tests"
STRUCTURES = [
    {"channel": 1, "code": "artery", "name": "Artery", "colour": "#ff0000", "kind": "vessel"},
    {"channel": 2, "code": "median", "name": "Median nerve", "colour": "#ffff00", "kind": "nerve"},
]
MODEL = WantedModel(id="m1", number=7, label="version 7", members=[])


def wanted(session: str = "s1", **fields: Any) -> WantedSession:
    """A session as the web would want it."""
    base = WantedSession(
        id=session, project="p1", project_name="Demo", device="d1", device_name="Cart",
        source="phantom", structures=STRUCTURES, model=None, recording=None, is_ended=False,
    )  # fmt: skip
    return replace(base, **fields)


def ticket(role: str = "viewer", session: str = "s1", **fields: Any) -> str:
    """A ticket of the web's."""
    given = {"project": "p1", "subject": "u1", **fields}
    return issue_ticket(SECRET, role=role, session=session, **given)  # type: ignore[arg-type]


def jpeg(index: int = 0, width: int = 96, height: int = 64) -> bytes:
    """A grey picture with its number written in its pixels."""
    grey = np.full((height, width), 40, np.uint8)
    image = burn_index(grey, index)
    return simplejpeg.encode_jpeg(
        np.ascontiguousarray(image[..., None]),
        quality=90,
        colorspace="GRAY",
        colorsubsampling="Gray",
    )


def index_of(message: Frame) -> int | None:
    """The number written in a message's pixels."""
    image = message.segment(Kind.IMAGE)
    assert image is not None
    return read_index(simplejpeg.decode_jpeg(image.data, colorspace="GRAY")[..., 0])


def frame(sequence: int, *, epoch: int = 1, labels: Any = None, **fields: Any) -> bytes:
    """A message of a bridge."""
    width, height = fields.pop("width", 96), fields.pop("height", 64)
    data = fields.pop("data", None) or jpeg(sequence, width, height)
    made = Frame(
        sequence=sequence, epoch=epoch, width=width, height=height,
        t_source_ns=fields.pop("t_source_ns", sequence * 33_000_000),
        t_bridge_us=fields.pop("t_bridge_us", now_us()),
        segments=(Segment(Kind.IMAGE, Codec.JPEG, width, height, data),), **fields,
    )  # fmt: skip
    if labels is not None:
        made = made.with_segments(labels_segment(labels), flags=Flag.INFERRED)
    return encode_frame(made)


@dataclass
class MemoryBoard:
    """What Redis is to the hub."""

    sessions: dict[str, WantedSession] = field(default_factory=lambda: {"s1": wanted()})
    taken_back: set[str] = field(default_factory=set)
    seen: dict[str, dict[str, Any]] = field(default_factory=dict)
    changed: "asyncio.Queue[str]" = field(default_factory=asyncio.Queue)

    async def read(self, session_id: str) -> WantedSession | None:
        return self.sessions.get(session_id)

    async def revoked(self, names: Sequence[str]) -> set[str]:
        return self.taken_back & set(names)

    async def write_seen(self, hub: dict[str, Any], seen: dict[str, dict[str, Any]]) -> None:
        self.seen.update(seen)

    async def changes(self) -> AsyncIterator[str]:
        while True:
            yield await self.changed.get()

    async def close(self) -> None:
        pass

    def want(self, session: WantedSession) -> None:
        self.sessions[session.id] = session
        self.changed.put_nowait(session.id)


class FakePeer:
    """The hub's end of a socket; `say` and the lists are the other end."""

    def __init__(self) -> None:
        self._incoming: asyncio.Queue[str | bytes | None] = asyncio.Queue()
        self.frames: list[Frame] = []
        self.texts: list[dict[str, Any]] = []
        self.closed: tuple[int, str] | None = None
        self.on_frame: Callable[[Frame], None] | None = None

    async def receive(self) -> str | bytes | None:
        return await self._incoming.get()

    async def send_text(self, text: str) -> None:
        self.texts.append(json.loads(text))

    async def send_bytes(self, data: bytes) -> None:
        got = decode_frame(data)
        self.frames.append(got)
        if self.on_frame is not None:
            self.on_frame(got)

    async def close(self, code: int, reason: str) -> None:
        if self.closed is None:
            self.closed = (int(code), reason)
            self._incoming.put_nowait(None)

    def say(self, kind: str, **fields: Any) -> None:
        self._incoming.put_nowait(json.dumps({"type": kind, **fields}))

    def send(self, message: str | bytes | None) -> None:
        self._incoming.put_nowait(message)

    def ack(self, got: Frame) -> None:
        self.say("ack", sequence=got.sequence, epoch=got.epoch, drawn_us=now_us())

    def told(self, kind: str) -> list[dict[str, Any]]:
        return [each for each in self.texts if each["type"] == kind]


@dataclass
class FakeWorker:
    """An engine that answers when the test says so."""

    model: WantedModel = MODEL
    state: str = "running"
    reason: str = ""
    runtime: str = "fake"
    codes: tuple[str, ...] = ("median", "artery")
    restarts: int = 0
    process_id: int | None = None
    clients: dict[str, Any] = field(default_factory=dict)
    running: Any = None

    def join(self, client: Any) -> None:
        self.clients[client.session_id] = client

    def leave(self, client: Any) -> None:
        self.clients.pop(client.session_id, None)

    def wake(self) -> None:
        if self.running is None:
            for client in self.clients.values():
                picture = client.next_picture()
                if picture is not None:
                    self.running = (client, picture)
                    return

    def answer(self, value: int = 1) -> None:
        """The mask of the running frame: one value everywhere."""
        (client, picture), self.running = self.running, None
        labels = labels_segment(np.full((64, 96), value, np.uint8))
        client.answered(picture, Seen(labels.data, 96, 64, (0.75, None), 12_000))
        self.wake()

    def check(self) -> None:
        pass

    async def stop(self) -> None:
        pass


@dataclass
class Rig:
    """A running hub and what a test does with it."""

    hub: Hub
    board: MemoryBoard
    worker: FakeWorker
    closed: list[tuple[str, int | None]]
    tasks: "list[asyncio.Task[None]]" = field(default_factory=list)

    async def bridge(self, text: str | None = None, **hello: Any) -> FakePeer:
        """A bridge that has said hello."""
        peer = FakePeer()
        given = {"version": 1, "source": "phantom", "commands": ["freeze"], "rate": 30, **hello}
        peer.say("hello", **given)
        words = ticket("publisher", subject="d1") if text is None else text
        self.tasks.append(asyncio.create_task(self.hub.serve_publisher(peer, words)))
        await settle()
        return peer

    async def viewer(self, text: str | None = None, *, acks: bool = True) -> FakePeer:
        """A viewer that acknowledges at once, or not."""
        peer = FakePeer()
        if acks:
            peer.on_frame = peer.ack
        words = ticket() if text is None else text
        self.tasks.append(asyncio.create_task(self.hub.serve_viewer(peer, words)))
        await settle()
        return peer


async def settle(seconds: float = 0.0) -> None:
    """Let everything that can happen now happen."""
    if seconds:
        await asyncio.sleep(seconds)
    for _ in range(30):
        await asyncio.sleep(0)


@asynccontextmanager
async def running_hub(**board: Any) -> AsyncIterator[Rig]:
    """A hub until the end of the block."""
    worker, closed = FakeWorker(), []
    memory = MemoryBoard(**board)
    hub = Hub(
        secret=SECRET,
        board=memory,
        fetch=lambda members: [Path("model")],
        engine_cache=None,
        recording_closed=lambda number, count: closed.append((number, count)),
        start_worker=lambda model: worker,  # type: ignore[arg-type,return-value]
    )
    await hub.start()
    rig = Rig(hub, memory, worker, closed)
    try:
        yield rig
    finally:
        await hub.stop()
        for task in rig.tasks:
            task.cancel()
        await asyncio.gather(*rig.tasks, return_exceptions=True)


def run_with_hub(what: Callable[[Rig], Awaitable[None]], **board: Any) -> None:
    """Run a test's coroutine beside a hub."""

    async def whole() -> None:
        async with running_hub(**board) as rig:
            await what(rig)

    asyncio.run(whole())
