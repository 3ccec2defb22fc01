"""A database that restarts must not end hours of training."""

import time
from collections.abc import Callable
from typing import TypeVar

from django.db import InterfaceError, OperationalError, connection

Answer = TypeVar("Answer")

PATIENCE_SECONDS = 120.0
_PAUSE_SECONDS = 1.0


def patiently(act: Callable[[], Answer], *, seconds: float = PATIENCE_SECONDS) -> Answer:
    """Do something with the database, again on a new connection while it is away.

    `act` must be one transaction. Raises what it raised last once `seconds` have passed.
    """
    deadline = time.monotonic() + seconds
    while True:
        try:
            return act()
        except (OperationalError, InterfaceError):
            if time.monotonic() > deadline:
                raise
            connection.close()
            time.sleep(_PAUSE_SECONDS)
