"""Carry a shape through a clip and write down each frame as it comes."""

import time
from typing import Any

from django.db import transaction

from annotation.geometry import Absent, decode_shape, encode_shape
from annotation.models import PropagatedShape, Propagation
from annotation.propagation import Carried, propagate
from annotation.propagation_refiners import refiner_for
from annotation.selectors import clip_frames
from fascicle.errors import InvalidInput
from fascicle.jobs.context import JobContext, JobStopped
from fascicle.jobs.models import Job, JobState

# the page asks every half second: writing more often shows nothing sooner
WRITE_EVERY_S = 0.4


def track_propagate(context: JobContext) -> dict[str, Any]:
    """The work of a `track_propagate` job.

    An attempt after a killed one finds the same shapes and adds those that are missing. Raises
    InvalidInput when it was closed meanwhile, JobStopped when it must stop.
    """
    row = (
        Propagation.objects.filter(pk__in=[context.target_id])
        .select_related("annotation_set__clip", "structure")
        .first()
    )
    if row is None:
        raise InvalidInput("The shapes are no longer wanted.")
    shape = decode_shape(bytes(row.shape))
    if isinstance(shape, Absent):
        raise InvalidInput("There is no shape to carry.")
    clip = row.annotation_set.clip
    step = 1 if row.last_frame > row.source_frame else -1
    total = abs(row.last_frame - row.source_frame)
    context.report(0.0, "Reading frames")
    frames = clip_frames(clip.pk, range(row.source_frame, row.last_frame + step, step))
    refiner = refiner_for(clip.project_id, row.structure.code)
    carried = propagate(shape, next(frames), frames, refiner=refiner)
    waiting: list[Carried] = []
    written = 0
    last_write = time.monotonic()
    for one in carried:
        waiting.append(one)
        context.check()
        if time.monotonic() - last_write < WRITE_EVERY_S:
            continue
        written += _write(context, row, waiting)
        context.report(written / total, f"{written} of {total} frames")
        waiting, last_write = [], time.monotonic()
    written += _write(context, row, waiting)
    Propagation.objects.filter(pk=row.pk).update(stopped_because=carried.stopped_because)
    return {
        "frame_count": written,
        "stopped_because": carried.stopped_because,
        "is_refined": refiner is not None,
    }


@transaction.atomic
def _write(context: JobContext, row: Propagation, carried: list[Carried]) -> int:
    held = (
        Job.objects.select_for_update()
        .filter(pk=context.job_id, attempt=context.attempt, state=JobState.RUNNING)
        .first()
    )
    if held is None or not Propagation.objects.filter(pk=row.pk).exists():
        raise JobStopped(is_lost=True)
    PropagatedShape.objects.bulk_create(
        [
            PropagatedShape(
                propagation=row,
                distance=one.distance,
                shape=encode_shape(one.shape),
                confidence=min(max(one.confidence, 0.0), 1.0),
            )
            for one in carried
        ],
        ignore_conflicts=True,
    )
    return len(carried)
