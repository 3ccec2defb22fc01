"""What a running piece of work knows of its own Job row."""

import logging
import threading
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import close_old_connections, connection

from fascicle.jobs.models import Job
from fascicle.jobs.services.job_lease import job_heartbeat

logger = logging.getLogger(__name__)


class JobStopped(Exception):  # noqa: N818  # a request to stop, not an error
    """Raised inside work that must stop; `is_lost` tells a lost lease from a cancellation."""

    def __init__(self, *, is_lost: bool) -> None:
        super().__init__("The lease was lost." if is_lost else "Cancelled.")
        self.is_lost = is_lost


@dataclass
class JobContext:
    """Handed to the handler: its ids, and how to tell progress.

    `report` writes at once; between reports a thread keeps the lease alive. Both notice when the
    job was cancelled or taken over, and the next `report` or `check` raises JobStopped.
    """

    job_id: UUID
    attempt: int
    owner_id: UUID | None
    project_id: UUID | None
    target_id: UUID | None
    payload: dict[str, Any]
    _stop: threading.Event = field(default_factory=threading.Event)
    _lost: bool = False
    _thread: threading.Thread | None = None
    _finished: threading.Event = field(default_factory=threading.Event)

    @classmethod
    def of(cls, job: Job) -> "JobContext":
        """For a job just claimed."""
        return cls(
            job.pk, job.attempt, job.owner_id, job.project_id, job.target_id, dict(job.payload)
        )

    def report(self, progress: float, message: str = "", *, log: str | None = None) -> None:
        """Tell how far the work is (0 to 1) and what it is doing; keeps the lease.

        Raises JobStopped when the job was cancelled or another attempt has taken over.
        """
        self._beat(progress=min(max(progress, 0.0), 1.0), message=message[:200], log=log)
        self.check()

    def check(self) -> None:
        """Raise JobStopped when the work must stop."""
        if self._stop.is_set():
            raise JobStopped(is_lost=self._lost)

    @property
    def must_stop(self) -> bool:
        """The same without raising, for loops that supervise another process."""
        return self._stop.is_set()

    def _beat(
        self, *, progress: float | None = None, message: str | None = None, log: str | None = None
    ) -> None:
        answer = job_heartbeat(
            job_id=self.job_id, attempt=self.attempt, progress=progress, message=message, log=log
        )
        if answer is None:
            self._lost = True
            self._stop.set()
        elif answer:
            self._stop.set()

    def __enter__(self) -> "JobContext":
        self._thread = threading.Thread(target=self._keep_alive, name="heartbeat", daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._finished.set()
        if self._thread is not None:
            self._thread.join(timeout=5)

    def _keep_alive(self) -> None:
        while not self._finished.wait(settings.JOB_HEARTBEAT_SECONDS):
            close_old_connections()
            try:
                self._beat()
            except Exception:  # the database may be restarting; the lease bounds it
                logger.warning("no heartbeat for job %s", self.job_id, exc_info=True)
                connection.close()
        connection.close()
