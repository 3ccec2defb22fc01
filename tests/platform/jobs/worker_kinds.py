"""Kinds of work that a worker process of test_worker.py loads with --include."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING, Any

from fascicle.jobs.registry import register

if TYPE_CHECKING:
    from fascicle.jobs.context import JobContext


def _quick(context: JobContext) -> dict[str, Any]:
    return {"sum": sum(context.payload["numbers"]), "pid": os.getpid()}


def _first_worker_never_ends(context: JobContext) -> dict[str, Any]:
    while context.attempt == 1:
        context.report(0.5, "Holding.")
        time.sleep(0.05)
    return {"by_attempt": context.attempt, "pid": os.getpid()}


register("test_quick", _quick)
register("test_first_worker_never_ends", _first_worker_never_ends)
