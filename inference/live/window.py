"""Acknowledgement window: how many frames may be on their way to a viewer.

A mailbox of one slot is not enough: socket buffers hide a backlog of seconds. The viewer says when
it has drawn a frame, and no more than the window is in flight. The window is what keeps the pipe
full and no more: delivery rate times round trip, plus one (Kleinrock's point, as BBR finds it). The
round trip is taken from frames sent into an empty pipe, else a viewer that draws slowly would look
like a long way and be given a queue.
"""

import math
from collections import deque
from collections.abc import Hashable
from dataclasses import dataclass

SMALLEST, LARGEST = 2, 6
# so long without a frame sent into an empty pipe, then the pipe is let run empty once
DRAIN_AFTER_S = 10.0
RATE_OVER_S = 2.0
RECENT_S = 3.0
# a viewer that takes so long to draw a frame gets the next one when it is done, for so long
SLOW_DRAW_S = 0.05
SINGLE_FOR_S = 20.0


@dataclass(frozen=True, slots=True)
class _Flight:
    sent_s: float
    was_alone: bool


class AckWindow:
    """Frames in flight to one viewer. Times are seconds of a clock that never goes back."""

    def __init__(self) -> None:
        self.size = SMALLEST
        self._flights: dict[Hashable, _Flight] = {}
        self._bare: deque[float] = deque(maxlen=16)
        self._round_trips: deque[tuple[float, float]] = deque(maxlen=256)
        self._last_bare_s: float | None = None
        self._single_until_s = float("-inf")

    @property
    def in_flight(self) -> int:
        """Frames sent and not yet drawn."""
        return len(self._flights)

    def is_open(self, now_s: float) -> bool:
        """Whether a frame may be sent now."""
        if not self._flights:
            return True
        if self._last_bare_s is not None and now_s - self._last_bare_s > DRAIN_AFTER_S:
            return False
        return len(self._flights) < self.size

    def sent(self, key: Hashable, now_s: float) -> None:
        """A frame is on its way."""
        was_alone = not self._flights
        if was_alone:
            self._last_bare_s = now_s
        self._flights[key] = _Flight(now_s, was_alone)

    def acknowledged(self, key: Hashable, now_s: float) -> float | None:
        """The viewer has drawn this frame, and will draw none sent before it.

        Returns the seconds from sending to hearing so, or None for a frame that is not in flight.
        """
        flight = self._flights.get(key)
        if flight is None:
            return None
        for each in list(self._flights):
            del self._flights[each]
            if each == key:
                break
        round_trip = now_s - flight.sent_s
        if flight.was_alone:
            self._bare.append(round_trip)
        self._round_trips.append((now_s, round_trip))
        self._resize(now_s)
        return round_trip

    def recent_round_trips(self, now_s: float) -> list[float]:
        """Seconds from sending to drawing, of the frames drawn in the last three seconds."""
        return [trip for at, trip in self._round_trips if now_s - at <= RECENT_S]

    def oldest_s(self, now_s: float) -> float:
        """How long the frame longest in flight has been so; 0 when there is none."""
        first = next(iter(self._flights.values()), None)
        return 0.0 if first is None else now_s - first.sent_s

    def _resize(self, now_s: float) -> None:
        drawn = [at for at, _ in self._round_trips if now_s - at <= RATE_OVER_S]
        if not self._bare or len(drawn) < 2:
            return
        rate = (len(drawn) - 1) / max(drawn[-1] - drawn[0], 1e-3)
        # what the pipe held while it was full; less than that is a viewer with time to spare
        held, bare = rate * min(self._bare), min(self._bare)
        waited = sorted(trip for at, trip in self._round_trips if now_s - at <= RATE_OVER_S)
        is_queued = waited[len(waited) // 2] > 1.5 * bare and bare > SLOW_DRAW_S
        if is_queued and held < 1.1 and self.size <= SMALLEST and len(drawn) >= 4:
            # a second frame in flight only waits for the first to be drawn
            self._single_until_s = now_s + SINGLE_FOR_S
        if now_s < self._single_until_s:
            self.size = 1
            return
        self.size = min(max(math.floor(held + 0.3) + 1, SMALLEST), LARGEST)
