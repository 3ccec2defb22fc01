"""What people made of suggestions: the model's score in real life."""

from django.core.validators import MinValueValidator
from django.db import models
from django.utils import timezone

from annotation.models import AnnotationSet, Structure
from fascicle.accounts.models import Membership, Role, User
from inference.models.suggestion import Suggestion


class Answer(models.TextChoices):
    """What someone did with a suggestion."""

    ACCEPTED = "accepted", "Accepted as it was"
    EDITED = "edited", "Accepted to be edited"
    REJECTED = "rejected", "Rejected"


class SuggestionAnswerQuerySet(models.QuerySet["SuggestionAnswer"]):
    """Who may see whose answers."""

    def visible_to(self, user: User) -> "SuggestionAnswerQuerySet":
        """One's own; everyone's in the projects one administers."""
        seen = self.filter(suggestion__in=Suggestion.objects.visible_to(user))
        led = Membership.objects.of(user, roles=[Role.ADMIN]).values("project")
        mine = models.Q(user=user)
        return seen.filter(mine | models.Q(suggestion__annotation_set__clip__project__in=led))

    def counted(self) -> "SuggestionAnswerQuerySet":
        """Those that are the model's score: a clip that is read again would count twice for one
        person, so that a re-read's answers are kept and not counted.
        """
        return self.filter(annotation_set__reading=1)


class SuggestionAnswer(models.Model):
    """One person's answer for one structure on one frame; the last one stands.

    `annotation_set` is what was worked on: one's own reading, a consensus, or a colleague's reading
    that one corrected. Each reading keeps its answers; those of a clip read again beside the first.

    `seconds` is how long the suggestion was in front of the person before, null when it never was
    (accepted through the clip). `kept_dice` is how much of an accepted shape is left in the set as
    it was handed in, at revision `kept_revision`: 1 where nothing was changed, 0 where it was
    deleted, null until handed in.
    """

    suggestion = models.ForeignKey(Suggestion, on_delete=models.CASCADE, related_name="+")
    structure = models.ForeignKey(Structure, on_delete=models.PROTECT, related_name="+")
    frame_index = models.PositiveIntegerField()
    annotation_set = models.ForeignKey(AnnotationSet, on_delete=models.CASCADE, related_name="+")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    answer = models.CharField(max_length=8, choices=Answer.choices)
    seconds = models.FloatField(null=True, validators=[MinValueValidator(0)])
    answered_at = models.DateTimeField(default=timezone.now)
    kept_dice = models.FloatField(null=True)
    kept_revision = models.PositiveIntegerField(null=True)

    objects = SuggestionAnswerQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["suggestion", "annotation_set", "user", "structure", "frame_index"],
                name="suggestion_answer_once_a_reading",
            ),
            models.CheckConstraint(
                condition=models.Q(answer__in=Answer.values), name="suggestion_answer_known"
            ),
            models.CheckConstraint(
                condition=models.Q(seconds__isnull=True) | models.Q(seconds__gte=0),
                name="suggestion_answer_seconds",
            ),
            models.CheckConstraint(
                condition=models.Q(kept_dice__isnull=True)
                | models.Q(kept_dice__gte=0, kept_dice__lte=1),
                name="suggestion_answer_kept_fraction",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.answer} on frame {self.frame_index}"
