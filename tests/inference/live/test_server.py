"""The hub behind its real server and a real Redis."""

import asyncio
import contextlib
import json
import urllib.error
import urllib.request
from typing import Any

import pytest
import redis
import websockets
from websockets.asyncio.client import ClientConnection, connect

from inference.live.app import _is_local
from inference.live.wire import MAX_MESSAGE_BYTES, decode_frame
from inference.services.live.board import publish_wanted, revoke_session, seen_states
from tests.inference.live.hub_rig import frame, ticket, wanted
from tests.inference.live.served_hub import serve_hub

pytestmark = pytest.mark.usefixtures("services")

HELLO = json.dumps({"type": "hello", "version": 1, "source": "phantom", "commands": [], "rate": 30})


@pytest.fixture
def redis_url(settings: Any) -> str:
    redis.Redis.from_url(settings.REDIS_URL).flushdb()
    publish_wanted(wanted())
    return str(settings.REDIS_URL)


async def hear(socket: ClientConnection, kind: str) -> dict[str, Any]:
    async with asyncio.timeout(5):
        while True:
            message = await socket.recv()
            if isinstance(message, str) and json.loads(message)["type"] == kind:
                return json.loads(message)


async def ended(socket: ClientConnection) -> int | None:
    async with asyncio.timeout(5):
        try:
            while True:
                await socket.recv()
        except websockets.ConnectionClosed as closed:
            return closed.rcvd.code if closed.rcvd else None


def test_pictures_go_from_socket_to_socket_and_the_web_is_told(redis_url: str):
    async def what(address: str) -> None:
        publish = f"ws://{address}/live/publish?ticket={ticket('publisher', subject='d1')}"
        view = f"ws://{address}/live/view?ticket={ticket()}"
        async with connect(publish) as bridge, connect(view, max_size=None) as viewer:
            await bridge.send(HELLO)
            await hear(bridge, "welcome")
            await hear(viewer, "hello")
            await bridge.send(frame(7))
            assert (await hear(bridge, "ack"))["sequence"] == 7
            async with asyncio.timeout(5):
                while not isinstance(message := await viewer.recv(), bytes):
                    pass
            assert decode_frame(message).sequence == 7
            await hear(viewer, "stats")
            seen = await asyncio.to_thread(seen_states, ["s1"])
            assert seen["s1"]["viewers"] == 1
            assert viewer.response is not None
            assert "permessage-deflate" not in str(viewer.response.headers)
            # too large: never read into memory
            with contextlib.suppress(websockets.ConnectionClosed):
                await bridge.send(b"\0" * (MAX_MESSAGE_BYTES + 1))
            assert await ended(bridge) == 1009
            revoke_session("s1")
            assert await ended(viewer) == 4403

    serve_hub(redis_url, what)


def test_what_the_web_wants_is_followed_at_once(redis_url: str):
    async def what(address: str) -> None:
        async with connect(f"ws://{address}/live/view?ticket={ticket()}") as viewer:
            await hear(viewer, "hello")
            await asyncio.to_thread(publish_wanted, wanted(is_ended=True))
            assert await ended(viewer) == 4404

    serve_hub(redis_url, what)


def test_pages_for_programs_and_people(redis_url: str):
    async def what(address: str) -> None:
        def get(path: str, **headers: str) -> tuple[int, str]:
            request = urllib.request.Request(f"http://{address}{path}", headers=headers)
            try:
                with urllib.request.urlopen(request, timeout=5) as answer:
                    return answer.status, answer.read().decode()
            except urllib.error.HTTPError as error:
                return error.code, error.read().decode()

        async with connect(f"ws://{address}/live/view?ticket={ticket()}") as viewer:
            await hear(viewer, "hello")
            status, health = await asyncio.to_thread(get, "/live/health")
            assert (status, json.loads(health)["viewers"]) == (200, 1)
            _, page = await asyncio.to_thread(get, "/live/debug")
            assert "Demo, Cart" in page
            _, metrics = await asyncio.to_thread(get, "/live/metrics")
            assert "fascicle_live_frames_total 0.0" in metrics
            for path in ("/live/debug", "/live/metrics"):
                # a proxy on this machine says whom it asks for
                status, _ = await asyncio.to_thread(
                    lambda path=path: get(path, **{"X-Forwarded-For": "203.0.113.5"})
                )
                assert status == 403

    serve_hub(redis_url, what)


def test_a_stranger_is_not_this_machine():
    class Asked:
        def __init__(self, host: str | None) -> None:
            self.client = None if host is None else type("Client", (), {"host": host})

    assert _is_local(Asked("::1"))  # type: ignore[arg-type]
    for host in ("192.0.2.1", "", None, "proxy"):
        assert not _is_local(Asked(host))  # type: ignore[arg-type]
