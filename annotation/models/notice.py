"""What a person is told about work that concerns them."""

import uuid
from typing import TYPE_CHECKING

from django.db import models
from django.utils import timezone

from annotation.models.annotation_set import AnnotationSet
from annotation.models.assignment import Assignment
from annotation.models.clip import Clip
from fascicle.accounts.models import Membership, Project, User

if TYPE_CHECKING:
    from datetime import datetime


class NoticeKind(models.TextChoices):
    """What has happened."""

    ASSIGNED = "assigned", "Work was assigned to you"
    DUE = "due", "Work is due"
    RETURNED = "returned", "Your reading was returned"
    ACCEPTED = "accepted", "Your reading was accepted"
    REOPENED = "reopened", "A decision was taken back"
    REMARK = "remark", "There is a remark"
    RELEASED = "released", "Work lost its person"


class NoticeQuerySet(models.QuerySet["Notice"]):
    """Who may read which notice."""

    def visible_to(self, user: User) -> "NoticeQuerySet":
        """One's own, of projects one is still in, about clips that are still there and sets that
        one may see now; none from before a clip was given to one to read again.
        """
        member = Membership.objects.of(user).values("project_id")
        sets = AnnotationSet.objects.visible_to(user)
        again = Assignment.objects.open_readings(user).filter(
            clip=models.OuterRef("clip"),
            reading__gt=1,
            created_at__gt=models.OuterRef("created_at"),
        )
        return self.filter(~models.Exists(again), user=user, project_id__in=member).filter(
            models.Q(clip__isnull=True) | models.Q(clip__deleted_at__isnull=True),
            models.Q(annotation_set__isnull=True) | models.Q(annotation_set__in=sets),
        )


class Notice(models.Model):
    """One line. Where it names a set, it leads there only while the person may see the set."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="notices")
    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=10, choices=NoticeKind.choices)
    text = models.CharField(max_length=400)
    clip = models.ForeignKey(
        Clip, on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    annotation_set = models.ForeignKey(
        AnnotationSet, on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    read_at = models.DateTimeField(null=True, blank=True)
    mailed_at = models.DateTimeField(null=True, blank=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind__in=NoticeKind.values), name="notice_kind_known"
            ),
            models.CheckConstraint(condition=~models.Q(text=""), name="notice_has_text"),
        ]
        indexes = [
            models.Index(fields=["user", "-created_at", "-id"], name="notice_newest_first"),
            models.Index(
                fields=["user"], condition=models.Q(read_at__isnull=True), name="notice_unread"
            ),
        ]

    def __str__(self) -> str:
        return self.text


class NoticeSetting(models.Model):
    """Whether a person wants notices by e-mail, and when the last digest went out."""

    user = models.OneToOneField(
        User, on_delete=models.CASCADE, primary_key=True, related_name="notice_setting"
    )
    is_mail_muted = models.BooleanField(default=False)
    mailed_at: "models.DateTimeField[datetime | None, datetime | None]" = models.DateTimeField(
        null=True, blank=True
    )

    def __str__(self) -> str:
        return "no e-mail" if self.is_mail_muted else "e-mail"
