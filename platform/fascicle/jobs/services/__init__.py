"""The verbs of long work."""

from fascicle.jobs.services.job_cancel import job_cancel
from fascicle.jobs.services.job_create import job_create
from fascicle.jobs.services.job_lease import (
    job_claim,
    job_fail,
    job_finish,
    job_heartbeat,
    job_release,
)
from fascicle.jobs.services.job_reap import job_reap

__all__ = [
    "job_cancel",
    "job_claim",
    "job_create",
    "job_fail",
    "job_finish",
    "job_heartbeat",
    "job_reap",
    "job_release",
]
