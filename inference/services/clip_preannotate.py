"""Run a model over a clip and write what it sees as a suggestion set."""

from collections.abc import Iterator
from itertools import islice
from typing import Any
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from annotation.geometry import Absent, Shape, mask_from_dense
from annotation.models import Clip
from annotation.selectors import clip_frames
from annotation.services.suggestion_write import SuggestionTrack, suggestion_write
from fascicle.audit.services import record_append
from fascicle.errors import InvalidInput
from fascicle.jobs.context import JobContext
from inference.engine import Segmentation
from inference.models import ModelVersion, Suggestion
from inference.selectors import project_structures
from inference.services.engine_cache import engine_of
from inference.services.held_job import held_job

BATCH_FRAMES = 16


class StructureTrace:
    """Collects one structure's keyframes frame by frame."""

    def __init__(self) -> None:
        self.keyframes: list[tuple[int, Shape, float | None]] = []
        self.confidence: list[float | None] = []
        self._is_present = False

    def add(self, frame_index: int, pixels: NDArray[np.bool_], confidence: float) -> None:
        """A mask where the structure is seen; `absent` at the first frame where it no longer is."""
        if pixels.any():
            sure = min(max(float(confidence), 0.0), 1.0)
            self.keyframes.append((frame_index, mask_from_dense(pixels), sure))
            self.confidence.append(round(sure, 4))
            self._is_present = True
            return
        if self._is_present:
            self.keyframes.append((frame_index, Absent(), None))
        self.confidence.append(None)
        self._is_present = False


def clip_preannotate(context: JobContext) -> dict[str, Any]:
    """The work of a `clip_preannotate` job.

    Raises InvalidInput when clip or model are gone or do not fit, JobStopped when it must stop.
    """
    clip = (
        Clip.objects.filter(pk__in=[context.target_id], deleted_at__isnull=True)
        .select_related("project")
        .first()
    )
    version = ModelVersion.objects.filter(pk=context.payload["model_version"]).first()
    if clip is None or version is None:
        raise InvalidInput("The clip or the model has been deleted meanwhile.")
    context.report(0.0, "Loading the model")
    engine = engine_of(version)
    structures = {each.code: each.id for each in project_structures(clip.project_id)}
    foreign = [each.code for each in engine.classes if each.code not in structures]
    if foreign:
        raise InvalidInput(
            f"The procedure has no structure {', '.join(foreign)}, which the model names."
        )
    traces = {each.code: StructureTrace() for each in engine.classes}
    done = 0
    for batch in _batches(clip_frames(clip.pk)):
        seen = engine.segment(np.stack(batch), with_flips=True)
        _trace(traces, seen, first_frame=done)
        done += len(batch)
        context.report(0.98 * done / clip.frame_count, f"Frame {done} of {clip.frame_count}")
    tracks = [
        SuggestionTrack(structures[code], trace.keyframes)
        for code, trace in traces.items()
        if trace.keyframes
    ]
    confidence = {code: trace.confidence for code, trace in traces.items()}
    with held_job(context):
        set_id = _write(context, clip, version, tracks, confidence)
    return {
        "annotation_set": str(set_id),
        "model_version": str(version.pk),
        "frame_count": done,
        "runtimes": list(engine.runtime_names),
    }


def _batches(frames: Iterator[NDArray[np.uint8]]) -> Iterator[list[NDArray[np.uint8]]]:
    while batch := list(islice(frames, BATCH_FRAMES)):
        yield batch


def _trace(traces: dict[str, StructureTrace], seen: Segmentation, *, first_frame: int) -> None:
    for offset, labels in enumerate(seen.labels):
        for position, each in enumerate(seen.classes):
            traces[each.code].add(
                first_frame + offset, labels == each.index, seen.confidence[offset, position]
            )


def _write(
    context: JobContext,
    clip: Clip,
    version: ModelVersion,
    tracks: list[SuggestionTrack],
    confidence: dict[str, list[float | None]],
) -> UUID:
    try:
        written = suggestion_write(
            clip_id=clip.pk,
            model_version_id=version.pk,
            model_label=str(version)[:120],
            tracks=tracks,
        )
    except Clip.DoesNotExist:
        raise InvalidInput("The clip has been deleted meanwhile.") from None
    Suggestion.objects.update_or_create(
        annotation_set=written,
        defaults={
            "model_version": version,
            "job_id": context.job_id,
            "confidence": confidence,
            "created_at": written.updated_at,
        },
    )
    record_append(
        actor=None,
        action="suggestion.write",
        target=written,
        project_id=clip.project_id,
        detail={
            "clip": str(clip.pk),
            "model_version": str(version.pk),
            "job": str(context.job_id),
            "asked_by": str(context.owner_id) if context.owner_id else None,
        },
    )
    return written.pk
