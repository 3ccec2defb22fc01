"""One running process of the supervisor: spawned in its own session, logged, and ended whole."""

from __future__ import annotations

import ctypes
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import IO

import psutil

from fascicle.stack.processes import ProcessSpec, Started

#: in the environment of everything a run starts, so that whatever is left of it can be found
RUN_MARK = "FASCICLE_STACK_RUN"
SERVICE_MARK = "FASCICLE_STACK_SERVICE"

_LOG_BYTES = 5_000_000
_LOGS_KEPT = 3
_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


class Child:
    """A started process. All of its descendants that stay in its session end with it."""

    def __init__(self, spec: ProcessSpec, log: Path, environment: Mapping[str, str]) -> None:
        self.spec = spec
        self.log = log
        if spec.prepare is not None:
            spec.prepare()
        rotate(log)
        with open_log(log) as stream:
            offset = stream.tell()
            account = spec.account
            self.process = subprocess.Popen(
                spec.argv,
                cwd=spec.folder,
                env={**environment, **spec.environment, SERVICE_MARK: spec.name},
                stdin=subprocess.DEVNULL,
                stdout=stream,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                user=account.uid if account else None,
                group=account.gid if account else None,
                extra_groups=[] if account else None,
                # the supervisor has one thread
                preexec_fn=_die_with_parent(spec.death_signal),  # noqa: PLW1509
            )
        self.started_at = time.monotonic()
        self.pid = self.process.pid
        self._started = Started(self.pid, log, offset)

    @property
    def last_lines(self) -> list[str]:
        """The end of what this start has written."""
        return last_lines(self.log, since=self._started.log_offset)

    def is_ready(self) -> bool:
        return self.spec.ready(self._started)

    def poll(self) -> int | None:
        """Exit status, or None while it runs."""
        return self.process.poll()

    def ask_to_stop(self) -> None:
        """Send the stop signal to the process itself; it ends its own children in good order."""
        if self.poll() is None:
            try:
                self.process.send_signal(self.spec.stop_signal)
            except ProcessLookupError:
                return

    def kill_group(self) -> None:
        """End whatever is left of its process group, at once."""
        try:
            os.killpg(self.pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            # macOS answers EPERM for a group of zombies
            return

    def wait(self, seconds: float) -> bool:
        """True when it ended within `seconds`."""
        try:
            self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            return False
        return True

    def stop(self, seconds: float | None = None) -> None:
        """Ask, wait, then kill; returns when it and its group are gone."""
        self.ask_to_stop()
        if not self.wait(self.spec.stop_seconds if seconds is None else seconds):
            self.kill_group()
            self.process.kill()
            self.process.wait()
        self.kill_group()


def _die_with_parent(death_signal: signal.Signals) -> Callable[[], None] | None:
    """Linux: ask the kernel for `death_signal` when the parent dies, however it dies."""
    libc = _LIBC
    if libc is None:
        return None
    parent = os.getpid()

    def arrange() -> None:
        libc.prctl(_PR_SET_PDEATHSIG, int(death_signal), 0, 0, 0)
        if os.getppid() != parent:
            os.kill(os.getpid(), signal.SIGKILL)

    return arrange


def open_log(log: Path) -> IO[bytes]:
    log.parent.mkdir(parents=True, exist_ok=True)
    stream = log.open("ab")
    stream.seek(0, os.SEEK_END)
    return stream


def rotate(log: Path, limit: int = _LOG_BYTES) -> bool:
    """Copy a log past `limit` bytes to LOG.1 (older ones to .2, .3) and empty it in place.

    Writers hold the file open in append mode, so they go on at its new end.
    """
    try:
        if log.stat().st_size <= limit:
            return False
    except FileNotFoundError:
        return False
    for number in range(_LOGS_KEPT - 1, 0, -1):
        older = log.with_name(f"{log.name}.{number}")
        if older.exists():
            older.replace(log.with_name(f"{log.name}.{number + 1}"))
    shutil.copyfile(log, log.with_name(f"{log.name}.1"))
    os.truncate(log, 0)
    return True


def last_lines(log: Path, count: int = 15, *, since: int = 0) -> list[str]:
    """The end of a log (from byte `since` on), for a message about what went wrong."""
    try:
        with log.open("rb") as stream:
            stream.seek(0, os.SEEK_END)
            stream.seek(max(0, min(since, stream.tell()), stream.tell() - 16_384))
            text = stream.read().decode("utf-8", "replace")
    except FileNotFoundError:
        return []
    return text.splitlines()[-count:]


def marked(run: str, service: str | None = None) -> list[psutil.Process]:
    """Processes of a run (of one service of it), found by the marks in their environment.

    PostgreSQL overwrites its environment to show what it does: it is not found this way.
    """
    found = []
    for process in psutil.process_iter():
        try:
            environment = process.environ()
        except (psutil.Error, OSError):
            continue
        if environment.get(RUN_MARK) != run or process.pid == os.getpid():
            continue
        if service is None or environment.get(SERVICE_MARK) == service:
            found.append(process)
    return found
