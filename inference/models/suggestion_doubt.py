"""How doubtful a suggestion is, frame by frame, and where in the frame."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from inference.models.suggestion import Suggestion


class SuggestionDoubt(models.Model):
    """What makes a suggestion worth an expert's look.

    `members` is how many networks answered; of one alone the doubt is its own hesitation, of more
    it is how far they are apart. `measures` holds, per structure code, one number a frame for each
    of `inference.ranking.measures.Measures`. `score`, `reason`, `structure_code` and `frames` sum
    it up, so that clips can be ranked without reading the measures.
    """

    suggestion = models.OneToOneField(
        Suggestion, on_delete=models.CASCADE, primary_key=True, related_name="doubt"
    )
    members = models.PositiveSmallIntegerField(validators=[MinValueValidator(1)])
    measures = models.JSONField(default=dict)
    score = models.FloatField(validators=[MinValueValidator(0), MaxValueValidator(1)])
    reason = models.CharField(max_length=16, blank=True)
    structure_code = models.CharField(max_length=64, blank=True)
    frames = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(score__gte=0, score__lte=1), name="suggestion_doubt_fraction"
            ),
            models.CheckConstraint(
                condition=models.Q(members__gte=1), name="suggestion_doubt_has_members"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.score:.2f} on {self.suggestion_id}"


class DoubtMap(models.Model):
    """Where on a frame the doubt lies: a small grey PNG to be stretched over the frame.

    Frames without doubt have none.
    """

    suggestion = models.ForeignKey(Suggestion, on_delete=models.CASCADE, related_name="+")
    frame_index = models.PositiveIntegerField()
    png = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["suggestion", "frame_index"], name="doubt_map_once_a_frame"
            )
        ]

    def __str__(self) -> str:
        return f"frame {self.frame_index}"
