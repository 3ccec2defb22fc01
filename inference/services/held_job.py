"""Fencing: a transaction that only the attempt which holds the job can commit."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction

from fascicle.jobs.context import JobContext, JobStopped
from fascicle.jobs.models import Job, JobState


@contextmanager
def held_job(context: JobContext) -> Iterator[None]:
    """Lock the job's row in a transaction, so that no other attempt can begin before it ends.

    Raises JobStopped when another attempt has taken over or the job has ended.
    """
    with transaction.atomic():
        held = Job.objects.select_for_update().filter(
            pk=context.job_id, attempt=context.attempt, state=JobState.RUNNING
        )
        if held.values_list("pk").first() is None:
            raise JobStopped(is_lost=True)
        yield
