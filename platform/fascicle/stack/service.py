"""What has become of one process of the stack."""

from __future__ import annotations

import signal
from dataclasses import dataclass
from enum import StrEnum

from fascicle.stack.child import Child
from fascicle.stack.processes import ProcessSpec, Restart


class ServiceState(StrEnum):
    """Where one process stands."""

    WAITING = "waiting"
    STARTING = "starting"
    READY = "ready"
    DONE = "done"
    RESTARTING = "restarting"
    FAILED = "failed"
    STOPPING = "stopping"
    STOPPED = "stopped"


@dataclass(slots=True)
class Service:
    """A process spec and what has become of it."""

    spec: ProcessSpec
    state: ServiceState = ServiceState.WAITING
    child: Child | None = None
    failures: int = 0  # in a row, without a healthy minute between
    restarts: int = 0
    was_ready: bool = False
    is_late: bool = False
    due: float = 0.0  # monotonic seconds: when to start it again
    changed_at: float = 0.0  # seconds since 1970

    @property
    def is_settled(self) -> bool:
        """True when later stages need not wait for it."""
        if self.spec.restart is Restart.NEVER:
            return self.state is ServiceState.DONE or (
                self.state is ServiceState.FAILED and not self.spec.required
            )
        return self.was_ready


def reason_of(status: int) -> str:
    """What an exit status says, in words."""
    if status >= 0:
        return f"ended with status {status}"
    try:
        return f"ended by {signal.Signals(-status).name}"
    except ValueError:
        return f"ended by signal {-status}"
