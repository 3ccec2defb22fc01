"""The work of an `agreement_report` Job."""

import hashlib
import json
import os
from typing import Any

import numpy as np
from django.db import transaction
from django.utils import timezone

from annotation.agreement import (
    FRAME_ROW,
    ClipMeasures,
    FrameTable,
    agreement_figures,
    measure_clips,
    pack_table,
)
from annotation.models import AgreementReport
from annotation.selectors.agreement import report_readings
from fascicle.errors import InvalidInput
from fascicle.jobs.context import JobContext, JobStopped
from fascicle.jobs.models import Job, JobState

_WORKERS = 2  # another process pays only for many clips
_MANY_CLIPS = 8


def agreement_make(context: JobContext) -> dict[str, Any]:
    """Compare the report's readings and keep what was found; returns {"report": id}.

    May be repeated: the same revisions give the same numbers. Raises InvalidInput when the report
    or all of its clips were removed, JobStopped when it must stop.
    """
    report = AgreementReport.objects.filter(pk__in=[context.target_id]).first()
    if report is None:
        raise InvalidInput("This report is no longer wanted.")
    if report.made_at is not None:
        return {"report": str(report.pk)}
    channels = [each["channel"] for each in report.structures]
    total = len(report.clips)
    context.report(0.0, f"Comparing {total:,} clips")
    workers = min(_WORKERS, os.cpu_count() or 1) if total >= _MANY_CLIPS else 1
    measures: list[ClipMeasures] = []
    for measured in measure_clips(report_readings(report), channels, workers=workers):
        measures.append(measured)
        context.report(len(measures) / total, f"Compared {len(measures):,} of {total:,} clips")
    if not measures:
        raise InvalidInput("All clips of this report were deleted meanwhile.")
    scale = {number: clip["microns_per_pixel"] for number, clip in enumerate(report.clips)}
    figures = agreement_figures(measures, channels, len(report.readers), scale)
    frames = pack_table(
        FrameTable(np.concatenate([each.rows for each in measures]).astype(FRAME_ROW))
    )
    said = json.dumps(figures, sort_keys=True, allow_nan=False).encode()
    _keep(context, report, figures, frames, hashlib.sha256(said + frames).hexdigest())
    return {"report": str(report.pk)}


@transaction.atomic
def _keep(
    context: JobContext, report: AgreementReport, figures: dict[str, Any], frames: bytes, sha: str
) -> None:
    is_held = (
        Job.objects.select_for_update()
        .filter(pk=context.job_id, attempt=context.attempt, state=JobState.RUNNING)
        .exists()
    )
    if not is_held:
        raise JobStopped(is_lost=True)
    AgreementReport.objects.filter(pk=report.pk).update(
        figures=figures, frames=frames, sha256=sha, made_at=timezone.now()
    )
