"""The other side of the uplink, from `docs/live.md`: a site and a hub in threads."""

import asyncio
import contextlib
import json
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import numpy as np
import simplejpeg
from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed

from inference.live.wire import Frame, Kind, decode_frame

TOKEN = "fsd_of-the-tests"
TICKET = "ticket-of-the-tests"


def wait_for(what: Callable[[], Any], seconds: float = 60.0) -> Any:
    """Until it is true; what it was at last."""
    until = time.monotonic() + seconds
    while not (found := what()) and time.monotonic() < until:
        time.sleep(0.01)
    return found


class FakeHub:
    """Takes one publisher at a time and keeps what it says."""

    def __init__(self) -> None:
        self.frames: list[Frame] = []
        self.texts: list[dict[str, Any]] = []
        self.connections = 0
        self.peers: list[str] = []
        self.window = 2
        self.classes: list[dict[str, Any]] = []
        self.ack_after: float | None = 0.0
        self.most_in_flight = 0
        self.refuse_with: int | None = None
        self.port = 0
        self._unacknowledged = 0
        self._socket: ServerConnection | None = None
        self._loop = asyncio.new_event_loop()
        self._server: Any = None
        threading.Thread(target=self._loop.run_forever, daemon=True).start()
        self.up()

    def up(self) -> None:
        async def start() -> None:
            self._server = await serve(self._publisher, "127.0.0.1", self.port, max_size=9 << 20)
            self.port = self._server.sockets[0].getsockname()[1]

        asyncio.run_coroutine_threadsafe(start(), self._loop).result(10)

    def down(self) -> None:
        async def end() -> None:
            self._server.close()
            await self._server.wait_closed()

        asyncio.run_coroutine_threadsafe(end(), self._loop).result(10)

    def cut(self) -> None:
        """As a cable pulled out, with a reset."""
        assert self._socket is not None
        self._loop.call_soon_threadsafe(self._socket.transport.abort)

    def close_with(self, code: int) -> None:
        assert self._socket is not None
        asyncio.run_coroutine_threadsafe(self._socket.close(code, ""), self._loop).result(10)

    def tell(self, message: dict[str, Any]) -> None:
        assert self._socket is not None
        asyncio.run_coroutine_threadsafe(self._socket.send(json.dumps(message)), self._loop).result(
            10
        )

    def said(self, kind: str) -> list[dict[str, Any]]:
        return [each for each in list(self.texts) if each.get("type") == kind]

    def states(self) -> list[str]:
        return [each["state"] for each in self.said("state")]

    async def _publisher(self, socket: ServerConnection) -> None:
        assert socket.request is not None
        if socket.request.path != f"/live/publish?ticket={TICKET}":
            await socket.close(4401, "")
            return
        if self.refuse_with is not None:
            await socket.close(self.refuse_with, "")
            return
        self._socket = socket
        self.peers.append(socket.remote_address[0])
        self.connections += 1
        self._unacknowledged = 0
        with contextlib.suppress(ConnectionClosed):
            await self._listen(socket)

    async def _listen(self, socket: ServerConnection) -> None:
        async for message in socket:
            if isinstance(message, str):
                text = json.loads(message)
                self.texts.append(text)
                if text["type"] == "hello":
                    welcome = {"type": "welcome", "session": "s", "window": self.window}
                    await socket.send(json.dumps({**welcome, "classes": self.classes}))
                continue
            frame = decode_frame(message)
            self.frames.append(frame)
            self._unacknowledged += 1
            self.most_in_flight = max(self.most_in_flight, self._unacknowledged)
            if self.ack_after is not None:
                self._loop.call_later(self.ack_after, self._acknowledge, socket, frame)

    def _acknowledge(self, socket: ServerConnection, frame: Frame) -> None:
        self._unacknowledged -= 1
        text = {"type": "ack", "sequence": frame.sequence, "epoch": frame.epoch}
        self._loop.create_task(_send(socket, text))


async def _send(socket: ServerConnection, text: dict[str, Any]) -> None:
    # the other side may have gone, as the test wants
    with contextlib.suppress(ConnectionClosed):
        await socket.send(json.dumps(text))


class FakeSite:
    """The two addresses of the site that a bridge knows."""

    def __init__(self, hub: FakeHub | None = None) -> None:
        self.hub = hub
        self.token: str | None = TOKEN
        self.ticket = TICKET
        self.asked: list[tuple[str, dict[str, Any]]] = []
        self.peers: list[str] = []
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self._answer(200, {"status": "ok"})

            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                site.asked.append((self.path, body))
                site.peers.append(self.client_address[0])
                if self.path == "/api/devices/pair/":
                    self._pair(body)
                elif self.headers.get("Authorization") != f"Device {site.token}":
                    self._answer(401, {"detail": "This bridge is not paired any more."})
                else:
                    assert site.hub is not None
                    hub = f"ws://127.0.0.1:{site.hub.port}"
                    self._answer(200, {"session": "s", "ticket": site.ticket, "hub": hub})

            def _pair(self, body: dict[str, Any]) -> None:
                if body["code"] != "ABCD-2345":
                    self._answer(400, {"detail": "This code is wrong, used or expired."})
                    return
                named = {"name": body["name"], "project_name": "Blocks"}
                self._answer(201, {"token": TOKEN, "device": "d", "project": "p", **named})

            def _answer(self, status: int, body: dict[str, Any]) -> None:
                text = json.dumps(body).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text)

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


def image_of(frame: Frame) -> np.ndarray[Any, np.dtype[np.uint8]]:
    """The grey picture (H, W) of a message."""
    segment = frame.segment(Kind.IMAGE)
    assert segment is not None
    return simplejpeg.decode_jpeg(segment.data, colorspace="GRAY")[..., 0]


class Running:
    """A coroutine in a thread with its own loop, cancelled at the end."""

    def __init__(self, make: Callable[[], Any]) -> None:
        self.result: Any = None
        self._loop = asyncio.new_event_loop()
        self._task: Any = None
        ready = threading.Event()

        async def run() -> None:
            self._task = asyncio.current_task()
            ready.set()
            await make()

        def body() -> None:
            try:
                self._loop.run_until_complete(run())
            except asyncio.CancelledError:
                pass
            except BaseException as error:  # shown by the test
                self.result = error

        self._thread = threading.Thread(target=body, daemon=True)
        self._thread.start()
        ready.wait(10)

    def end(self) -> None:
        self._loop.call_soon_threadsafe(self._task.cancel)
        self._thread.join(10)
        assert self.result is None, self.result
