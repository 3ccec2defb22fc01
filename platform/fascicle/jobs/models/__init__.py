"""Durable rows behind all long work."""

from fascicle.jobs.models.job import Job, JobState
from fascicle.jobs.models.pulse import WorkerPulse

__all__ = ["Job", "JobState", "WorkerPulse"]
