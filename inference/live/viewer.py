"""One viewer: the newest frame, no more in flight than the window, of a size for its way."""

import asyncio
import random
from typing import Any

from inference.live.adapt import Adaptation
from inference.live.clock import now_us, percentile
from inference.live.closing import Allowance, Close, Refused
from inference.live.control import Peer, control
from inference.live.picture import Picture
from inference.live.surroundings import Surroundings
from inference.live.tickets import Ticket
from inference.live.window import AckWindow
from inference.live.wire import stamp_hub_out

MESSAGES_PER_SECOND, MESSAGES_AT_ONCE = 200.0, 400.0
SENDS_WITHIN_S = 10.0
MOST_CONTROLS_WAITING = 64
# a viewer shows a new ticket after at most this long: until then, who was a member still watches.
# Spread downwards, so that pages opened together do not all come back in the same second
WATCHES_ON_S = 240.0
WATCHES_ON_SPREAD = 0.5


class Viewer:
    """A mailbox of one slot, an acknowledgement window, and the socket behind them."""

    def __init__(self, peer: Peer, ticket: Ticket, surroundings: Surroundings) -> None:
        self.peer = peer
        self.believe(ticket)
        self.is_over = False
        self.allowance = Allowance(per_second=MESSAGES_PER_SECOND, at_once=MESSAGES_AT_ONCE)
        self.window = AckWindow()
        self._surroundings = surroundings
        self._loop = asyncio.get_running_loop()
        self.adaptation = Adaptation(self._loop.time())
        self._slot: Picture | None = None
        self._controls: list[str] = []
        self._something = asyncio.Event()
        self._drawn_from: dict[tuple[int, int], int] = {}  # t_bridge_us of frames in flight
        self._last_sent_s = float("-inf")
        self._last_key: tuple[int, int] | None = None
        self.sent_count = self.skipped_count = self.drawn_count = 0
        self._counted = (0, 0, 0)
        self.ages_ms: list[float] = []

    def show(self, picture: Picture, *, is_again: bool = False) -> None:
        """The newest frame; what it replaces is not sent. is_again: the one that stands, completed;
        its age says nothing of the way here.
        """
        most = self.adaptation.level.most_fps
        is_due = is_again or most is None or self._loop.time() - self._last_sent_s >= 0.9 / most
        if self._slot is None and not is_due:
            return
        if self._slot is not None and is_due:
            self.skipped_count += 1
            self._surroundings.metrics.skipped.inc()
        self._slot = picture
        self._something.set()

    def tell(self, text: str) -> None:
        """A control message, before the next frame."""
        if len(self._controls) < MOST_CONTROLS_WAITING:
            self._controls.append(text)
            self._something.set()

    def drawn(self, epoch: int, sequence: int) -> None:
        """The viewer has drawn a frame."""
        key = (epoch, sequence)
        round_trip = self.window.acknowledged(key, self._loop.time())
        if round_trip is None:
            return
        self.drawn_count += 1
        self._surroundings.metrics.stages.labels("view").observe(round_trip * 1e3)
        self._something.set()
        since_us = self._drawn_from.get(key)
        if since_us is None:
            return  # one that stood, drawn again
        for each in list(self._drawn_from):
            del self._drawn_from[each]
            if each == key:
                break
        age_ms = (now_us() - since_us) / 1e3
        self.ages_ms = [*self.ages_ms[-299:], age_ms]
        self._surroundings.metrics.stages.labels("age").observe(age_ms)

    def believe(self, ticket: Ticket) -> None:
        """What this ticket allows holds from now on, and for a while longer."""
        self.ticket = ticket
        share = 1.0 - WATCHES_ON_SPREAD * random.random()
        self.until_s = ticket.expires_at + WATCHES_ON_S * share  # of the Unix clock

    def end_if_due(self, unix_s: float) -> None:
        """Stop sending once the ticket is too old to be believed: `is_over` then."""
        if unix_s > self.until_s:
            self.is_over = True
            self._something.set()

    async def send_all(self) -> None:
        """Send until cancelled, or over. Raises Refused when the socket takes nothing any more."""
        while True:
            await self._something.wait()
            if self.is_over:
                return
            self._something.clear()
            try:
                async with asyncio.timeout(SENDS_WITHIN_S):
                    await self._send_what_there_is()
            except TimeoutError:
                raise Refused(Close.SILENT, "silent", "Nothing more could be sent.") from None

    async def _send_what_there_is(self) -> None:
        while self._controls:
            await self.peer.send_text(self._controls.pop(0))
        if self._slot is None or not self.window.is_open(self._loop.time()):
            return
        picture, self._slot = self._slot, None
        message = await picture.message(self.adaptation.level.encoding, self._surroundings.executor)
        sent_us, sent_s = now_us(), self._loop.time()
        self.window.sent(picture.key, sent_s)
        if picture.key != self._last_key:
            self._drawn_from[picture.key] = picture.frame.t_bridge_us or picture.frame.t_hub_in_us
        self._last_key = picture.key
        self._last_sent_s = sent_s
        self.sent_count += 1
        self._surroundings.metrics.sent.inc()
        await self.peer.send_bytes(stamp_hub_out(message, sent_us))
        self._something.set()  # another may have come while this one was sent

    def each_second(self) -> dict[str, Any]:
        """Judge the way; the figures of the last second."""
        now_s = self._loop.time()
        sent, skipped, drawn = (
            total - before
            for total, before in zip(
                (self.sent_count, self.skipped_count, self.drawn_count), self._counted, strict=True
            )
        )
        self._counted = (self.sent_count, self.skipped_count, self.drawn_count)
        # a frame that waits to be drawn for long says as much as one drawn late
        trips = [*self.window.recent_round_trips(now_s), self.window.oldest_s(now_s)]
        round_trip_s = percentile(trips, 0.95)
        share = skipped / (sent + skipped) if sent + skipped else 0.0
        if sent or drawn:  # a hidden page draws nothing: that says nothing about its way
            self.adaptation.judge(now_s, round_trip_s=round_trip_s, skipped=share)
        return {
            "frames_per_second": drawn,
            "skipped": skipped,
            "skipped_total": self.skipped_count,
            "window": self.window.size,
            "in_flight": self.window.in_flight,
            "level": self.adaptation.number,
            "round_trip_ms": None if round_trip_s is None else round(round_trip_s * 1e3, 1),
            "age_ms": {
                "p50": _rounded(percentile(self.ages_ms, 0.5)),
                "p95": _rounded(percentile(self.ages_ms, 0.95)),
            },
        }

    def say_error(self, code: str, detail: str) -> None:
        """A refusal that does not close."""
        self.tell(control("error", code=code, detail=detail))


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 1)
