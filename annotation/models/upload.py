"""A file on its way to becoming a clip."""

import uuid
from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.utils import timezone

from fascicle.accounts.models import Membership, Project, Role, User

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

ABANDONED_AFTER = timedelta(days=7)  # without any byte


class UploadState(models.TextChoices):
    """receiving -> inspecting -> awaiting_release -> ingesting -> done; failed, cancelled."""

    RECEIVING = "receiving", "Receiving"
    INSPECTING = "inspecting", "Being looked at"
    AWAITING_RELEASE = "awaiting_release", "Waiting for release"
    INGESTING = "ingesting", "Being taken in"
    DONE = "done", "Done"
    FAILED = "failed", "Failed"
    CANCELLED = "cancelled", "Cancelled"


# Its bytes wait; the others have left none.
LIVE = (
    UploadState.RECEIVING,
    UploadState.INSPECTING,
    UploadState.AWAITING_RELEASE,
    UploadState.INGESTING,
)
# All bytes have arrived and been hashed.
WHOLE = (UploadState.INSPECTING, UploadState.AWAITING_RELEASE, UploadState.INGESTING)


class UploadQuerySet(models.QuerySet["Upload"]):
    """Who may see which upload."""

    def visible_to(self, user: User) -> "UploadQuerySet":
        """Uploads show what is not yet de-identified: experts and admins of the project only."""
        trusted = Membership.objects.of(user, roles=[Role.ADMIN, Role.EXPERT])
        return self.filter(project_id__in=trusted.values("project_id"))

    def in_states(self, states: "Iterable[UploadState]") -> "UploadQuerySet":
        """Uploads in one of the states."""
        return self.filter(state__in=list(states))


class Upload(models.Model):
    """Bytes that wait, what was found in them, and who released them. The clip it becomes has the
    same id. The name of the file is kept nowhere.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="uploads")
    owner = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    state = models.CharField(
        max_length=16, choices=UploadState.choices, default=UploadState.RECEIVING
    )

    subject = models.CharField(max_length=64)  # a pseudonym; the row is made with the clip
    label = models.CharField(max_length=120, blank=True)
    scanner = models.CharField(max_length=80, blank=True)
    credit = models.CharField(max_length=200, blank=True)
    microns_per_pixel = models.FloatField(null=True, blank=True)

    byte_size = models.PositiveBigIntegerField()
    received_bytes = models.PositiveBigIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True)  # known once every byte is there

    inspect_job_id = models.UUIDField(null=True, blank=True)
    ingest_job_id = models.UUIDField(null=True, blank=True)
    facts = models.JSONField(null=True, blank=True)  # what the file says of its pictures
    proposal = models.JSONField(null=True, blank=True)  # {redaction, findings}
    previews = models.JSONField(default=list, blank=True)  # [{frame_index, time_s}]
    redaction = models.JSONField(null=True, blank=True)  # as released
    # someone who stated, when uploading, that they have looked at the file and that `redaction`,
    # or without it what will be proposed, suffices
    releaser = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    released_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    released_at = models.DateTimeField(null=True, blank=True)
    error = models.TextField(blank=True)  # a sentence for the person who sent it
    error_code = models.CharField(max_length=40, blank=True)

    created_at = models.DateTimeField(default=timezone.now, editable=False)
    touched_at = models.DateTimeField(default=timezone.now)  # when bytes last arrived
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = UploadQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=UploadState.values), name="upload_state_known"
            ),
            models.CheckConstraint(
                condition=models.Q(received_bytes__lte=models.F("byte_size")),
                name="upload_not_over_its_size",
            ),
            models.CheckConstraint(
                condition=~models.Q(state__in=["ingesting", "done"])
                | models.Q(redaction__isnull=False, released_at__isnull=False),
                name="upload_released_before_ingest",
            ),
            models.UniqueConstraint(
                fields=["project", "sha256"],
                condition=models.Q(state__in=["inspecting", "awaiting_release", "ingesting"]),
                name="upload_source_once",
            ),
        ]
        indexes = [
            models.Index(fields=["project", "-created_at", "id"], name="upload_newest_first"),
            models.Index(fields=["state", "touched_at"], name="upload_state_touched"),
        ]

    def __str__(self) -> str:
        return self.label or f"Upload of {self.subject}"

    @property
    def is_whole(self) -> bool:
        """Every byte has arrived."""
        return self.received_bytes == self.byte_size

    @property
    def is_finished(self) -> bool:
        """Nothing more happens to it."""
        return self.state not in LIVE

    @property
    def expires_at(self) -> "datetime | None":
        """When it ends unless bytes arrive, or unless somebody releases it; else None."""
        if self.state == UploadState.RECEIVING:
            return self.touched_at + ABANDONED_AFTER
        if self.state == UploadState.AWAITING_RELEASE:
            return self.touched_at + timedelta(days=settings.UPLOAD_WAITING_DAYS)
        return None
