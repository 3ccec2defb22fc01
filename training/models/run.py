"""One recipe on one snapshot, and its folds."""

import uuid
from typing import TYPE_CHECKING

from django.db import models
from django.utils import timezone

from fascicle.accounts.models import Membership, Project, Role, User
from fascicle.jobs.models import Job
from inference.models import ModelVersion
from training.models.snapshot import DatasetSnapshot

if TYPE_CHECKING:
    from collections.abc import Iterable


class RunState(models.TextChoices):
    """queued -> running -> done | failed | cancelled; paused and resumed on the way."""

    QUEUED = "queued", "Waiting"
    RUNNING = "running", "Running"
    PAUSED = "paused", "Paused"
    DONE = "done", "Done"
    FAILED = "failed", "Failed"
    CANCELLED = "cancelled", "Cancelled"


class FoldState(models.TextChoices):
    """The same for a fold."""

    QUEUED = "queued", "Waiting"
    RUNNING = "running", "Running"
    PAUSED = "paused", "Paused"
    DONE = "done", "Done"
    FAILED = "failed", "Failed"
    CANCELLED = "cancelled", "Cancelled"


class TrainingRunQuerySet(models.QuerySet["TrainingRun"]):
    """Who may see which run."""

    def visible_to(self, user: User) -> "TrainingRunQuerySet":
        """Runs of the projects one administers or annotates in."""
        roles: Iterable[Role] = [Role.ADMIN, Role.EXPERT]
        projects = Membership.objects.of(user, roles=roles).values("project_id")
        return self.filter(project_id__in=projects)


class TrainingRun(models.Model):
    """Everything needed to do it again: snapshot, recipe, folds, epochs, seed, code version."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="+")
    snapshot = models.ForeignKey(DatasetSnapshot, on_delete=models.PROTECT, related_name="runs")
    number = models.PositiveIntegerField()
    recipe = models.CharField(max_length=40)
    fold_count = models.PositiveSmallIntegerField()
    epoch_count = models.PositiveIntegerField()
    seed = models.PositiveIntegerField()
    split = models.JSONField(default=dict)  # training.folds.Split.to_json
    code_version = models.CharField(max_length=64, blank=True)
    # whose networks the folds start with, see Fold.start_member; None: from nothing
    start_from = models.ForeignKey(
        ModelVersion, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    empty_weight = models.FloatField(default=1.0)  # of images without any structure, in the loss
    state = models.CharField(max_length=16, choices=RunState.choices, default=RunState.QUEUED)
    error = models.TextField(blank=True)
    note = models.TextField(blank=True)  # what is odd about it, in a sentence
    metrics = models.JSONField(default=dict)  # training.evaluate.summarise_folds
    finalise_job = models.OneToOneField(Job, on_delete=models.PROTECT, null=True, related_name="+")
    created_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = TrainingRunQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["project", "number"], name="run_number_once"),
            models.CheckConstraint(
                condition=models.Q(state__in=RunState.values), name="run_state_known"
            ),
            models.CheckConstraint(
                condition=models.Q(fold_count__gte=2, epoch_count__gte=1), name="run_has_work"
            ),
            models.CheckConstraint(
                condition=models.Q(empty_weight__gte=0), name="run_empty_weight_counts"
            ),
        ]

    def __str__(self) -> str:
        return f"Run {self.number}"


class Fold(models.Model):
    """One part held out; fitted and evaluated by one supervised process under one Job."""

    run = models.ForeignKey(TrainingRun, on_delete=models.CASCADE, related_name="folds")
    index = models.PositiveSmallIntegerField()
    # which of `run.start_from.members` it starts with
    start_member = models.PositiveSmallIntegerField(default=0)
    job = models.OneToOneField(Job, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=16, choices=FoldState.choices, default=FoldState.QUEUED)
    metrics = models.JSONField(default=dict)  # the headline of training.evaluate
    evaluation_key = models.CharField(max_length=200, blank=True)  # every image's scores, JSON
    diagnosis_key = models.CharField(max_length=200, blank=True)  # training.evaluate.diagnosis
    # zip of every held-out frame: STEM.png as predicted, truth/STEM.png as trained on
    predictions_key = models.CharField(max_length=200, blank=True)
    weights_key = models.CharField(max_length=200, blank=True)  # storage name of the model file
    weights_sha256 = models.CharField(max_length=64, blank=True)
    error = models.TextField(blank=True)
    note = models.TextField(blank=True)  # what did not go as planned, in a sentence

    class Meta:
        ordering = ["index"]
        constraints = [
            models.UniqueConstraint(fields=["run", "index"], name="fold_index_once"),
            models.CheckConstraint(
                condition=models.Q(state__in=FoldState.values), name="fold_state_known"
            ),
        ]

    def __str__(self) -> str:
        return f"fold {self.index} of {self.run_id}"
