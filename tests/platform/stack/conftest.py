"""Small stand-ins for services, and a supervisor run as a program of its own."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

REPOSITORY = Path(__file__).resolve().parents[3]

#: a supervisor over the processes that PROCESSES (Python source) builds
_PROGRAM = """
import os, sys
from pathlib import Path
from fascicle.stack.console import Console
from fascicle.stack.processes import LogShows, ProcessSpec, Restart
from fascicle.stack.supervisor import Supervisor
import re, signal

def script(name, source, stage=0, **more):
    return ProcessSpec(name=name, argv=(sys.executable, "-u", "-c", source), stage=stage, **more)

folder = Path({folder!r})
{processes}
class Run(Supervisor):
    def on_all_ready(self):
        print("ALL READY", flush=True)

sys.exit(Run(specs, logs=folder, environment=dict(os.environ), run="test-" + str(os.getpid()),
             console=Console()).run())
"""


class Running:
    """A supervisor program, what it has said, and what it started."""

    def __init__(self, process: subprocess.Popen[str], output: Path) -> None:
        self.process = process
        self._output = output

    @property
    def said(self) -> str:
        return self._output.read_text(encoding="utf-8")

    def wait_for(self, text: str, seconds: float = 30.0) -> None:
        wait_until(lambda: text in self.said, seconds, lambda: f"{text!r} not in:\n{self.said}")

    def descendants(self) -> list[psutil.Process]:
        return psutil.Process(self.process.pid).children(recursive=True)


def wait_until(condition: Callable[[], bool], seconds: float, complaint: Callable[[], str]) -> None:
    """Poll `condition`; fail with `complaint` when it stays false."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            pytest.fail(complaint())
        time.sleep(0.05)


@pytest.fixture
def supervise(tmp_path: Path) -> Iterator[Callable[[str], Running]]:
    """Start a supervisor over `specs`, which the given Python source defines."""
    started: list[subprocess.Popen[str]] = []

    def begin(processes: str) -> Running:
        output = tmp_path / f"supervisor-{len(started)}.out"
        with output.open("w") as stream:
            process = subprocess.Popen(
                [
                    sys.executable,
                    "-c",
                    _PROGRAM.format(folder=str(tmp_path), processes=processes),
                ],
                stdout=stream,
                stderr=subprocess.STDOUT,
                text=True,
                env={
                    **os.environ,
                    "PYTHONPATH": str(REPOSITORY / "platform"),
                    "FASCICLE_KEEPER_GRACE_SECONDS": "1",
                },
                start_new_session=True,
            )
        started.append(process)
        return Running(process, output)

    yield begin
    for process in started:
        if process.poll() is None:
            process.terminate()
            process.wait(30)
