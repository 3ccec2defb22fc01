"""How work in a worker's child process learns that the worker is shutting down.

Celery tells only the main process. A pipe made before the pool forks carries the news: one byte is
written and never read, so every child sees it. With the solo pool both ends are the same process.
"""

import os
from typing import Any

from celery import signals

_pipe: tuple[int, int] | None = None


def watch_worker() -> None:
    """Connect to Celery's signals; harmless outside a worker, as they are never sent there."""
    signals.worker_init.connect(_open, dispatch_uid="training-leaving-open")
    signals.worker_shutting_down.connect(_tell, dispatch_uid="training-leaving-tell")


def leaving_descriptor() -> int | None:
    """A descriptor that is readable once the worker is shutting down; None outside a worker."""
    return _pipe[0] if _pipe else None


def _open(**_: Any) -> None:
    global _pipe  # noqa: PLW0603  # one worker a process, inherited by its forks
    if _pipe is None:
        _pipe = os.pipe()


def _tell(**_: Any) -> None:
    if _pipe is not None:
        os.write(_pipe[1], b"x")  # safe in the signal handler this runs in
