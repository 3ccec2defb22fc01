"""The hub's addresses: an ASGI application of two sockets and three pages."""

import contextlib
import ipaddress
from collections.abc import AsyncIterator

from prometheus_client import CONTENT_TYPE_LATEST
from starlette.applications import Starlette
from starlette.requests import HTTPConnection, Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from inference.live.debug_page import debug_page
from inference.live.hub import Hub


class SocketPeer:
    """A WebSocket as the hub uses it."""

    def __init__(self, socket: WebSocket) -> None:
        self._socket = socket

    async def receive(self) -> str | bytes | None:
        """The next message, or None when the other side has gone."""
        message = await self._socket.receive()
        if message["type"] == "websocket.disconnect":
            return None
        data: bytes | None = message.get("bytes")
        text: str = message.get("text") or ""
        return text if data is None else data

    async def send_text(self, text: str) -> None:
        """Raises OSError when the other side has gone."""
        try:
            await self._socket.send_text(text)
        except WebSocketDisconnect as gone:
            raise ConnectionResetError from gone

    async def send_bytes(self, data: bytes) -> None:
        """Raises OSError when the other side has gone."""
        try:
            await self._socket.send_bytes(data)
        except WebSocketDisconnect as gone:
            raise ConnectionResetError from gone

    async def close(self, code: int, reason: str) -> None:
        """Say goodbye once."""
        if self._socket.application_state is WebSocketState.CONNECTED:
            # the protocol takes 123 bytes
            with contextlib.suppress(RuntimeError, OSError, WebSocketDisconnect):
                await self._socket.close(int(code), reason.encode()[:120].decode("utf-8", "ignore"))


def make_app(hub: Hub) -> Starlette:
    """The application; it starts and stops the hub."""

    @contextlib.asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        del app
        await hub.start()
        try:
            yield
        finally:
            await hub.stop()

    async def publish(socket: WebSocket) -> None:
        # accepted first: only then can a closing code reach the other side
        await socket.accept()
        await hub.serve_publisher(SocketPeer(socket), socket.query_params.get("ticket", ""))

    async def view(socket: WebSocket) -> None:
        await socket.accept()
        await hub.serve_viewer(SocketPeer(socket), socket.query_params.get("ticket", ""))

    async def health(request: Request) -> Response:
        del request
        return JSONResponse(hub.health(), headers={"Cache-Control": "no-store"})

    async def metrics(request: Request) -> Response:
        if not _is_local(request):
            return PlainTextResponse("Only on the machine itself.", status_code=403)
        return Response(hub.surroundings.metrics.text(), media_type=CONTENT_TYPE_LATEST)

    async def debug(request: Request) -> Response:
        if not _is_local(request):
            return PlainTextResponse("Only on the machine itself.", status_code=403)
        headers = {
            "Cache-Control": "no-store",
            "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
        }
        return HTMLResponse(debug_page(hub), headers=headers)

    return Starlette(
        routes=[
            WebSocketRoute("/live/publish", publish),
            WebSocketRoute("/live/view", view),
            Route("/live/health", health),
            Route("/live/metrics", metrics),
            Route("/live/debug", debug),
        ],
        lifespan=lifespan,
    )


def _is_local(connection: HTTPConnection) -> bool:
    # a proxy on this machine hands strangers on: what it says of them counts, and is believed
    # only from here (uvicorn's forwarded_allow_ips)
    try:
        return ipaddress.ip_address(connection.client.host if connection.client else "").is_loopback
    except ValueError:
        return False
