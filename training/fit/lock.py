"""One process a fold folder: a lock the system drops when its holder dies."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from training.fit.plan import FitError, FitStopped
from training.fit.stopping import is_supervised

# A predecessor whose supervisor was killed needs a moment to write its last checkpoint.
WAIT_SECONDS = 20.0
_POLL_SECONDS = 0.2


@contextmanager
def folder_lock(folder: Path, wait_seconds: float = WAIT_SECONDS) -> Iterator[None]:
    """Hold the folder; FitError when another process still holds it after wait_seconds.

    FitStopped instead under a supervisor: a predecessor that outlived its own may take minutes to
    write its results, and this fold is tried again after that.
    """
    if sys.platform == "win32":
        yield
        return
    import fcntl  # noqa: PLC0415 - POSIX only

    with (folder / ".lock").open("w") as file:
        deadline = time.monotonic() + wait_seconds
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > deadline:
                    kind = FitStopped if is_supervised() else FitError
                    raise kind(f"Another process is training in {folder}.") from None
                time.sleep(_POLL_SECONDS)
        yield
