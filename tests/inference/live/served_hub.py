"""The real hub behind real sockets, for as long as a test looks at it."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

from fascicle.stack.ports import free_port
from inference.live.board import RedisBoard
from inference.live.engine_worker import EngineWorker
from inference.live.hub import Hub
from inference.live.server import make_server
from inference.live.wanted import WantedModel
from tests.inference.live.hub_rig import SECRET


def serve_hub(
    url: str,
    what: Callable[[str], Awaitable[None]],
    *,
    start_worker: Callable[[WantedModel], EngineWorker] | None = None,
) -> None:
    """Run a hub at the Redis of this address while `what(HOST:PORT)` runs."""

    async def whole() -> None:
        hub = Hub(
            secret=SECRET,
            board=RedisBoard(url),
            fetch=lambda members: [Path("model")],
            engine_cache=None,
            recording_closed=lambda number, count: None,
            start_worker=start_worker,
        )
        port = free_port()
        server = make_server(hub, host="127.0.0.1", port=port)
        serving = asyncio.create_task(server._serve())
        while not server.started:
            await asyncio.sleep(0.01)
        try:
            await what(f"127.0.0.1:{port}")
        finally:
            server.should_exit = True
            await serving

    asyncio.run(whole())
