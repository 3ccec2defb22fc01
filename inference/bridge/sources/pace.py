"""Frames at their own times."""

from __future__ import annotations

import threading
import time


class Pace:
    """Waits until a frame is due; after a hold-up it goes on from now, without hurrying."""

    def __init__(self, most_late_s: float = 0.25) -> None:
        self._most_late_s = most_late_s
        self._begin: float | None = None

    def wait(self, time_s: float, stop: threading.Event) -> bool:
        """Until `time_s` after the first frame's; False when `stop` was set meanwhile."""
        now = time.monotonic()
        if self._begin is None or now - (self._begin + time_s) > self._most_late_s:
            self._begin = now - time_s
        left = self._begin + time_s - now
        return not (stop.wait(left) if left > 0 else stop.is_set())

    def again(self) -> None:
        """The next frame is the first one again."""
        self._begin = None
