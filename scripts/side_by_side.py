"""Run the browser tests, then those of training's numbers, beside all others: each has its own
services and mostly waits.

    python scripts/side_by_side.py [arguments for all pytest runs]

What the others print is shown as it comes, the rest afterwards. Exits with the first status that
is not zero; all runs are ended when this one is.
"""

from __future__ import annotations

import signal
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from types import FrameType
from typing import IO

REPOSITORY = Path(__file__).resolve().parents[1]
# name, what is run; one after another
BESIDE = (("browser", "tests/browser"), ("numbers", "tests/training/numeric"))


def main() -> int:
    """All of them; 0 when all passed."""
    signal.signal(signal.SIGTERM, _leave)
    with tempfile.TemporaryFile() as output:
        lane = Lane(output)
        others = _pytest("others", [f"--ignore={where}" for _, where in BESIDE])
        try:
            lane.start()
            status = others.wait()
            lane.join()
        finally:
            lane.end()
            _end(others)
            output.seek(0)
            sys.stdout.write("\n== beside them\n")
            sys.stdout.write(output.read().decode("utf-8", "replace"))
            sys.stdout.flush()
    return next((each for each in (status, *lane.statuses) if each), 0)


class Lane(threading.Thread):
    """Runs what is beside, one after another; `statuses` has as many as have ended."""

    def __init__(self, output: IO[bytes]) -> None:
        super().__init__(daemon=True)
        self.statuses: list[int] = []
        self._output = output
        self._running: subprocess.Popen[bytes] | None = None
        self._is_over = False
        self._turn = threading.Lock()

    def run(self) -> None:
        for name, where in BESIDE:
            with self._turn:
                if self._is_over:
                    return
                self._running = _pytest(name, [where], stdout=self._output)
            self.statuses.append(self._running.wait())

    def end(self) -> None:
        """End what runs, and begin no more."""
        with self._turn:
            self._is_over = True
        if self._running is not None:
            _end(self._running)


def _pytest(
    name: str, where: list[str], stdout: IO[bytes] | None = None
) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "pytest", "-o", f"cache_dir=.pytest_cache/{name}"]
    return subprocess.Popen(
        [*command, *where, *sys.argv[1:]],
        cwd=REPOSITORY,
        stdout=stdout,
        stderr=subprocess.STDOUT,
    )


def _end(half: subprocess.Popen[bytes]) -> None:
    """Ask as Ctrl-C does, so that fixtures stop what they started."""
    if half.poll() is not None:
        return
    half.send_signal(signal.SIGINT)
    try:
        half.wait(timeout=90)
    except subprocess.TimeoutExpired:
        half.kill()


def _leave(number: int, frame: FrameType | None) -> None:
    del frame
    sys.exit(128 + number)


if __name__ == "__main__":
    sys.exit(main())
