"""Clocks of two machines compared over a socket, and the figures of a stage."""

import math
import time
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field

SAMPLES = 16  # of which the one of least round trip counts: the clock filter of RFC 5905


def now_us() -> int:
    """The wall clock of this machine in microseconds."""
    return time.time_ns() // 1000


@dataclass(slots=True)
class ClockFilter:
    """How far the other machine's wall clock is ahead of ours, by pings of four stamps."""

    _samples: deque[tuple[int, int]] = field(default_factory=lambda: deque(maxlen=SAMPLES))

    def add(self, t0_us: int, t1_us: int, t2_us: int, t3_us: int) -> None:
        """We asked at t0 and heard at t3 (our clock); they heard at t1 and answered at t2 (theirs).

        A sample whose round trip is negative (a clock was set meanwhile) is left out.
        """
        round_trip = (t3_us - t0_us) - (t2_us - t1_us)
        if 0 <= round_trip < 60_000_000:
            self._samples.append((round_trip, ((t1_us - t0_us) + (t2_us - t3_us)) // 2))

    @property
    def offset_us(self) -> int | None:
        """Their clock minus ours, off by at most half the round trip; None before the first."""
        return min(self._samples)[1] if self._samples else None

    @property
    def round_trip_us(self) -> int | None:
        """The least round trip of the last samples."""
        return min(self._samples)[0] if self._samples else None


def percentile(values: Iterable[float], share: float) -> float | None:
    """The value that `share` (0 to 1) of the values do not exceed, or None of none."""
    ordered = sorted(values)
    if not ordered:
        return None
    return ordered[min(len(ordered) - 1, max(0, math.ceil(share * len(ordered)) - 1))]


class Stages:
    """The last times that each stage of a frame's way took, in milliseconds."""

    KEPT = 300

    def __init__(self) -> None:
        self._times: dict[str, deque[float]] = {}

    def add(self, stage: str, milliseconds: float) -> None:
        """One frame's time."""
        self._times.setdefault(stage, deque(maxlen=self.KEPT)).append(milliseconds)

    def summary(self) -> dict[str, dict[str, float]]:
        """p50 and p95 of each stage."""
        return {
            stage: {
                "p50": round(percentile(times, 0.5) or 0.0, 2),
                "p95": round(percentile(times, 0.95) or 0.0, 2),
            }
            for stage, times in self._times.items()
        }
