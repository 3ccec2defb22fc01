"""One recording."""

import uuid
from typing import TYPE_CHECKING

from django.db import models
from django.utils import timezone

from annotation.models.subject import Subject
from fascicle.accounts.models import Membership, Project, Role, User

if TYPE_CHECKING:
    from collections.abc import Iterable


class ClipState(models.TextChoices):
    """Where a clip stands in the loop. A clip row exists only once ingest has succeeded."""

    NEW = "new", "New"
    ANNOTATING = "annotating", "Being annotated"
    IN_REVIEW = "in_review", "In review"
    RETURNED = "returned", "Returned"
    ACCEPTED = "accepted", "Accepted"


class ClipQuerySet(models.QuerySet["Clip"]):
    """Who may see which clip."""

    def visible_to(self, user: User) -> "ClipQuerySet":
        """Clips of one's own projects that are not deleted."""
        return self.filter(deleted_at__isnull=True, project__in=Project.objects.visible_to(user))

    def deleted_of(self, user: User) -> "ClipQuerySet":
        """Deleted clips of the projects one administers: who may restore them."""
        administered = Membership.objects.of(user, roles=[Role.ADMIN]).values("project_id")
        return self.filter(deleted_at__isnull=False, project_id__in=administered)

    def veiled_from(self, user: User) -> "ClipQuerySet":
        """Clips about which a trainee is asked in the practice room: what is drawn on them is shown
        to that person by the reveal of an answer and nowhere else.
        """
        trained = Membership.objects.of(user, roles=[Role.TRAINEE]).values("project_id")
        return self.filter(
            project_id__in=trained,
            questions__course__enrolments__person=user,
            questions__course__enrolments__ended_at__isnull=True,
        )

    def in_states(self, states: "Iterable[ClipState]") -> "ClipQuerySet":
        """Clips in one of the states."""
        return self.filter(state__in=list(states))


class Clip(models.Model):
    """Immutable pixels: what was decoded at ingest. Only `state` and the words about it change."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="clips")
    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="clips")
    number = models.PositiveIntegerField()  # within the project, for people to say
    label = models.CharField(max_length=120, blank=True)
    state = models.CharField(max_length=16, choices=ClipState.choices, default=ClipState.NEW)

    source_sha256 = models.CharField(max_length=64)  # of the file as uploaded; the file is not kept
    source_format = models.CharField(max_length=40)  # e.g. "mov,mp4 / h264"
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    frame_count = models.PositiveIntegerField()
    duration_s = models.FloatField()
    microns_per_pixel = models.FloatField(null=True, blank=True)
    microns_source = models.CharField(max_length=40, blank=True)
    calibration = models.JSONField(null=True, blank=True)  # the two points and their distance
    scanner = models.CharField(max_length=80, blank=True)
    credit = models.CharField(max_length=200, blank=True)  # source and licence, shown with the clip
    redaction = models.JSONField(null=True, blank=True)  # what was cut off and blanked
    redaction_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    redaction_at = models.DateTimeField(null=True, blank=True)
    thumbnail_key = models.CharField(max_length=200)  # storage name of a JPEG

    created_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    deleted_at = models.DateTimeField(null=True, blank=True)

    objects = ClipQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["project", "number"], name="clip_number_once"),
            models.UniqueConstraint(
                fields=["project", "source_sha256"],
                condition=models.Q(deleted_at__isnull=True),
                name="clip_source_once",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=ClipState.values), name="clip_state_known"
            ),
            models.CheckConstraint(
                condition=models.Q(width__gte=1, height__gte=1, frame_count__gte=1),
                name="clip_has_pixels",
            ),
            models.CheckConstraint(
                condition=models.Q(microns_per_pixel__isnull=True)
                | models.Q(microns_per_pixel__gt=0),
                name="clip_scale_positive",
            ),
        ]
        indexes = [
            models.Index(fields=["project", "-created_at", "id"], name="clip_newest_first"),
            models.Index(fields=["project", "state"], name="clip_state"),
        ]

    def __str__(self) -> str:
        return self.label or f"Clip {self.number}"
