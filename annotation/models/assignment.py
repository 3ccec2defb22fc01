"""Who does what next with a clip."""

import uuid
from typing import TYPE_CHECKING

from django.db import models
from django.utils import timezone

from annotation.models.clip import Clip
from fascicle.accounts.models import Membership, Project, Role, User

if TYPE_CHECKING:
    from datetime import date


class AssignmentTask(models.TextChoices):
    """What is to be done."""

    ANNOTATE = "annotate", "Annotate"
    REVIEW = "review", "Review"


class AssignmentState(models.TextChoices):
    """open -> done when the reading is handed in or decided on; open -> withdrawn."""

    OPEN = "open", "Open"
    DONE = "done", "Done"
    WITHDRAWN = "withdrawn", "Withdrawn"


class AssignmentCheck(models.TextChoices):
    """What an assignment measures. The person who has it is not told."""

    NONE = "", "No check"
    REREAD = "reread", "A clip read before, to compare a reader with themselves"
    GROUND_TRUTH = "ground_truth", "A clip whose truth is known"


class AssignmentQuerySet(models.QuerySet["Assignment"]):
    """Who may see which assignment."""

    def visible_to(self, user: User) -> "AssignmentQuerySet":
        """One's own while one annotates in the project; all of the projects one administers, but
        for those on clips that one is still to read blinded.

        Experts do not see who else reads a clip: independent readers need not know of each other.
        Nor does one see what one was given of a clip before that one is to read again: that would
        tell that it is a repeat.
        """
        led = Membership.objects.of(user, roles=[Role.ADMIN]).values("project_id")
        annotated = Membership.objects.of(user, roles=[Role.ADMIN, Role.EXPERT])
        blinded = Assignment.objects.blinded_readings(user).filter(clip=models.OuterRef("clip"))
        again = Assignment.objects.open_readings(user).filter(
            clip=models.OuterRef("clip"), reading__gt=1
        )
        own = models.Q(assignee=user) & (
            models.Q(state=AssignmentState.OPEN) | ~models.Exists(again)
        )
        return self.filter(clip__deleted_at__isnull=True).filter(
            models.Q(own, project_id__in=annotated.values("project_id"))
            | models.Q(~models.Exists(blinded), project_id__in=led)
        )

    def open_readings(self, user: User) -> "AssignmentQuerySet":
        """The clips that the person is still to read, and so must read unaided."""
        return self.filter(assignee=user, task=AssignmentTask.ANNOTATE, state=AssignmentState.OPEN)

    def blinded_readings(self, user: User) -> "AssignmentQuerySet":
        """Those of them that are read without knowing what others say."""
        return self.open_readings(user).filter(is_blinded_to_readers=True)


class Assignment(models.Model):
    """A clip to read, or a reading to review, given to one person.

    `reading` numbers the readings that one person makes of one clip: a re-read is a second set of
    the same author. A clip that somebody is to read blinded hides from them what others have said
    of it until they have handed in; `AnnotationSet.objects.visible_to` decides that.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="assignments")
    clip = models.ForeignKey(Clip, on_delete=models.CASCADE, related_name="assignments")
    assignee = models.ForeignKey(User, on_delete=models.PROTECT, related_name="assignments")
    task = models.CharField(max_length=8, choices=AssignmentTask.choices)
    state = models.CharField(
        max_length=10, choices=AssignmentState.choices, default=AssignmentState.OPEN
    )
    # to annotate: the reading, once begun; to review: the set
    annotation_set = models.ForeignKey(
        "annotation.AnnotationSet",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="assignments",
    )
    # of the set to review, copied so that the database can refuse one's own work
    set_author = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    reading = models.PositiveSmallIntegerField(default=1)
    due_on: "models.DateField[date | None, date | None]" = models.DateField(null=True, blank=True)
    is_blinded_to_readers = models.BooleanField(default=False)
    is_blinded_to_model = models.BooleanField(default=False)
    check_kind = models.CharField(
        max_length=16, choices=AssignmentCheck.choices, default=AssignmentCheck.NONE, blank=True
    )
    # what a check is compared with: the earlier reading, or the truth
    reference = models.ForeignKey(
        "annotation.AnnotationSet",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )
    is_by_rule = models.BooleanField(default=False)
    assigned_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    closed_at = models.DateTimeField(null=True, blank=True)

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["clip", "assignee"],
                condition=models.Q(task="annotate", state="open"),
                name="assignment_one_reading_at_once",
            ),
            models.UniqueConstraint(
                fields=["annotation_set", "assignee"],
                condition=models.Q(task="review", state="open"),
                name="assignment_review_once",
            ),
            models.CheckConstraint(
                condition=models.Q(task__in=AssignmentTask.values), name="assignment_task_known"
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=AssignmentState.values),
                name="assignment_state_known",
            ),
            models.CheckConstraint(
                condition=models.Q(check_kind__in=AssignmentCheck.values),
                name="assignment_check_known",
            ),
            models.CheckConstraint(
                condition=models.Q(task="annotate", set_author__isnull=True)
                | models.Q(
                    task="review",
                    annotation_set__isnull=False,
                    set_author__isnull=False,
                    check_kind="",
                ),
                name="assignment_review_names_set",
            ),
            models.CheckConstraint(
                condition=models.Q(set_author__isnull=True)
                | ~models.Q(assignee=models.F("set_author")),
                name="assignment_review_not_of_own_work",
            ),
            models.CheckConstraint(
                condition=models.Q(check_kind="") | models.Q(is_blinded_to_readers=True),
                name="assignment_check_is_blinded",
            ),
            models.CheckConstraint(
                condition=models.Q(state="open", closed_at__isnull=True)
                | (~models.Q(state="open") & models.Q(closed_at__isnull=False)),
                name="assignment_closed_when_over",
            ),
        ]
        indexes = [
            # what waits for a person, in the order in which it is due
            models.Index(
                fields=["assignee", "project", "due_on", "created_at", "id"],
                condition=models.Q(state="open"),
                name="assignment_waiting",
            ),
            models.Index(fields=["project", "-created_at", "id"], name="assignment_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.task} {self.clip_id}"
