"""Ends everything a supervisor started when the supervisor is gone without having done so.

The supervisor starts this file as a program of its own and holds the only writing end of its
standard input. When that closes, by kill -9 too, the keeper ends what is left: the processes it was
told of, their descendants, and whatever carries the run's mark. The kernel's parent-death signal
reaches direct children only, and does not exist on macOS.

Started as a file, so it imports nothing of the project: it is up in a tenth of a second.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import time

import psutil

_RUN_MARK = "FASCICLE_STACK_RUN"
# before what does not stop by itself is killed
_GRACE_SECONDS = float(os.environ.get("FASCICLE_KEEPER_GRACE_SECONDS", "10"))


def main() -> int:
    """Read `PID SIGNAL` lines until the supervisor says `done` or disappears."""
    run = os.environ.get(_RUN_MARK, "")
    for ignored in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(ignored, signal.SIG_IGN)
    roots: dict[psutil.Process, int] = {}
    for line in sys.stdin:
        if line.strip() == "done":
            return 0
        pid, _, stop_signal = line.partition(" ")
        with contextlib.suppress(psutil.Error, ValueError):
            roots[psutil.Process(int(pid))] = int(stop_signal)
    end(run, roots)
    return 0


def end(run: str, roots: dict[psutil.Process, int]) -> None:
    """Ask all of a run's processes to stop, then kill those that have not."""
    asked: dict[psutil.Process, int] = {}
    deadline = time.monotonic() + _GRACE_SECONDS
    while True:
        alive = _alive(run, roots, asked)
        if not alive:
            return
        late = time.monotonic() > deadline
        for process in alive:
            with contextlib.suppress(psutil.Error):
                if late:
                    process.kill()
                elif process not in asked:
                    process.send_signal(roots.get(process, signal.SIGTERM))
            asked.setdefault(process, 0)
        if time.monotonic() > deadline + 5:
            return
        psutil.wait_procs(alive, timeout=0.2)


def _alive(
    run: str, roots: dict[psutil.Process, int], known: dict[psutil.Process, int]
) -> list[psutil.Process]:
    """What is left: the roots and those seen before, their descendants, and the marked."""
    found: dict[psutil.Process, None] = {}
    for process in [*roots, *known]:
        with contextlib.suppress(psutil.Error):
            if process.is_running() and process.status() != psutil.STATUS_ZOMBIE:
                found[process] = None
                # PostgreSQL ends its own backends; asked one by one they would look like crashes
                if roots.get(process) != signal.SIGINT:
                    found.update(dict.fromkeys(process.children(recursive=True)))
    own = os.getpid()
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error, OSError):
            if process.pid != own and process.environ().get(_RUN_MARK) == run and run:
                found[process] = None
    return [process for process in found if process.pid != own]


if __name__ == "__main__":
    sys.exit(main())
