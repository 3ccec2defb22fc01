"""A real Celery worker on the queue `train`, for tests that kill it or what it depends on."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil


@contextmanager
def worker(repository: Path, log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A prefork worker on the queue `train`, on the database of the tests."""
    from django.db import connection

    name = str(connection.settings_dict["NAME"])  # the tests' own, not the one in the environment
    url = os.environ["DATABASE_URL"].rsplit("/", 1)[0] + f"/{name}"
    with log.open("ab") as output:
        process = subprocess.Popen(
            [
                *(sys.executable, "-m", "celery", "-A", "fascicle", "worker", "--queues", "train"),
                *("--concurrency", "1", "--loglevel", "INFO", "--without-mingle"),
            ],
            cwd=repository,
            env={**os.environ, "DATABASE_URL": url, "FASCICLE_JOB_HEARTBEAT_SECONDS": "1"},
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        yield process
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def until(condition: Callable[[], bool], what: str, *, seconds: float = 90) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"waited {seconds:.0f} s for {what}"
        time.sleep(0.1)


def fits(run_id: object) -> list[psutil.Process]:
    """Training processes of the run, whoever started them."""
    found = []
    for process in psutil.process_iter(["cmdline", "status"]):
        line = process.info["cmdline"] or []
        if any(str(run_id) in part for part in line) and "fit" in line:
            found.append(process)
    return found
