"""Run a model over a clip and write what it sees as a suggestion set."""

from collections.abc import Generator, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from itertools import islice
from typing import Any
from uuid import UUID

import cv2
import numpy as np
from numpy.typing import NDArray

from annotation.geometry import Absent, Shape, mask_from_dense
from annotation.models import Clip
from annotation.selectors import clip_frames
from annotation.services.suggestion_write import SuggestedShape, SuggestionTrack
from fascicle.errors import InvalidInput
from fascicle.jobs.context import JobContext
from inference.engine import Engine, Segmentation
from inference.models import ModelVersion
from inference.ranking.frame_doubts import DoubtMeter
from inference.ranking.heat import heat_png
from inference.selectors import project_structures
from inference.services.engine_cache import engine_of
from inference.services.held_job import held_job
from inference.services.suggestion_keep import Seen, suggestion_keep
from inference.services.suggestion_stream import SuggestionStream, stream_clear

BATCH_FRAMES = 16


class StructureTrace:
    """Collects one structure's keyframes frame by frame."""

    def __init__(self) -> None:
        self.keyframes: list[SuggestedShape] = []
        self.confidence: list[float | None] = []
        self._is_present = False

    def add(
        self, frame_index: int, pixels: NDArray[np.bool_], confidence: float
    ) -> SuggestedShape | None:
        """A mask where the structure is seen; `absent` at the first frame where it no longer is.

        Returns the shape that begins on this frame, if one does.
        """
        # encoding costs by the pixel, and a structure fills little of a frame
        left, top, width, height = cv2.boundingRect(pixels.view(np.uint8))
        if width:
            part = pixels[top : top + height, left : left + width]
            sure = min(max(float(confidence), 0.0), 1.0)
            self.confidence.append(round(sure, 4))
            self._is_present = True
            return self._begin(frame_index, mask_from_dense(part, left, top), sure)
        self.confidence.append(None)
        was_present, self._is_present = self._is_present, False
        return self._begin(frame_index, Absent(), None) if was_present else None

    def _begin(self, frame_index: int, shape: Shape, confidence: float | None) -> SuggestedShape:
        begun = SuggestedShape.of(frame_index, shape, confidence)
        self.keyframes.append(begun)
        return begun


@dataclass(slots=True)
class ClipTrace:
    """Everything kept of the frames seen so far."""

    engine: Engine
    stream: SuggestionStream
    frame_size: tuple[int, int]
    structures: dict[str, StructureTrace] = field(init=False)
    maps: dict[int, bytes] = field(default_factory=dict)
    meter: DoubtMeter = field(init=False)
    done: int = 0

    def __post_init__(self) -> None:
        self.structures = {each.code: StructureTrace() for each in self.engine.classes}
        self.meter = DoubtMeter(self.engine)

    def add(self, seen: Segmentation) -> None:
        """The next batch, segmented with doubt."""
        where = self.engine.spec.preprocessing.placement(*self.frame_size)
        self.meter.add(seen)
        for offset, labels in enumerate(seen.labels):
            begins = {}
            for position, each in enumerate(seen.classes):
                confidence = float(seen.confidence[offset, position])
                begun = self.structures[each.code].add(self.done, labels == each.index, confidence)
                if begun is not None:
                    begins[each.code] = begun
            self.stream.add(self.done, begins)
            if seen.doubt is not None and (png := heat_png(seen.doubt.pixels[offset], where)):
                self.maps[self.done] = png
            self.done += 1


def clip_preannotate(context: JobContext) -> dict[str, Any]:
    """The work of a `clip_preannotate` job.

    What has been seen can be watched as it comes (see SuggestionStream); the suggestion itself is
    written whole at the end. Raises InvalidInput when clip or model are gone or do not fit,
    JobStopped when it must stop.
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
    stream = SuggestionStream(context, structures)
    trace = ClipTrace(engine, stream, (clip.height, clip.width))
    # closed whatever happens: the next job must find the engine idle
    with closing(seen_ahead(engine, clip_frames(clip.pk))) as batches:
        for seen in batches:
            trace.add(seen)
            if stream.is_due or trace.done >= clip.frame_count:
                stream.write()
                share = 0.98 * trace.done / clip.frame_count
                context.report(share, f"Frame {trace.done} of {clip.frame_count}")
            context.check()
    with held_job(context):
        set_id = _keep(context, clip, version, trace, structures)
        stream_clear(job_id=context.job_id)
    return {
        "annotation_set": str(set_id),
        "model_version": str(version.pk),
        "frame_count": trace.done,
        "runtimes": list(engine.runtime_names),
    }


def seen_ahead(
    engine: Engine, frames: Iterator[NDArray[np.uint8]]
) -> Generator[Segmentation, None, None]:
    """What the engine sees in the frames, batch by batch, with doubt.

    While the caller works on one batch the engine looks at the next, and the one after that is
    being read: three threads, of which the engine's and the reader's leave the interpreter to
    others most of the time. Only the caller touches the database: the first batch, for which the
    frames have to be found there, is read by it, and what follows only reads files.
    """
    first = _batch(frames)
    with (
        ThreadPoolExecutor(1, thread_name_prefix="read-ahead") as reader,
        ThreadPoolExecutor(1, thread_name_prefix="look-ahead") as looker,
    ):

        def looked_at(batch: NDArray[np.uint8] | None) -> Future[Segmentation] | None:
            if batch is None:
                return None
            return looker.submit(engine.segment, batch, with_flips=True, with_doubt=True)

        looking = looked_at(first)
        reading = reader.submit(_batch, frames)
        while looking is not None:
            following = looked_at(reading.result())
            reading = reader.submit(_batch, frames)
            yield looking.result()
            looking = following


def _batch(frames: Iterator[NDArray[np.uint8]]) -> NDArray[np.uint8] | None:
    taken = list(islice(frames, BATCH_FRAMES))
    return np.stack(taken) if taken else None


def _keep(
    context: JobContext,
    clip: Clip,
    version: ModelVersion,
    trace: ClipTrace,
    structures: dict[str, UUID],
) -> UUID:
    tracks = [
        SuggestionTrack(structures[code], one.keyframes)
        for code, one in trace.structures.items()
        if one.keyframes
    ]
    seen = Seen(
        tracks=tracks,
        confidence={code: one.confidence for code, one in trace.structures.items()},
        members=len(version.members),
        measures=trace.meter.measures(),
        maps=trace.maps,
    )
    try:
        return suggestion_keep(
            clip=clip, version=version, job_id=context.job_id, asked_by=context.owner_id, seen=seen
        )
    except Clip.DoesNotExist:
        raise InvalidInput("The clip has been deleted meanwhile.") from None
