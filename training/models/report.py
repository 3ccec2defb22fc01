"""What a run's report says, and where its files lie."""

from django.db import models

from fascicle.jobs.models import Job
from training.models.run import TrainingRun


class RunReport(models.Model):
    """Made by a job of its own once the run is done, so that a plot can never fail a run.

    `contents` is `training.reports.contents.described`; `figures` a list of `{name, title, caption,
    storage_key}`; `gallery` a list of `{title, clip, frame_index, fold, iou, dices, storage_key}`,
    worst first. All are empty until `made_at` is set, and are replaced together.
    """

    run = models.OneToOneField(TrainingRun, on_delete=models.CASCADE, related_name="report")
    job = models.OneToOneField(Job, on_delete=models.PROTECT, related_name="+")
    contents = models.JSONField(default=dict)
    figures = models.JSONField(default=list)
    gallery = models.JSONField(default=list)
    html_key = models.CharField(max_length=200, blank=True)
    pdf_key = models.CharField(max_length=200, blank=True)
    made_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"report of {self.run_id}"
