"""Everything that streaming needs, put together and taken apart again."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from inference.bridge.agent import Agent
from inference.bridge.crop import Crop
from inference.bridge.intake import Intake
from inference.bridge.labels import BridgeModel
from inference.bridge.picture import Source
from inference.bridge.scale import COMMAND as SCALE
from inference.bridge.scale import ScaleKeeper
from inference.bridge.server import Server
from inference.bridge.uplink import Uplink


async def stream(
    *,
    source: Source,
    intake: Intake,
    server: Server,
    token: str,
    model: BridgeModel | None,
    scale: ScaleKeeper | None,
    crop: Crop | None,
    record_folder: Path | None,
    status_port: int | None,
    say: Callable[[str], None],
) -> None:
    """Stream until a signal ends it. Raises OSError for a taken port or a folder not writable."""
    task = asyncio.current_task()
    assert task is not None  # noqa: S101  # a coroutine that runs has one
    for each in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(each, task.cancel)
    uplink = Uplink(
        source=source,
        intake=intake,
        server=server,
        token=token,
        labeller=model,
        own_commands={SCALE: scale.set} if scale else None,
        say=say,
    )
    if model is not None:
        model.start()
    with ExitStack() as open_things:
        recordings: Callable[[], int] = lambda: 0  # noqa: E731  # replaced below where there are
        if record_folder is not None:
            from inference.bridge.recorder import Recorder

            recorder = Recorder(
                record_folder,
                intake=intake,
                is_up=lambda: uplink.view.is_up,
                about={
                    "source": source.kind,
                    "device": source.device,
                    "server": server.origin,
                    "crop": crop.text() if crop else None,
                },
                say=say,
            )
            open_things.callback(recorder.close)
            recordings = recorder.waiting
        agent = Agent(
            source=source,
            intake=intake,
            uplink=uplink,
            address=server.origin,
            crop=crop,
            scale=scale,
            model=model,
            say=say,
            recordings=recordings,
        )
        if status_port is not None:
            from inference.bridge.status_page import StatusPage

            page = StatusPage(status_port, agent.status)
            open_things.callback(page.close)
            say(f"Status: http://127.0.0.1:{page.port}/")
        await agent.run()
