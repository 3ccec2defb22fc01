"""A bridge streaming, and what was kept of it."""

import uuid

from django.db import models
from django.utils import timezone

from fascicle.accounts.models import Project, User
from inference.models.device import Device
from inference.models.model_version import ModelVersion


class LiveSessionQuerySet(models.QuerySet["LiveSession"]):
    """Who may see which session."""

    def visible_to(self, user: User) -> "LiveSessionQuerySet":
        """Sessions of one's own projects: trainees follow too."""
        return self.filter(project__in=Project.objects.visible_to(user))

    def open(self) -> "LiveSessionQuerySet":
        """Not ended."""
        return self.filter(ended_at__isnull=True)


class LiveSession(models.Model):
    """From a bridge's first hello until it is ended or stays away.

    Without a model version of its own the session runs the one promoted for `live`; `is_model_off`
    shows the bare picture.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="+")
    device = models.ForeignKey(Device, on_delete=models.CASCADE, related_name="sessions")
    source = models.CharField(max_length=40)  # the kind only: an address says where a scanner is
    model_version = models.ForeignKey(
        ModelVersion, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    is_model_off = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    last_seen_at = models.DateTimeField(default=timezone.now)  # at the site or the hub
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = LiveSessionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["device"],
                condition=models.Q(ended_at__isnull=True),
                name="live_session_once_a_device",
            ),
            models.CheckConstraint(
                condition=models.Q(is_model_off=False) | models.Q(model_version__isnull=True),
                name="live_session_model_or_off",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source} of {self.device_id}"


class RecordingState(models.TextChoices):
    """recording -> ingesting -> done; any -> failed."""

    RECORDING = "recording", "Recording"
    INGESTING = "ingesting", "Becoming a clip"
    DONE = "done", "Done"
    FAILED = "failed", "Failed"


class RecordingQuerySet(models.QuerySet["Recording"]):
    """Who may see which recording."""

    def visible_to(self, user: User) -> "RecordingQuerySet":
        """Recordings of sessions one may see."""
        return self.filter(session__in=LiveSession.objects.visible_to(user))


class Recording(models.Model):
    """Kept frames of a session on their way to becoming a clip.

    `is_consent_noted` and `is_look_confirmed` are what the person who started it stated: that the
    subject consented, and that nothing on the picture identifies them.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    session = models.ForeignKey(LiveSession, on_delete=models.CASCADE, related_name="recordings")
    state = models.CharField(
        max_length=12, choices=RecordingState.choices, default=RecordingState.RECORDING
    )
    subject = models.CharField(max_length=64)
    label = models.CharField(max_length=120, blank=True)
    is_consent_noted = models.BooleanField()
    is_look_confirmed = models.BooleanField(default=False)
    started_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    started_at = models.DateTimeField(default=timezone.now, editable=False)
    stop_asked_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    frame_count = models.PositiveIntegerField(default=0)
    clip_id = models.UUIDField(null=True, blank=True)  # the upload's id, and the clip's
    is_preannotation_asked = models.BooleanField(default=False)
    error = models.TextField(blank=True)

    objects = RecordingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["session"],
                condition=models.Q(state="recording"),
                name="recording_once_a_session",
            ),
            models.CheckConstraint(
                condition=models.Q(is_consent_noted=True), name="recording_has_consent"
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=RecordingState.values), name="recording_state_known"
            ),
        ]

    def __str__(self) -> str:
        return f"recording of {self.session_id}"
