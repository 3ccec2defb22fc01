"""What viewers ask of the scanner, one after the other and never into a stalled link."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Awaitable, Callable, Mapping

from inference.bridge.intake import Intake
from inference.bridge.picture import CommandRefusedError, Source, State

# closer together, scanners have been seen to drop the link
APART_SECONDS = 0.25
MOST_WAITING = 8

Answer = Callable[[str, str | None], Awaitable[None]]
OwnCommand = Callable[[object], None]
"""Raises CommandRefusedError with the reason."""


class Commands:
    """Queue of one source. A command sent while the link is stalled can wedge it for good.

    `own`: what the bridge itself does, which never reaches the scanner.
    """

    def __init__(
        self, source: Source, intake: Intake, own: Mapping[str, OwnCommand] | None = None
    ) -> None:
        self._source = source
        self._intake = intake
        self._own = dict(own or {})
        self._queue: asyncio.Queue[tuple[str, str, float | None, Answer]] = asyncio.Queue()
        self._sent_at = 0.0

    def names(self) -> list[str]:
        """What may be asked for."""
        return [*self._source.commands, *self._own]

    async def put(self, identity: str, name: object, value: object, answer: Answer) -> None:
        """Take a command as it came; `answer` gets its id and None, or the reason against it."""
        if isinstance(name, str) and name in self._own:
            try:
                await asyncio.to_thread(self._own[name], value)
            except CommandRefusedError as error:
                await answer(identity, str(error))
            else:
                await answer(identity, None)
        elif not isinstance(name, str) or name not in self._source.commands:
            await answer(identity, "This source has no such command.")
        elif self._queue.qsize() >= MOST_WAITING:
            await answer(identity, "Too many commands at once.")
        else:
            try:
                number = _number(value)
            except (ValueError, OverflowError):
                await answer(identity, "A command's value is a number or nothing.")
            else:
                self._queue.put_nowait((identity, name, number, answer))

    def forget(self) -> None:
        """What was asked over a connection that is gone: minutes later nobody means it any more,
        and nobody waits for its answer.
        """
        while not self._queue.empty():
            self._queue.get_nowait()

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            identity, name, value, answer = await self._queue.get()
            wait = self._sent_at + APART_SECONDS - time.monotonic()
            if wait > 0:
                await asyncio.sleep(wait)
            state = self._intake.condition().state
            if state not in (State.LIVE, State.FROZEN):
                await answer(identity, f"Not sent: the source is {state}. Wait for its image.")
                continue
            try:
                await asyncio.to_thread(self._source.command, name, value)
            except CommandRefusedError as error:
                await answer(identity, str(error))
            else:
                await answer(identity, None)
            finally:
                self._sent_at = time.monotonic()


def _number(value: object) -> float | None:
    """Raises ValueError, and OverflowError for an integer that no float holds, as JSON knows."""
    if value is None:
        return None
    if not isinstance(value, int | float) or not math.isfinite(value):
        raise ValueError
    return float(value)
