"""Frames up to the hub, control down: reconnects by itself, sends the newest frame only.

`docs/live.md` says what is spoken.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import random
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any

import simplejpeg
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidURI

from inference.bridge.commands import Commands, OwnCommand
from inference.bridge.crop import fitted
from inference.bridge.intake import Condition, Intake
from inference.bridge.labels import Labeller
from inference.bridge.picture import Picture, Source, State
from inference.bridge.server import Grant, Server, ServerError
from inference.live.wire import NO_FLAGS, Codec, Flag, Frame, Kind, Segment, encode_frame

JPEG_QUALITY = 85
FIRST_DELAY, MOST_DELAY, REFUSED_DELAY, TAKEN_OVER_DELAY = 0.25, 2.0, 30.0, 15.0
AT_ONCE = 0.01
LONG_AWAY_SECONDS, LONG_AWAY_DELAY = 120.0, 10.0
OPEN_SECONDS = 3.0
WELCOME_SECONDS = 10.0
# a cut network gives no sign but silence
ACK_SECONDS = 4.0
LEAST_WINDOW, MOST_WINDOW = 1, 6
STATE_EVERY, STATE_AGAIN = 0.2, 5.0
MAX_CONTROL_BYTES = 1 << 20

CLOSED_BECAUSE = {
    4400: "The server could not read what was sent.",
    4401: "The ticket was not taken.",
    4403: "This bridge may not publish here any more. Pair it again with a code of the live page.",
    4404: "The session has ended.",
    4408: "The server heard nothing for too long.",
    4409: "Another bridge took this session over.",
    4413: "A frame was too large for the server.",
    4429: "The server takes fewer frames a second.",
    4500: "The hub has a fault.",
}
SLOW_CODES = {4403: REFUSED_DELAY, 4409: TAKEN_OVER_DELAY}


class _LinkEndedError(Exception):
    """The connection is of no use any more; `wait` is how long to leave it."""

    def __init__(self, sentence: str, wait: float | None = None) -> None:
        super().__init__(sentence)
        self.wait = wait


@dataclass(slots=True)
class UplinkView:
    """What the status page shows of this half."""

    is_up: bool = False
    sentence: str = "Not connected yet."
    session: str = ""
    hub: str = ""
    window: int = 0
    sent: int = 0
    acknowledged: int = 0
    connections: int = 0
    ack_ms: float = 0.0


class Uplink:
    """One source's way to one server."""

    def __init__(
        self,
        *,
        source: Source,
        intake: Intake,
        server: Server,
        token: str,
        labeller: Labeller | None = None,
        own_commands: Mapping[str, OwnCommand] | None = None,
        say: Callable[[str], None] = lambda _: None,
    ) -> None:
        self.view = UplinkView()
        self._source = source
        self._intake = intake
        self._server = server
        self._token = token
        self._labeller = labeller
        self._say = say
        self._wake = asyncio.Event()
        self._commands = Commands(source, intake, own_commands)
        self._in_flight: OrderedDict[tuple[int, int], float] = OrderedDict()
        # encoding and inference beside the loop, so that pings are answered meanwhile
        self._worker = ThreadPoolExecutor(1, "frames")

    async def run(self) -> None:
        """Connect, stream, and come back after every end; until cancelled."""
        loop = asyncio.get_running_loop()
        self._intake.on_change(lambda: _set_soon(loop, self._wake))
        failures, last_up = 0, time.monotonic()
        try:
            while True:
                wait: float | None = None
                try:
                    grant = await asyncio.to_thread(
                        self._server.publish, self._token, self._source.kind
                    )
                    await self._connected(grant)
                except ServerError as error:
                    sentence, wait = str(error), REFUSED_DELAY if error.is_refusal else None
                except _LinkEndedError as error:
                    sentence, wait = str(error), error.wait
                except (OSError, TimeoutError, InvalidHandshake, InvalidURI) as error:
                    words = str(error) or "no answer in time"
                    sentence = f"The hub cannot be reached: {words}"
                if self.view.is_up:
                    failures, last_up = 0, time.monotonic()
                self.view.is_up = False
                if sentence != self.view.sentence:
                    self._say(f"Server: {sentence}")
                self.view.sentence = sentence
                failures += 1
                delay = wait or back_off(failures, away_s=time.monotonic() - last_up)
                # half to all of it, so that many bridges do not come back at the same moment
                await asyncio.sleep(delay * random.uniform(0.5, 1.0))
        finally:
            self._worker.shutdown(wait=False, cancel_futures=True)

    async def _connected(self, grant: Grant) -> None:
        leave_by: dict[str, Any] = {}
        if self._server.bind:
            leave_by["local_addr"] = (self._server.bind, 0)
        async with connect(
            grant.address,
            open_timeout=OPEN_SECONDS,
            close_timeout=1.0,
            max_size=MAX_CONTROL_BYTES,
            compression=None,
            ping_interval=None,
            proxy=None,
            **leave_by,
        ) as socket:
            try:
                await self._speak(socket, grant)
            except ExceptionGroup as group:
                raise _ended(socket, group.exceptions[0]) from group
            except ConnectionClosed as error:
                raise _ended(socket, error) from error

    async def _speak(self, socket: ClientConnection, grant: Grant) -> None:
        self._commands.forget()
        hello = {
            "type": "hello",
            "version": 1,
            "source": self._source.kind,
            "device": self._source.device,
            "commands": self._commands.names(),
            "rate": self._source.rate,
            "infers": self._infers(),
        }
        await socket.send(json.dumps(hello))
        told_to_infer = self._infers()
        window = await self._welcome(socket)
        self._in_flight.clear()
        view = self.view
        view.is_up, view.sentence, view.window = True, "Connected.", window
        view.session, view.hub = grant.session, grant.hub
        view.connections += 1
        self._say(f"Server: connected to {grant.hub}.")
        if self._intake.condition().state is State.FROZEN:
            self._intake.again()
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._send_frames(socket, window))
            tasks.create_task(self._tell_state(socket, told_to_infer=told_to_infer))
            tasks.create_task(self._commands.run())
            tasks.create_task(self._receive(socket))

    async def _welcome(self, socket: ClientConnection) -> int:
        try:
            async with asyncio.timeout(WELCOME_SECONDS):
                while True:
                    message = _control(await socket.recv())
                    if message.get("type") == "welcome":
                        classes = message.get("classes")
                        if self._labeller is not None and isinstance(classes, list):
                            self._labeller.fit([each for each in classes if isinstance(each, dict)])
                        window = message.get("window")
                        wanted = window if isinstance(window, int) else LEAST_WINDOW
                        return min(MOST_WINDOW, max(LEAST_WINDOW, wanted))
                    await self._answer(socket, message)
        except TimeoutError as error:
            raise _LinkEndedError("The hub did not say welcome.") from error

    async def _send_frames(self, socket: ClientConnection, window: int) -> None:
        loop = asyncio.get_running_loop()
        while True:
            self._wake.clear()
            # looked at only when there is room: the newest frame goes, not the next one
            picture = self._intake.take() if len(self._in_flight) < window else None
            if picture is None:
                await self._wait()
                continue
            message = await loop.run_in_executor(self._worker, self._encoded, picture)
            if message is None:
                continue
            self._in_flight[picture.epoch, picture.sequence] = time.monotonic()
            await socket.send(message)
            self.view.sent += 1

    async def _wait(self) -> None:
        try:
            async with asyncio.timeout(0.5):
                await self._wake.wait()
        except TimeoutError:
            pass
        oldest = next(iter(self._in_flight.values()), None)
        if oldest is not None and time.monotonic() - oldest > ACK_SECONDS:
            raise _LinkEndedError(f"The server took no frame for {ACK_SECONDS:.0f} s.")

    def _encoded(self, picture: Picture) -> bytes | None:
        found = fitted(picture.grey, picture.microns_per_pixel)
        if found is None:
            self._intake.note("The frame is too small to be sent.")
            return None
        grey, microns = found
        height, width = grey.shape
        jpeg = simplejpeg.encode_jpeg(
            grey[..., None], quality=JPEG_QUALITY, colorspace="GRAY", colorsubsampling="Gray"
        )
        labelled = None
        if self._labeller is not None and self._labeller.infers():
            labelled = self._labeller.label(picture, grey)
        flags = Flag.ORIGINAL_TIMES if picture.has_source_time else NO_FLAGS
        frame = Frame(
            sequence=picture.sequence,
            epoch=picture.epoch,
            width=width,
            height=height,
            t_source_ns=picture.t_source_ns,
            t_bridge_us=picture.t_bridge_us,
            microns_per_pixel=microns if 0 <= microns < 1e5 else 0.0,
            flags=flags,
            segments=(Segment(Kind.IMAGE, Codec.JPEG, width, height, jpeg),),
        )
        if labelled is not None:
            frame = replace(frame, inference_us=labelled.inference_us).with_segments(
                *labelled.segments, flags=Flag.INFERRED
            )
        return encode_frame(frame)

    def _infers(self) -> bool:
        return self._labeller is not None and self._labeller.infers()

    async def _tell_state(self, socket: ClientConnection, *, told_to_infer: bool) -> None:
        told: Condition | None = None
        told_at = 0.0
        while True:
            if self._infers() != told_to_infer:
                # the hub leaves masks to a bridge that says it makes them
                raise _LinkEndedError("The model cannot be used: the server's is asked.", AT_ONCE)
            now, condition = time.monotonic(), self._intake.condition()
            changed = told is None or condition.state is not told.state
            # a reason that counts seconds is told once a second
            reworded = condition != told and now - told_at >= 1.0
            if changed or reworded or now - told_at >= STATE_AGAIN:
                message = {"type": "state", "state": condition.state, "reason": condition.reason}
                await socket.send(json.dumps(message))
                told, told_at = condition, now
            await asyncio.sleep(STATE_EVERY)

    async def _receive(self, socket: ClientConnection) -> None:
        async for text in socket:
            await self._answer(socket, _control(text))
        raise ConnectionClosed(None, None)

    async def _answer(self, socket: ClientConnection, message: dict[str, Any]) -> None:
        match message.get("type"):
            case "ack":
                self._acknowledged(message.get("epoch"), message.get("sequence"))
            case "ping":
                pong = {
                    "type": "pong",
                    "t0_us": message.get("t0_us"),
                    "t1_us": time.time_ns() // 1000,
                }
                await socket.send(json.dumps(pong))
            case "command":

                async def done(identity: str, error: str | None) -> None:
                    answer = {"type": "done", "id": identity, "error": error}
                    # who asked may have gone with this connection: that harms no other one
                    with contextlib.suppress(ConnectionClosed):
                        await socket.send(json.dumps(answer))

                await self._commands.put(
                    str(message.get("id")), message.get("name"), message.get("value"), done
                )
            case "error":
                self._say(f"Server: {message.get('detail')}")
            case _:
                pass  # of a newer hub

    def _acknowledged(self, epoch: object, sequence: object) -> None:
        if not (isinstance(epoch, int) and isinstance(sequence, int)):
            return
        sent_at = self._in_flight.get((epoch, sequence))
        if sent_at is None:
            return
        self.view.ack_ms = (time.monotonic() - sent_at) * 1000
        # frames are taken in order: those before it are done too
        while self._in_flight:
            key, _ = self._in_flight.popitem(last=False)
            self.view.acknowledged += 1
            if key == (epoch, sequence):
                break
        self._wake.set()


def back_off(failures: int, *, away_s: float) -> float:
    """Seconds until the next attempt, at most, after so many in a row that came to nothing."""
    most = LONG_AWAY_DELAY if away_s > LONG_AWAY_SECONDS else MOST_DELAY
    return min(most, FIRST_DELAY * 2.0 ** min(failures - 1, 10))


def _ended(socket: ClientConnection, error: Exception) -> Exception:
    """What ended the connection, in words; a fault of this program stays what it is."""
    if not isinstance(error, ConnectionClosed):
        return error
    code = socket.close_code or 1006
    because = CLOSED_BECAUSE.get(code, "The connection to the server was cut.")
    return _LinkEndedError(f"{because} {socket.close_reason or ''}".strip(), SLOW_CODES.get(code))


def _set_soon(loop: asyncio.AbstractEventLoop, event: asyncio.Event) -> None:
    # the loop may have ended, the source not yet
    with contextlib.suppress(RuntimeError):
        loop.call_soon_threadsafe(event.set)


def _control(text: str | bytes) -> dict[str, Any]:
    try:
        message = json.loads(text)
    except ValueError:
        return {}
    return message if isinstance(message, dict) else {}
