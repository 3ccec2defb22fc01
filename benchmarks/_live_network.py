"""A bridge's way to its hub, which can be cut, and as much of the site as a bridge asks for."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from contextlib import suppress

from fascicle.stack.ports import free_port

Granted = Callable[[str], dict[str, str]]
"""The bridge's request head -> the site's answer: session, ticket, and the hub's address."""


class Network:
    """Bytes to the hub and back, none while it is cut; the bridge is told this way for the hub's.

    `hub_port` may change: whoever connects next is led there.
    """

    def __init__(self, *, hub_port: int, granted: Granted) -> None:
        self.hub_port = hub_port
        self.site_port, self._way_port = free_port(), free_port()
        self.is_cut = False
        self._granted = granted

    @property
    def site(self) -> str:
        """What the bridge takes for the site."""
        return f"http://127.0.0.1:{self.site_port}"

    async def run(self) -> None:
        """Until cancelled."""
        async with (
            await asyncio.start_server(self._answer, "127.0.0.1", self.site_port) as site,
            await asyncio.start_server(self._connected, "127.0.0.1", self._way_port) as way,
        ):
            await asyncio.gather(site.serve_forever(), way.serve_forever())

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError, asyncio.IncompleteReadError):
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            while self.is_cut:
                await asyncio.sleep(0.05)
            granted = await asyncio.to_thread(self._granted, head)
            body = json.dumps({**granted, "hub": f"ws://127.0.0.1:{self._way_port}"}).encode()
            said = f"HTTP/1.1 200 OK\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
            writer.write(said.encode() + body)
            await writer.drain()
        writer.close()

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            there = await asyncio.open_connection("127.0.0.1", self.hub_port)
        except OSError:
            writer.close()
            return
        await asyncio.gather(self._carry(reader, there[1]), self._carry(there[0], writer))

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while data := await reader.read(1 << 16):
                while self.is_cut:
                    await asyncio.sleep(0.02)
                writer.write(data)
                await writer.drain()
        writer.close()
