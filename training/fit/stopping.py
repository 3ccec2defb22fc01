"""How a fit is told to stop: by a signal, or by the death of the process that supervises it."""

from __future__ import annotations

import ctypes
import os
import platform
import signal
import threading
import time
from types import FrameType, TracebackType

PR_SET_PDEATHSIG = 1
_POLL_SECONDS = 1.0

_is_supervised = threading.Event()


class StopSignal:
    """While entered, SIGTERM and SIGINT only raise a flag; calling it says whether one came.

    Signals can be caught in the main thread alone; elsewhere the flag stays down.
    """

    def __init__(self) -> None:
        self._is_asked = False
        self._former: dict[int, object] = {}

    def __enter__(self) -> StopSignal:
        if threading.current_thread() is threading.main_thread():
            for number in (signal.SIGTERM, signal.SIGINT):
                self._former[number] = signal.signal(number, self._ask)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        for number, handler in self._former.items():
            signal.signal(number, handler)  # type: ignore[arg-type]

    def __call__(self) -> bool:
        return self._is_asked

    def _ask(self, number: int, frame: FrameType | None) -> None:
        self._is_asked = True


def is_supervised() -> bool:
    """Whether another process started this one and tries again what did not come to its end."""
    return _is_supervised.is_set()


def die_with_parent() -> None:
    """Send this process SIGTERM when its parent dies, which supervises it.

    On Linux the kernel does it (prctl(2), PR_SET_PDEATHSIG: when the *thread* that started this
    process ends); elsewhere a thread looks every second.
    """
    _is_supervised.set()
    parent = os.getppid()
    if platform.system() == "Linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
        if os.getppid() != parent:  # it died before the kernel was told
            os.kill(os.getpid(), signal.SIGTERM)
        return

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(_POLL_SECONDS)
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, name="parent-watch", daemon=True).start()
