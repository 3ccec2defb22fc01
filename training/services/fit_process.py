"""One child process of the command line: its events as they come, and an end in any case."""

import json
import os
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any

EXIT_STOPPED = 75  # of training.cli: stopped with a checkpoint, to be gone on with
GRACE_SECONDS = 20.0
NICENESS = 10  # the web server and live inference come first
_READ_BYTES = 65536
_LOG_BYTES = 16384
_SECRETS = ("DATABASE_URL", "REDIS_URL", "DJANGO_SECRET_KEY")

Event = dict[str, Any]


class FitProcess:
    """`python -m training fit ...`, or another command, in a session of its own; enter it.

    Leaving the context kills whatever is left of its process group. A fit dies with the thread that
    started it (`--parent-watch`), so a killed worker leaves none behind; other commands are short.
    """

    def __init__(
        self, arguments: Sequence[str], *, folder: Path, log: Path, command: str = "fit"
    ) -> None:
        log.parent.mkdir(parents=True, exist_ok=True)
        self._log = log
        with log.open("ab") as errors:
            self._log_start = errors.tell()
            self._process = subprocess.Popen(
                [sys.executable, "-m", "training", command, *arguments],
                cwd=folder,
                env=_environment(os.environ),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=errors,
                start_new_session=True,
            )
        assert self._process.stdout is not None  # noqa: S101  # PIPE was asked for
        self._output = self._process.stdout
        os.set_blocking(self._output.fileno(), False)
        self._partial = b""
        self._is_ended = False
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._output, selectors.EVENT_READ)
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, self._process.pid, NICENESS)

    @property
    def pid(self) -> int:
        return self._process.pid

    def wait_events(self, seconds: float) -> list[Event] | None:
        """Events that came within `seconds`; None once it has ended and all were handed out."""
        if self._is_ended:
            self._process.wait()
            return None
        self._selector.select(seconds)
        return self._read()

    def watch(self, descriptor: int) -> None:
        """Let `wait_events` return early when this descriptor becomes readable."""
        self._selector.register(descriptor, selectors.EVENT_READ)

    def stop(self, *, grace_seconds: float = GRACE_SECONDS) -> list[Event]:
        """Ask it to write a checkpoint and end; kill it after the grace. Returns last events."""
        events: list[Event] = []
        if grace_seconds > 0:
            with suppress(ProcessLookupError):
                self._process.terminate()
        deadline = time.monotonic() + grace_seconds
        while self._process.poll() is None and time.monotonic() < deadline:
            events += self._read()
            time.sleep(0.05)
        self._kill()
        return events + self._read()

    @property
    def exit_status(self) -> int | None:
        """As of subprocess: negative for the signal that ended it, None while it runs."""
        return self._process.poll()

    def sentence(self) -> str:
        """What it said went wrong, for the person who started the run."""
        lines = [line.strip() for line in self.errors().splitlines() if line.strip()]
        own = [line for line in lines if line.startswith("training: ")]
        if own:
            return own[-1].removeprefix("training: ")
        if lines:
            return f"The training process ended unexpectedly: {lines[-1][:300]}"
        return f"The training process ended with status {self.exit_status} and said nothing."

    def errors(self) -> str:
        """The end of what it wrote to standard error since it was started."""
        with self._log.open("rb") as stream:
            size = stream.seek(0, os.SEEK_END)
            stream.seek(max(self._log_start, size - _LOG_BYTES))
            return stream.read().decode("utf-8", "replace")

    def __enter__(self) -> "FitProcess":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._kill()
        self._selector.close()
        self._output.close()

    def _kill(self) -> None:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()

    def _read(self) -> list[Event]:
        while True:
            try:
                chunk = os.read(self._output.fileno(), _READ_BYTES)
            except BlockingIOError:
                break
            if not chunk:
                self._is_ended = True
                break
            self._partial += chunk
        *lines, self._partial = self._partial.split(b"\n")
        return [event for line in lines if (event := _parse(line)) is not None]


def _parse(line: bytes) -> Event | None:
    """An event, or None for a line some library printed."""
    try:
        event = json.loads(line)
    except ValueError:
        return None
    return event if isinstance(event, dict) and "event" in event else None


def _environment(environ: Mapping[str, str]) -> dict[str, str]:
    """Numeric code needs no database, so it does not get to know its password."""
    kept = {name: value for name, value in environ.items() if name not in _SECRETS}
    return {**kept, "PYTHONUNBUFFERED": "1", "TF_CPP_MIN_LOG_LEVEL": "3"}
