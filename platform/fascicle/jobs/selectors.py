"""What is known of the workers."""

from django.utils import timezone

from fascicle.health import PULSE_IS_STALE_AFTER
from fascicle.jobs.models import Job, JobState, WorkerPulse


def is_queue_served(queue: str) -> bool:
    """Whether some worker on the queue has shown a sign of life lately.

    A worker that is busy for hours answers no question; the job that it holds speaks for it, and
    between two jobs the one just ended.
    """
    now = timezone.now()
    since = now - PULSE_IS_STALE_AFTER
    jobs = Job.objects.filter(queue=queue)
    return (
        WorkerPulse.objects.filter(queue=queue, at__gte=since).exists()
        or jobs.filter(state=JobState.RUNNING, lease_until__gte=now).exists()
        or jobs.filter(finished_at__gte=since, heartbeat_at__gte=since).exists()
    )
