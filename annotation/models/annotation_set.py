"""Everything one author says about one clip, for one purpose."""

import uuid
from typing import TYPE_CHECKING

from django.db import models
from django.utils import timezone

from annotation.models.assignment import Assignment
from annotation.models.clip import Clip
from fascicle.accounts.models import Membership, Role, User

if TYPE_CHECKING:
    from uuid import UUID


class SetPurpose(models.TextChoices):
    """Why the set was made."""

    READER = "reader", "Reader"
    CONSENSUS = "consensus", "Consensus"
    SUGGESTION = "suggestion", "Suggestion"
    PRACTICE = "practice", "Practice"


class SetState(models.TextChoices):
    """draft -> submitted -> accepted | returned; returned goes on as a draft does."""

    DRAFT = "draft", "Draft"
    SUBMITTED = "submitted", "Submitted"
    RETURNED = "returned", "Returned"
    ACCEPTED = "accepted", "Accepted"


def hidden_while_reading(user: User) -> models.Q:
    """The sets that would help, or sway, a person who is still to read their clip: other readers'
    and consensus where they read blinded to readers, suggestions where blinded to the model, and
    always their own earlier readings where they read the clip again.
    """
    open_readings = Assignment.objects.open_readings(user).filter(clip=models.OuterRef("clip"))
    blind_to_readers = models.Q(models.Exists(open_readings.filter(is_blinded_to_readers=True)))
    blind_to_model = models.Q(models.Exists(open_readings.filter(is_blinded_to_model=True)))
    read_again = models.Q(models.Exists(open_readings.exclude(reading=models.OuterRef("reading"))))
    of_others = models.Q(purpose=SetPurpose.READER) & ~models.Q(author=user)
    return (
        ((models.Q(purpose=SetPurpose.CONSENSUS) | of_others) & blind_to_readers)
        | (models.Q(purpose=SetPurpose.SUGGESTION) & blind_to_model)
        | (models.Q(purpose=SetPurpose.READER, author=user) & read_again)
    )


class AnnotationSetQuerySet(models.QuerySet["AnnotationSet"]):
    """Who may see and change which set."""

    def visible_to(self, user: User) -> "AnnotationSetQuerySet":
        """One's own; suggestions and accepted sets of one's projects; experts and admins also see
        what colleagues have submitted or got back. Nobody sees another person's draft or practice.

        A clip that one is still to read oneself says nothing of what is hidden from its readers:
        see `hidden_while_reading`; nor does one that a trainee is asked about in a course: see
        `ClipQuerySet.veiled_from`. This is the one place where that is decided.
        """
        member = Membership.objects.of(user).values("project_id")
        reviewer = Membership.objects.of(user, roles=[Role.ADMIN, Role.EXPERT]).values("project_id")
        shared = [SetPurpose.READER, SetPurpose.CONSENSUS]
        veiled = ~models.Q(author=user) & models.Q(clip__in=Clip.objects.veiled_from(user))
        present = self.filter(clip__deleted_at__isnull=True, clip__project_id__in=member)
        return present.filter(~hidden_while_reading(user), ~veiled).filter(
            models.Q(author=user)
            | models.Q(purpose=SetPurpose.SUGGESTION)
            | models.Q(purpose__in=shared, state=SetState.ACCEPTED)
            | models.Q(
                purpose__in=shared,
                state__in=[SetState.SUBMITTED, SetState.RETURNED],
                clip__project_id__in=reviewer,
            )
        )

    def of_model_version(self, model_version_id: "UUID") -> "AnnotationSetQuerySet":
        """The suggestions of one model version."""
        return self.filter(purpose=SetPurpose.SUGGESTION, model_version_id=model_version_id)


class AnnotationSet(models.Model):
    """Independent readers never share a set; a model's suggestion never mixes with human work.

    `revision` counts applied batches of operations. The author is a person, or a model version
    known here by id and label only, since this app knows nothing of models. `reading` counts the
    times that one person has read the clip: 1, but for hidden re-reads.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    clip = models.ForeignKey(Clip, on_delete=models.CASCADE, related_name="annotation_sets")
    purpose = models.CharField(max_length=16, choices=SetPurpose.choices)
    author = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="annotation_sets"
    )
    model_version_id = models.UUIDField(null=True, blank=True)
    model_label = models.CharField(max_length=120, blank=True)
    credit = models.CharField(max_length=200, blank=True)  # whose masks, when imported
    state = models.CharField(max_length=16, choices=SetState.choices, default=SetState.DRAFT)
    reading = models.PositiveSmallIntegerField(default=1)
    revision = models.PositiveIntegerField(default=0)
    rejected_for = models.CharField(max_length=400, blank=True)  # why the author rejects the clip
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(default=timezone.now)
    submitted_at = models.DateTimeField(null=True, blank=True)

    objects = AnnotationSetQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["clip", "author", "purpose", "reading"],
                condition=models.Q(author__isnull=False),
                name="set_once_a_person",
            ),
            models.UniqueConstraint(
                fields=["clip", "model_version_id"],
                condition=models.Q(model_version_id__isnull=False),
                name="set_once_a_model",
            ),
            models.CheckConstraint(
                condition=(
                    models.Q(
                        purpose=SetPurpose.SUGGESTION,
                        author__isnull=True,
                        model_version_id__isnull=False,
                    )
                    | (
                        ~models.Q(purpose=SetPurpose.SUGGESTION)
                        & models.Q(author__isnull=False, model_version_id__isnull=True)
                    )
                ),
                name="set_author_is_person_or_model",
            ),
            models.CheckConstraint(
                condition=models.Q(reading=1) | models.Q(reading__gt=1, purpose=SetPurpose.READER),
                name="set_reading_counts_readings",
            ),
            models.CheckConstraint(
                condition=models.Q(purpose__in=SetPurpose.values), name="set_purpose_known"
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=SetState.values), name="set_state_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} set of {self.clip_id}"
