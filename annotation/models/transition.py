"""What has become of a set, step by step."""

from django.db import models
from django.utils import timezone

from annotation.models.annotation_set import AnnotationSet, SetState
from fascicle.accounts.models import User


class SetStep(models.TextChoices):
    """The ways from one state to another; `annotation.stages` says which are open to whom."""

    SUBMIT = "submit", "Handed in"
    ACCEPT = "accept", "Accepted"
    RETURN = "return", "Returned"
    REOPEN = "reopen", "Reopened"


class SetTransition(models.Model):
    """Append-only. `revision` is the one that the step was taken on: the first `submit` names what
    an independent reader said before any colleague did.
    """

    annotation_set = models.ForeignKey(
        AnnotationSet, on_delete=models.CASCADE, related_name="transitions"
    )
    step = models.CharField(max_length=8, choices=SetStep.choices)
    from_state = models.CharField(max_length=16, choices=SetState.choices)
    to_state = models.CharField(max_length=16, choices=SetState.choices)
    revision = models.PositiveIntegerField()
    actor = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField(blank=True)
    at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(step="submit", from_state__in=["draft", "returned"])
                & models.Q(to_state="submitted")
                | models.Q(step="accept", from_state="submitted", to_state="accepted")
                | models.Q(step="return", from_state="submitted", to_state="returned")
                | models.Q(
                    step="reopen", from_state="accepted", to_state__in=["returned", "submitted"]
                ),
                name="transition_is_a_step",
            ),
            models.CheckConstraint(
                condition=models.Q(step__in=["submit", "accept"]) | ~models.Q(reason=""),
                name="transition_says_why",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.step} of {self.annotation_set_id}"
