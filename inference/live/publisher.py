"""One bridge on its socket: frames up, control down."""

import asyncio
import contextlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from inference.live.clock import ClockFilter, now_us
from inference.live.closing import Allowance, Close, Refused
from inference.live.control import Peer, control, read_control, whole, words
from inference.live.stream import Stream
from inference.live.tickets import Ticket

VERSION = 1
WINDOW = 2
FRAMES_PER_SECOND, FRAMES_AT_ONCE = 120.0, 120.0
BYTES_PER_SECOND, BYTES_AT_ONCE = 48e6, 48e6
CONTROLS_PER_SECOND, CONTROLS_AT_ONCE = 50.0, 100.0
SILENT_AFTER_S = 10.0
HELLO_WITHIN_S = 5.0
MOST_COMMANDS = 16
MOST_RUNNING = 32
STATES = frozenset({"CONNECTING", "LIVE", "FROZEN", "STALLED", "LOST"})

Done = Callable[[str | None], None]


@dataclass(frozen=True, slots=True)
class Hello:
    """What a bridge says of itself. `infers`: it makes the masks."""

    source: str
    device: str
    commands: tuple[str, ...]
    rate: float
    infers: bool


@dataclass(slots=True)
class Publisher:
    """A bridge that publishes into a session."""

    peer: Peer
    ticket: Ticket
    stream: Stream
    hello: Hello = Hello("", "", (), 0.0, infers=False)
    declared: str = ""  # nothing yet
    declared_reason: str = ""
    clock: ClockFilter = field(default_factory=ClockFilter)
    heard_s: float = 0.0
    frames: Allowance = field(
        default_factory=lambda: Allowance(per_second=FRAMES_PER_SECOND, at_once=FRAMES_AT_ONCE)
    )
    bytes: Allowance = field(
        default_factory=lambda: Allowance(per_second=BYTES_PER_SECOND, at_once=BYTES_AT_ONCE)
    )
    controls: Allowance = field(
        default_factory=lambda: Allowance(per_second=CONTROLS_PER_SECOND, at_once=CONTROLS_AT_ONCE)
    )
    _running: dict[str, Done] = field(default_factory=dict)

    async def say(self, kind: str, **fields: Any) -> None:
        """A control message."""
        await self.peer.send_text(control(kind, **fields))

    async def greet(self) -> None:
        """Hear the bridge's hello. Raises Refused."""
        try:
            async with asyncio.timeout(HELLO_WITHIN_S):
                first = await self.peer.receive()
        except TimeoutError:
            raise Refused(Close.SILENT, "silent", "The bridge said no hello.") from None
        if not isinstance(first, str):
            raise Refused(Close.UNREADABLE, "no_hello", "A bridge says hello first of all.")
        self.hello = read_hello(read_control(first))
        self.heard_s = asyncio.get_running_loop().time()

    async def ping(self) -> None:
        """Ask for the bridge's clock."""
        await self.say("ping", t0_us=now_us())

    def hear(self, text: str) -> bool:
        """A control message of the bridge; True when it declares a state. Raises Refused."""
        if not self.controls.spend():
            raise Refused(Close.TOO_FAST, "too_fast", "Too many control messages.")
        message = read_control(text)
        kind = message["type"]
        if kind == "state":
            return self._declare(message)
        if kind == "pong":
            heard_us = now_us()
            t1_us = whole(message, "t1_us")
            t2_us = whole(message, "t2_us") if "t2_us" in message else t1_us
            self.clock.add(whole(message, "t0_us"), t1_us, t2_us, heard_us)
        elif kind == "done":
            done = self._running.pop(words(message, "id"), None)
            if done is not None:
                done(words(message, "error") or None)
        # further kinds are of newer bridges
        return False

    async def command(self, name: str, value: object, done: Done) -> None:
        """Send a command on; `done` is called with an error's sentence, or None."""
        if len(self._running) >= MOST_RUNNING:
            self._running.pop(next(iter(self._running)))("The bridge did not answer.")
        number = secrets.token_hex(8)
        self._running[number] = done
        with contextlib.suppress(OSError, RuntimeError):
            await self.say("command", id=number, name=name, value=value)

    def _declare(self, message: dict[str, Any]) -> bool:
        state = message.get("state")
        if state not in STATES:
            raise Refused(Close.UNREADABLE, "bad_state", "This is not a state of a source.")
        self.declared, self.declared_reason = str(state), words(message, "reason")
        return True


def read_hello(message: dict[str, Any]) -> Hello:
    """What a bridge says of itself. Raises Refused."""
    if message["type"] != "hello":
        raise Refused(Close.UNREADABLE, "no_hello", "A bridge says hello first of all.")
    if message.get("version") != VERSION:
        raise Refused(
            Close.UNREADABLE, "wrong_version", f"This hub speaks version {VERSION}: update."
        )
    commands = message.get("commands", [])
    if not isinstance(commands, list) or len(commands) > MOST_COMMANDS:
        raise Refused(Close.UNREADABLE, "bad_field", "commands must be a short list.")
    if not all(isinstance(each, str) and each.isidentifier() for each in commands):
        raise Refused(Close.UNREADABLE, "bad_field", "commands must be names.")
    rate = message.get("rate", 0)
    if isinstance(rate, bool) or not isinstance(rate, int | float) or not 0 <= rate <= 1000:
        raise Refused(Close.UNREADABLE, "bad_field", "rate must be a number of frames a second.")
    return Hello(
        source=words(message, "source", most=40),
        device=words(message, "device", most=80),
        commands=tuple(commands),
        rate=float(rate),
        infers=message.get("infers") is True,
    )
