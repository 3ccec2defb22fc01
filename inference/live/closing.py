"""Why a connection is closed, and what is too much on one."""

import time
from enum import IntEnum


class Close(IntEnum):
    """Closing codes of the hub."""

    UNREADABLE = 4400
    TICKET = 4401
    NOT_ALLOWED = 4403
    NO_SESSION = 4404
    SILENT = 4408
    TAKEN_OVER = 4409
    TOO_LARGE = 4413
    TOO_FAST = 4429
    HUB = 4500


class Refused(Exception):  # noqa: N818 - it is what happens, said to the other side
    """Closes the connection that it is raised on, with a code and a sentence."""

    def __init__(self, close: Close, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.close = close
        self.code = code
        self.sentence = sentence


class Allowance:
    """So much a second, and so much at once (a token bucket)."""

    def __init__(self, *, per_second: float, at_once: float) -> None:
        self._per_second, self._most = per_second, at_once
        self._left = at_once
        self._at_s = time.monotonic()

    def spend(self, amount: float = 1.0) -> bool:
        """Whether that much is left."""
        now_s = time.monotonic()
        self._left = min(self._most, self._left + (now_s - self._at_s) * self._per_second)
        self._at_s = now_s
        if self._left < amount:
            return False
        self._left -= amount
        return True
