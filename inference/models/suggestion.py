"""What a model version said about a clip, and how sure it was."""

from django.db import models
from django.utils import timezone

from annotation.models import AnnotationSet
from fascicle.accounts.models import User
from fascicle.jobs.models import Job
from inference.models.model_version import ModelVersion


class SuggestionQuerySet(models.QuerySet["Suggestion"]):
    """Who may see which suggestion."""

    def visible_to(self, user: User) -> "SuggestionQuerySet":
        """Those whose set one may see."""
        return self.filter(annotation_set__in=AnnotationSet.objects.visible_to(user))


class Suggestion(models.Model):
    """Ties a suggestion set to the model version that wrote it.

    `confidence` holds, per structure code, one number a frame (0 to 1, null where not seen).
    """

    annotation_set = models.OneToOneField(
        AnnotationSet, on_delete=models.CASCADE, primary_key=True, related_name="+"
    )
    model_version = models.ForeignKey(
        ModelVersion, on_delete=models.PROTECT, related_name="suggestions"
    )
    job = models.ForeignKey(Job, on_delete=models.SET_NULL, null=True, related_name="+")
    confidence = models.JSONField(default=dict)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = SuggestionQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.model_version_id} on {self.annotation_set_id}"
