"""What the supervisor runs, as data: one `ProcessSpec` a process, and the readiness checks."""

from __future__ import annotations

import http.client
import re
import signal
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path

from fascicle.stack.accounts import Account


class Restart(Enum):
    """What happens when a process ends by itself."""

    ALWAYS = "always"  # a service: start it again, with growing pauses
    NEVER = "never"  # a one-shot: ready when it ended with status 0


@dataclass(frozen=True, slots=True)
class Started:
    """What a readiness check may look at."""

    pid: int
    log: Path
    log_offset: int  # bytes: where this start's output begins in the log


ReadyCheck = Callable[[Started], bool]


def when_started(started: Started) -> bool:
    """Ready as soon as it runs."""
    return True


@dataclass(frozen=True, slots=True)
class ProcessSpec:
    """One process.

    Processes of one `stage` start together once all of the earlier stages are ready, and stop
    together before those. `prepare` runs before each start. With `required` false a one-shot may
    fail without stopping the rest.
    """

    name: str
    argv: tuple[str, ...]
    stage: int
    environment: Mapping[str, str] = field(default_factory=dict)
    ready: ReadyCheck = when_started
    restart: Restart = Restart.ALWAYS
    required: bool = True
    ready_seconds: float = 120.0
    first_pause: float = 1.0  # seconds before it is started again; doubled each time
    stop_signal: signal.Signals = signal.SIGTERM
    stop_seconds: float = 10.0
    # sent by the kernel when the supervisor dies without stopping anything
    death_signal: signal.Signals = signal.SIGKILL
    account: Account | None = None
    folder: Path | None = None
    prepare: Callable[[], None] | None = None


@dataclass(frozen=True, slots=True)
class AnswersHttp:
    """Ready when `path` is answered at all: a health page rightly says 503 while others start."""

    host: str
    port: int
    path: str

    def __call__(self, started: Started) -> bool:
        connection = http.client.HTTPConnection(self.host, self.port, timeout=5)
        try:
            connection.request("GET", self.path)
            connection.getresponse().read()
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()
        return True


@dataclass(frozen=True, slots=True)
class LogShows:
    """Ready when a line of this start's output matches `pattern`."""

    pattern: re.Pattern[str]

    def __call__(self, started: Started) -> bool:
        try:
            with started.log.open("rb") as stream:
                stream.seek(started.log_offset)
                text = stream.read(1 << 20).decode("utf-8", "replace")
        except FileNotFoundError:
            return False
        return self.pattern.search(text) is not None
