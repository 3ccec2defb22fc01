"""One piece of long work."""

import uuid
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import models
from django.utils import timezone

from fascicle.accounts.models import Membership, Project, Role, User

if TYPE_CHECKING:
    from datetime import datetime


class JobState(models.TextChoices):
    """queued -> running -> done | failed | cancelled; an expired lease can be claimed again."""

    QUEUED = "queued", "Waiting"
    RUNNING = "running", "Running"
    DONE = "done", "Done"
    FAILED = "failed", "Failed"
    CANCELLED = "cancelled", "Cancelled"


class JobQuerySet(models.QuerySet["Job"]):
    """Who may see which job, and which may be claimed."""

    def visible_to(self, user: User) -> "JobQuerySet":
        """One's own jobs, and all of the projects one administers."""
        administered = Membership.objects.of(user, roles=[Role.ADMIN]).values("project_id")
        member = Membership.objects.of(user).values("project_id")
        visible = models.Q(project_id__in=administered) | models.Q(
            owner=user, project_id__in=member
        )
        if user.only_project_id is None:  # a token for one project sees no work outside it
            visible |= models.Q(owner=user, project__isnull=True)
        return self.filter(visible)

    def claimable(self, now: "datetime") -> "JobQuerySet":
        """Waiting, or running under a lease that has run out."""
        return self.filter(
            models.Q(state=JobState.QUEUED) | models.Q(state=JobState.RUNNING, lease_until__lt=now)
        )

    def untidied(self, now: "datetime") -> "JobQuerySet":
        """Failed or cancelled a minute to a day ago, and not cleaned up after: who ended the job
        was killed before it could, or could not.
        """
        return self.filter(
            state__in=[JobState.FAILED, JobState.CANCELLED],
            cleaned_up_at__isnull=True,
            finished_at__lt=now - timedelta(minutes=1),
            finished_at__gt=now - timedelta(days=1),
        )

    def unfinished(self) -> "JobQuerySet":
        """Waiting or running."""
        return self.filter(state__in=[JobState.QUEUED, JobState.RUNNING])


class Job(models.Model):
    """The truth about a piece of long work; a Celery message only wakes a worker to claim it.

    `attempt` is the fencing token: every later write names the attempt it belongs to, so a worker
    that lost its lease cannot overwrite its successor.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=48)
    queue = models.CharField(max_length=32)
    owner = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    project = models.ForeignKey(Project, on_delete=models.CASCADE, null=True, related_name="+")
    target_id = models.UUIDField(null=True, db_index=True)  # the row that the work is about
    payload = models.JSONField(default=dict)  # ids and settings, never bytes
    result = models.JSONField(default=dict)

    state = models.CharField(max_length=16, choices=JobState.choices, default=JobState.QUEUED)
    progress = models.FloatField(default=0.0)  # 0 to 1
    message = models.CharField(max_length=200, blank=True)
    error = models.TextField(blank=True)  # a sentence for the person who can act
    log_tail = models.TextField(blank=True)

    attempt = models.PositiveIntegerField(default=0)
    max_attempts = models.PositiveIntegerField(default=3)
    lease_owner = models.CharField(max_length=120, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    heartbeat_at = models.DateTimeField(null=True, blank=True)
    is_cancel_requested = models.BooleanField(default=False)
    sent_at = models.DateTimeField(null=True, blank=True)  # of the last wake-up message

    created_at = models.DateTimeField(default=timezone.now, editable=False)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    cleaned_up_at = models.DateTimeField(null=True, blank=True)  # after a failure or cancellation

    objects = JobQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=JobState.values), name="job_state_known"
            ),
            models.CheckConstraint(
                condition=models.Q(progress__gte=0) & models.Q(progress__lte=1),
                name="job_progress_fraction",
            ),
            models.CheckConstraint(
                condition=~models.Q(state=JobState.RUNNING)
                | models.Q(lease_until__isnull=False, attempt__gte=1),
                name="job_running_has_lease",
            ),
        ]
        indexes = [models.Index(fields=["state", "lease_until"], name="job_state_lease")]

    def __str__(self) -> str:
        return f"{self.kind} {self.state}"

    @property
    def is_finished(self) -> bool:
        """No worker will touch it again."""
        return self.state in {JobState.DONE, JobState.FAILED, JobState.CANCELLED}

    @property
    def is_stranded(self) -> bool:
        """Its worker has shown no sign of life for a whole lease, and no other has taken it up."""
        return (
            self.state == JobState.RUNNING
            and self.lease_until is not None
            and self.lease_until < timezone.now()
        )
