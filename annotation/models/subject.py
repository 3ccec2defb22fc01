"""A person who was scanned, known by a pseudonym only."""

import uuid
from typing import TYPE_CHECKING

from django.db import models
from django.utils import timezone

from fascicle.accounts.models import Project

if TYPE_CHECKING:
    from fascicle.accounts.models import User


class SubjectQuerySet(models.QuerySet["Subject"]):
    """Who may see which subject."""

    def visible_to(self, user: "User") -> "SubjectQuerySet":
        """Subjects of one's own projects."""
        return self.filter(project__in=Project.objects.visible_to(user))


class Subject(models.Model):
    """The unit of splitting: one subject is never on both sides of a fold."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="subjects")
    pseudonym = models.CharField(max_length=64)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = SubjectQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["project", "pseudonym"], name="subject_pseudonym_once"),
            models.CheckConstraint(condition=~models.Q(pseudonym=""), name="subject_has_pseudonym"),
        ]

    def __str__(self) -> str:
        return self.pseudonym
