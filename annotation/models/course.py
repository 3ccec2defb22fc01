"""A course of the practice room, and its questions."""

import uuid

from django.db import models
from django.utils import timezone

from annotation.models.annotation_set import AnnotationSet
from annotation.models.clip import Clip
from annotation.models.procedure import Structure
from fascicle.accounts.models import Membership, Project, Role, User


class CourseLevel(models.TextChoices):
    """Whom a course is for."""

    NOVICE = "novice", "Novice"
    INTERMEDIATE = "intermediate", "Intermediate"
    ADVANCED = "advanced", "Advanced"


class CourseState(models.TextChoices):
    """draft -> open -> closed; a closed course can be opened again."""

    DRAFT = "draft", "Draft"
    OPEN = "open", "Open"
    CLOSED = "closed", "Closed"


class PracticeMode(models.TextChoices):
    """What a question asks for."""

    FIND = "find", "Find"
    NAME = "name", "Name"
    DELINEATE = "delineate", "Delineate"
    SCAN = "scan", "Timed scan"


class CourseQuerySet(models.QuerySet["Course"]):
    """Who may see which course."""

    def visible_to(self, user: User) -> "CourseQuerySet":
        """Those of projects in which one teaches; as a trainee those that are open, and those one
        was enrolled in.
        """
        memberships = Membership.objects.of(user)
        teaching = memberships.filter(role__in=[Role.ADMIN, Role.EXPERT]).values("project_id")
        enrolled = models.Exists(
            self.model.objects.filter(pk=models.OuterRef("pk"), enrolments__person=user)
        )
        return self.filter(project__in=memberships.values("project_id")).filter(
            models.Q(project__in=teaching) | models.Q(state=CourseState.OPEN) | enrolled
        )

    def taught_by(self, user: User) -> "CourseQuerySet":
        """Those of projects in which one teaches: experts and admins."""
        teaching = Membership.objects.of(user, roles=[Role.ADMIN, Role.EXPERT])
        return self.filter(project__in=teaching.values("project_id"))


class Course(models.Model):
    """Chosen clips, structures and ways of asking, at one level."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="courses")
    title = models.CharField(max_length=120)
    description = models.TextField(blank=True)
    level = models.CharField(max_length=16, choices=CourseLevel.choices)
    state = models.CharField(max_length=8, choices=CourseState.choices, default=CourseState.DRAFT)
    structures = models.ManyToManyField(Structure, related_name="+")
    created_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = CourseQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(level__in=CourseLevel.values), name="course_level_known"
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=CourseState.values), name="course_state_known"
            ),
            models.CheckConstraint(condition=~models.Q(title=""), name="course_has_title"),
        ]

    def __str__(self) -> str:
        return self.title


class QuestionQuerySet(models.QuerySet["Question"]):
    """Questions hold the answer, so lists of them are for teachers."""

    def visible_to(self, user: User) -> "QuestionQuerySet":
        """Those of courses one teaches, but for clips one is still to read blinded oneself."""
        return self.filter(
            course__in=Course.objects.taught_by(user),
            annotation_set__in=AnnotationSet.objects.visible_to(user),
        )

    def present(self) -> "QuestionQuerySet":
        """Those whose clip is still there."""
        return self.filter(clip__deleted_at__isnull=True)


class Question(models.Model):
    """One thing to find, name, delineate or wait for.

    The truth is `annotation_set` as it was at `revision`, so that everyone is asked the same and
    every score can be traced. A timed scan plays frames `first_frame` to `last_frame`; the other
    modes ask about one frame, in which both are equal.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="questions")
    number = models.PositiveIntegerField()  # the order in which they are asked
    mode = models.CharField(max_length=12, choices=PracticeMode.choices)
    clip = models.ForeignKey(Clip, on_delete=models.CASCADE, related_name="questions")
    structure = models.ForeignKey(Structure, on_delete=models.PROTECT, related_name="+")
    first_frame = models.PositiveIntegerField()
    last_frame = models.PositiveIntegerField()
    note = models.TextField(blank=True)  # the expert's, shown with the reveal
    annotation_set = models.ForeignKey(AnnotationSet, on_delete=models.CASCADE, related_name="+")
    revision = models.PositiveIntegerField()

    objects = QuestionQuerySet.as_manager()

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["course", "number"], name="question_number_once"),
            models.UniqueConstraint(
                fields=["course", "mode", "clip", "structure", "first_frame"],
                name="question_asked_once",
            ),
            models.CheckConstraint(
                condition=models.Q(mode__in=PracticeMode.values), name="question_mode_known"
            ),
            models.CheckConstraint(
                condition=models.Q(mode=PracticeMode.SCAN, last_frame__gt=models.F("first_frame"))
                | (
                    ~models.Q(mode=PracticeMode.SCAN) & models.Q(last_frame=models.F("first_frame"))
                ),
                name="question_frames_of_mode",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.mode} {self.structure_id} in {self.clip_id}"
