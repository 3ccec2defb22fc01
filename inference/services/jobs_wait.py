"""Wait for long work, for command lines."""

import time
from collections.abc import Callable, Iterable
from uuid import UUID

from fascicle.jobs.models import Job

POLL_SECONDS = 0.5


def jobs_wait(job_ids: Iterable[UUID], *, tell: Callable[[str], None]) -> list[Job]:
    """Return the jobs once all have ended; `tell` gets a line when one has something new to say.

    Workers do the work; without one this waits for ever.
    """
    ids = list(job_ids)
    said: dict[UUID, str] = {}
    while True:
        jobs = list(Job.objects.filter(pk__in=ids).order_by("created_at"))
        for job in jobs:
            message = job.error if job.is_finished and job.error else job.message
            line = f"{job.get_state_display()}: {message}" if message else job.get_state_display()
            if said.get(job.pk) != line:
                said[job.pk] = line
                tell(line)
        if all(job.is_finished for job in jobs):
            return jobs
        time.sleep(POLL_SECONDS)
