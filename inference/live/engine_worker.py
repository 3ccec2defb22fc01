"""The hub's side of an engine process: one a model in use, shared by sessions, one frame at a time,
always the newest of each session in turn.
"""

import asyncio
import contextlib
import logging
import multiprocessing
import os
import threading
import time
from collections.abc import Callable, Sequence
from multiprocessing.connection import Connection
from multiprocessing.shared_memory import SharedMemory
from pathlib import Path
from typing import Any, Protocol

from inference.engine.errors import EngineError
from inference.live.engine_child import Ask, Failed, Forget, Ready, Seen, serve
from inference.live.picture import Picture
from inference.live.wanted import WantedModel
from inference.live.wire import MAX_MESSAGE_BYTES

logger = logging.getLogger(__name__)

Fetch = Callable[[Sequence[dict[str, Any]]], list[Path]]
Main = Callable[[Connection, str, list[Path], Path | None, int], None]

FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.5, 30.0
STEADY_AFTER_S = 60.0
# a frame takes tens of milliseconds; a process that is silent for so long will not come back
ANSWERS_WITHIN_S = 5.0


class Client(Protocol):
    """A session that runs the model."""

    session_id: str
    channels: tuple[int, ...]

    def next_picture(self) -> Picture | None:
        """The newest frame that waits, taken out."""

    def answered(self, picture: Picture, seen: Seen | None) -> None:
        """What was seen in a frame taken before; None when the engine has ended over it."""

    def worker_changed(self) -> None:
        """The worker's state is another."""


class EngineWorker:
    """`state` is `loading`, `running` or `failed`; `reason` is for people."""

    def __init__(
        self,
        model: WantedModel,
        *,
        fetch: Fetch,
        cache: Path | None,
        pauses: tuple[float, float] = (FIRST_PAUSE_S, LONGEST_PAUSE_S),
        main: Main = serve,
    ) -> None:
        self.model = model
        self.state = "loading"
        self.reason = "The model is being made ready."
        self.runtime = ""
        self.codes: tuple[str, ...] = ()
        self.restarts = 0
        self.clients: dict[str, Client] = {}
        self._fetch, self._cache, self._main = fetch, cache, main
        self._first_pause, self._longest_pause = pauses
        self._child: _Child | None = None
        self._running: tuple[Client, Picture, float] | None = None
        self._task = asyncio.create_task(self._run())

    @property
    def process_id(self) -> int | None:
        """Of the child that runs now."""
        return self._child.process_id if self._child else None

    def join(self, client: Client) -> None:
        """A session runs this model from now on."""
        self.clients[client.session_id] = client

    def leave(self, client: Client) -> None:
        """It does not any more."""
        self.clients.pop(client.session_id, None)
        if self._child is not None:
            self._child.send(Forget(client.session_id))

    def wake(self) -> None:
        """A frame waits."""
        if self.state != "running" or self._running is not None or self._child is None:
            return
        for session_id in list(self.clients):
            client = self.clients[session_id]
            picture = client.next_picture()
            if picture is None:
                continue
            # last in order: the next session's turn comes first
            self.clients[session_id] = self.clients.pop(session_id)
            self._running = (client, picture, time.monotonic())
            frame = picture.frame
            stamp_us = frame.t_bridge_us or frame.t_hub_in_us
            self._child.look(
                picture.jpeg,
                Ask(
                    session=session_id,
                    byte_size=len(picture.jpeg),
                    epoch=frame.epoch,
                    sequence=frame.sequence,
                    time_s=stamp_us / 1e6,
                    channels=client.channels,
                    is_still=picture.is_still,
                ),
            )
            return

    def check(self) -> None:
        """Now and then: end a child that hangs over a frame."""
        if self._running is None or self._child is None:
            return
        if time.monotonic() - self._running[2] > ANSWERS_WITHIN_S:
            logger.error("The engine of %s hangs; it is started again.", self.model.label)
            self._child.kill()

    async def stop(self) -> None:
        """End the process."""
        self._task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._task
        if self._child is not None:
            child, self._child = self._child, None
            await asyncio.to_thread(child.end)

    async def _run(self) -> None:
        pause = self._first_pause
        while True:
            began = time.monotonic()
            why = await self._serve_once()
            if time.monotonic() - began > STEADY_AFTER_S:
                pause = self._first_pause
            logger.warning("The engine of %s: %s Again in %.1f s.", self.model.label, why, pause)
            self._tell("failed", f"{why} It is tried again.")
            await asyncio.sleep(pause)
            pause = min(2 * pause, self._longest_pause)
            self.restarts += 1
            self._tell("loading", "The model is being made ready again.")

    async def _serve_once(self) -> str:
        try:
            paths = await asyncio.to_thread(self._fetch, self.model.members)
        except (EngineError, OSError) as error:
            return f"{self.model.label} cannot be used: {error}"
        heard: asyncio.Queue[object] = asyncio.Queue()
        child = await asyncio.to_thread(_Child, self._main, paths, self._cache)
        self._child = child
        child.listen(asyncio.get_running_loop(), heard.put_nowait)
        why = "The model's process has ended."
        while (message := await heard.get()) is not None:
            if isinstance(message, Failed):
                why = f"{self.model.label} cannot be used: {message.sentence}"
            elif isinstance(message, Ready):
                self.codes, self.runtime = message.codes, message.runtime
                self._tell("running", "")
                self.wake()
            elif isinstance(message, Seen):
                self._hand_over(message)
                self.wake()
        self._child = None
        await asyncio.to_thread(child.end)
        self._hand_over(None)
        return why

    def _hand_over(self, seen: Seen | None) -> None:
        if self._running is None:
            return
        client, picture, _ = self._running
        self._running = None
        if client.session_id in self.clients:
            client.answered(picture, seen)

    def _tell(self, state: str, reason: str) -> None:
        self.state, self.reason = state, reason
        for client in list(self.clients.values()):
            client.worker_changed()


class _Child:
    """The process, its pipe, and the memory that a frame is handed over in."""

    def __init__(self, main: Main, paths: list[Path], cache: Path | None) -> None:
        context = multiprocessing.get_context("spawn")
        self._memory = SharedMemory(create=True, size=MAX_MESSAGE_BYTES)
        self._pipe, theirs = context.Pipe()
        threads = max(1, (os.cpu_count() or 2) - 1)  # one core is the hub's
        self._process = context.Process(
            target=main,
            args=(theirs, self._memory.name, paths, cache, threads),
            name="live-engine",
        )
        self._process.start()
        theirs.close()

    @property
    def process_id(self) -> int | None:
        return self._process.pid

    def listen(self, loop: asyncio.AbstractEventLoop, heard: Callable[[object], None]) -> None:
        """Call `heard` in the loop with each message, and with None at the end."""

        def read() -> None:
            message: object = b""
            while message is not None:
                try:
                    message = self._pipe.recv()
                except (EOFError, OSError):
                    message = None
                with contextlib.suppress(RuntimeError):  # the loop has been closed
                    loop.call_soon_threadsafe(heard, message)

        threading.Thread(target=read, name="live-engine-answers", daemon=True).start()

    def look(self, jpeg: bytes, ask: Ask) -> None:
        """Hand a frame over."""
        if self._memory.buf is not None:  # it is from its making to its end
            self._memory.buf[: len(jpeg)] = jpeg
        self.send(ask)

    def send(self, message: object) -> None:
        # a child that has just ended is noticed by the thread that reads from it
        with contextlib.suppress(BrokenPipeError, ConnectionResetError, OSError):
            self._pipe.send(message)

    def kill(self) -> None:
        self._process.kill()

    def end(self) -> None:
        """Blocks until the process has ended, a few seconds at most."""
        self._process.terminate()
        self._process.join(2)
        if self._process.is_alive():
            self._process.kill()
            self._process.join()
        self._pipe.close()
        self._memory.close()
        with contextlib.suppress(FileNotFoundError):
            self._memory.unlink()
