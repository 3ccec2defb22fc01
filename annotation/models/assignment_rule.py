"""How the clips of a project find their readers, and readings their reviewers."""

from django.db import models
from django.utils import timezone

from fascicle.accounts.models import Project, User


class AssignmentRule(models.Model):
    """One for a project. Without readers a clip belongs to whoever opens it; where no reviewer is
    assigned a reading waits for any colleague.
    """

    project = models.OneToOneField(
        Project, on_delete=models.CASCADE, primary_key=True, related_name="assignment_rule"
    )
    readers_per_clip = models.PositiveSmallIntegerField(default=0)
    is_blinded_to_readers = models.BooleanField(default=True)
    is_blinded_to_model = models.BooleanField(default=False)
    read_within_days = models.PositiveSmallIntegerField(null=True, blank=True)
    assigns_reviewer = models.BooleanField(default=False)
    review_within_days = models.PositiveSmallIntegerField(null=True, blank=True)
    # empty: every expert and admin of the project
    readers = models.ManyToManyField(User, related_name="+", blank=True)
    reviewers = models.ManyToManyField(User, related_name="+", blank=True)
    updated_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(readers_per_clip__lte=20), name="assignment_rule_sizes"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.readers_per_clip} readers a clip"
