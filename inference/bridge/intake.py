"""The newest frame of a source, and what state the source is in.

Frames arriving are the only truth: libraries go on saying that they are connected after a probe was
switched off, and say that they are not while images come in.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from inference.bridge.picture import Picture, State

# without an image for this long after the link came up, somebody must be told what to look at
NO_IMAGE_SECONDS = 3.0
STALLED_SECONDS = 1.0
# slow sources (a scanner at 2 Hz) are not stalled between two of their frames
STALLED_PERIODS = 5.0
LOST_SECONDS = 10.0
# frames on their way when the scanner froze do not end the freeze
FREEZE_SETTLES_SECONDS = 0.5
RATE_OVER = 30  # frames


@dataclass(frozen=True, slots=True)
class Condition:
    """The state and the sentence that goes with it."""

    state: State
    reason: str


class Intake:
    """One slot: a frame that was not fetched in time is replaced by the next. Safe for threads.

    `crop` is applied to every frame before anything else sees it. `scale` gives the micrometres a
    pixel of a cropped frame (width, height) whose source does not tell them. Clocks may be given
    for tests.
    """

    def __init__(
        self,
        *,
        crop: Callable[[NDArray[np.uint8]], NDArray[np.uint8]] | None = None,
        scale: Callable[[int, int], float] | None = None,
        epoch: int | None = None,
        clock: Callable[[], float] = time.monotonic,
        wall_us: Callable[[], int] = lambda: time.time_ns() // 1000,
    ) -> None:
        self._crop = crop
        self._scale = scale
        self._clock = clock
        self._wall_us = wall_us
        self._lock = threading.Lock()
        self._newest: Picture | None = None
        self._last: Picture | None = None
        # from the Unix clock, so that a bridge started again begins another epoch
        self._epoch = (int(time.time()) if epoch is None else epoch) & 0x7FFFFFFF
        self._sequence = 0
        self._source_ns: int | None = None
        self._arrivals: deque[float] = deque(maxlen=RATE_OVER)
        self._begun_at = clock()
        self._connected_at: float | None = None
        self._frozen_at: float | None = None
        self._failure = ""
        self._advice = ""
        self._note = ""
        self.received = 0
        self.replaced = 0
        self._listeners: list[Callable[[], None]] = []

    def picture(
        self,
        grey: NDArray[np.uint8],
        *,
        t_source_ns: int | None = None,
        microns_per_pixel: float = 0.0,
        t_bridge_us: int | None = None,
    ) -> None:
        """See Sink."""
        arrived_us = self._wall_us() if t_bridge_us is None else t_bridge_us
        cropped = grey if self._crop is None else self._crop(grey)
        if microns_per_pixel <= 0 and self._scale is not None:
            height, width = cropped.shape
            microns_per_pixel = self._scale(width, height)
        with self._lock:
            now = self._clock()
            before = self._source_ns
            if t_source_ns is not None and before is not None and t_source_ns < before:
                # the probe was started again: its clock counts from its boot
                self._next_epoch()
            self._source_ns = t_source_ns
            picture = Picture(
                grey=cropped,
                t_source_ns=t_source_ns or 0,
                has_source_time=t_source_ns is not None,
                t_bridge_us=arrived_us,
                microns_per_pixel=microns_per_pixel,
                sequence=self._sequence,
                epoch=self._epoch,
            )
            self._sequence += 1
            self.received += 1
            self.replaced += self._newest is not None
            self._newest = self._last = picture
            self._arrivals.append(now)
            self._failure = self._note = ""
            if self._frozen_at is not None and now - self._frozen_at > FREEZE_SETTLES_SECONDS:
                self._frozen_at = None
        self._tell()

    def connected(self, advice: str) -> None:
        """See Sink."""
        with self._lock:
            self._connected_at = self._clock()
            self._advice = advice
            self._failure = ""
        self._tell()

    def frozen(self, *, is_frozen: bool) -> None:
        """See Sink."""
        with self._lock:
            self._frozen_at = self._clock() if is_frozen else None
            if not is_frozen:
                # the next frame is due from now on
                self._connected_at = self._clock()
        self._tell()

    def note(self, sentence: str) -> None:
        """See Sink."""
        with self._lock:
            self._note = sentence
        self._tell()

    def restarted(self) -> None:
        """See Sink."""
        with self._lock:
            self._next_epoch()
            self._frozen_at = None
            self._connected_at = None
        self._tell()

    def failed(self, sentence: str) -> None:
        """The source ended; it is started again after a while."""
        with self._lock:
            self._failure = sentence
            self._frozen_at = None
            self._connected_at = None
        self._tell()

    def take(self) -> Picture | None:
        """The newest frame that nobody has taken yet."""
        with self._lock:
            picture, self._newest = self._newest, None
            return picture

    def last(self) -> Picture | None:
        """The newest frame, taken or not."""
        with self._lock:
            return self._last

    def again(self) -> None:
        """Offer the last frame once more, with a number of its own: a new hub has no picture yet.

        Its stamps stay those of its arrival, so that its age is told truly.
        """
        with self._lock:
            if self._last is not None and self._newest is None:
                self._newest = replace(self._last, sequence=self._sequence, epoch=self._epoch)
                self._sequence += 1
        self._tell()

    def on_change(self, listener: Callable[[], None]) -> None:
        """Call it, from the source's thread, after every frame and event."""
        self._listeners.append(listener)

    def rate(self) -> float:
        """Frames a second over the last second or so; 0 while none come."""
        with self._lock:
            if len(self._arrivals) < 2 or self._clock() - self._arrivals[-1] > STALLED_SECONDS:
                return 0.0
            span = self._arrivals[-1] - self._arrivals[0]
            return (len(self._arrivals) - 1) / span if span > 0 else 0.0

    def condition(self) -> Condition:
        """What to tell people now."""
        with self._lock:
            now = self._clock()
            if self._failure:
                seen = State.LOST if self._arrivals else State.CONNECTING
                return Condition(seen, self._failure)
            if self._frozen_at is not None:
                return Condition(State.FROZEN, "The image is frozen at the scanner.")
            return self._by_arrivals(now)

    def _by_arrivals(self, now: float) -> Condition:
        if not self._arrivals:
            if self._connected_at is None or now - self._connected_at < NO_IMAGE_SECONDS:
                return Condition(State.CONNECTING, self._note or "Waiting for the first image.")
            return Condition(State.STALLED, self._note or self._advice)
        if now - self._arrivals[-1] <= self._patience():
            return Condition(State.LIVE, "")
        # a link that was just opened, or an image just thawed, has its time to begin
        age = now - max(self._arrivals[-1], self._connected_at or self._begun_at)
        if age <= self._patience():
            return Condition(State.CONNECTING, self._note or "Waiting for the next image.")
        silent = f"No image for {now - self._arrivals[-1]:.0f} s."
        if age <= LOST_SECONDS:
            return Condition(State.STALLED, f"{silent} {self._note}".strip())
        return Condition(State.LOST, f"{silent} {self._note or self._advice}".strip())

    def _patience(self) -> float:
        if len(self._arrivals) < 2:
            return STALLED_SECONDS
        span = self._arrivals[-1] - self._arrivals[0]
        return max(STALLED_SECONDS, STALLED_PERIODS * span / (len(self._arrivals) - 1))

    def _next_epoch(self) -> None:
        self._epoch = (self._epoch + 1) & 0x7FFFFFFF
        self._sequence = 0
        self._source_ns = None
        self._newest = None

    def _tell(self) -> None:
        for listener in self._listeners:
            listener()
