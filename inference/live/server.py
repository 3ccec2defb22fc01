"""Run a hub behind uvicorn."""

import uvicorn

from inference.live.app import make_app
from inference.live.hub import Hub
from inference.live.wire import MAX_MESSAGE_BYTES


def make_server(hub: Hub, *, host: str, port: int) -> uvicorn.Server:
    """The server; `run()` blocks until a signal.

    Pictures are compressed already, so per-message deflate would only cost time and memory; asyncio
    sets TCP_NODELAY on every connection. A message over the limit is never read into memory.
    """
    return uvicorn.Server(
        uvicorn.Config(
            make_app(hub),
            host=host,
            port=port,
            ws="websockets-sansio",
            ws_max_size=MAX_MESSAGE_BYTES,
            ws_per_message_deflate=False,
            ws_ping_interval=20.0,
            ws_ping_timeout=20.0,
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=3,
            # at `info` the address of each connection is logged, ticket and all
            log_level="warning",
        )
    )
