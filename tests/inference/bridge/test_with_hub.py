"""The bridge and the real hub, over real sockets: pixels and number stay together to the viewer."""

import asyncio
import json
from typing import Any, cast

import pytest
import redis
from websockets.asyncio.client import connect

from inference.bridge.agent import Agent
from inference.bridge.intake import Intake
from inference.bridge.server import Server
from inference.bridge.sources import open_source
from inference.bridge.uplink import Uplink
from inference.live.wire import decode_frame
from inference.services.live.board import publish_wanted
from phantom import read_index
from tests.inference.bridge.conftest import SMALL
from tests.inference.bridge.fakes import image_of
from tests.inference.bridge.ticket_site import TicketSite
from tests.inference.live.hub_rig import ticket, wanted
from tests.inference.live.served_hub import serve_hub

pytestmark = pytest.mark.usefixtures("services")


def test_a_phantom_reaches_a_viewer_who_freezes_it(settings: Any) -> None:
    redis.Redis.from_url(settings.REDIS_URL).flushdb()
    publish_wanted(wanted())

    async def what(address: str) -> None:
        source, intake = open_source("phantom", SMALL), Intake()
        site = cast("Server", TicketSite(address))
        uplink = Uplink(source=source, intake=intake, server=site, token="t")
        agent = Agent(
            source=source, intake=intake, uplink=uplink, address="", crop=None, say=lambda _: None
        )
        running = asyncio.create_task(agent.run())
        shown: list[tuple[int, int | None]] = []
        states: list[str] = []
        view = f"ws://{address}/live/view?ticket={ticket(may_command=True)}"
        try:
            async with asyncio.timeout(30), connect(view, max_size=None) as viewer:
                while "FROZEN" not in states:
                    message = await viewer.recv()
                    if isinstance(message, str):
                        text = json.loads(message)
                        if text["type"] in ("hello", "state"):
                            states.append(text["state"])
                        continue
                    frame = decode_frame(message)
                    shown.append((frame.sequence, read_index(image_of(frame))))
                    ack = {"type": "ack", "sequence": frame.sequence, "epoch": frame.epoch}
                    await viewer.send(json.dumps({**ack, "drawn_us": 0}))
                    if len(shown) == 10:
                        freeze = {"type": "command", "id": "1", "name": "freeze", "value": 1}
                        await viewer.send(json.dumps(freeze))
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)
        assert len(shown) >= 10
        assert all(sequence == number for sequence, number in shown)
        assert "LIVE" in states

    serve_hub(str(settings.REDIS_URL), what)
