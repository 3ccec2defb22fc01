"""What a question of the practice room has for an answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from annotation.geometry import (
    ChannelTrack,
    Contour,
    Mask,
    Track,
    annotated_frames,
    label_map,
)
from annotation.geometry import Keyframe as GeometryKeyframe
from annotation.measures import overlap
from annotation.models import AnnotationSet, Clip, Question, SetPurpose, SetState, Structure
from annotation.practice import yardstick_of
from annotation.selectors.history import contents_at
from annotation.selectors.sets import set_tracks


@dataclass(frozen=True)
class Truth:
    """A reading as it was at a revision: `tracks` in the order of the procedure's structures."""

    clip: Clip
    tracks: Sequence[ChannelTrack]

    @cached_property
    def annotated(self) -> NDArray[np.bool_]:
        """Frames about which it says anything, bool (frame_count,)."""
        known = np.zeros(self.clip.frame_count, dtype=np.bool_)
        known[annotated_frames(self.tracks, self.clip.frame_count)] = True
        return known

    def labels(self, frame_index: int) -> NDArray[np.uint8]:
        """The label map of a frame, uint8 (height, width), as it is trained on and exported."""
        layers = [(one.channel, one.shape_at(frame_index)) for one in self.tracks]
        return label_map(layers, self.clip.width, self.clip.height)

    def shapes(self, channel: int, frame_index: int) -> list[Contour | Mask]:
        """The shapes of a structure in a frame."""
        found = [one.shape_at(frame_index) for one in self.tracks if one.channel == channel]
        return [shape for shape in found if shape is not None]

    @cached_property
    def areas(self) -> NDArray[np.float64]:
        """Area of each structure in each frame, float64 (256, frame_count) in square pixels, the
        row being the label; NaN in frames that nobody annotated.
        """
        areas = np.full((256, self.clip.frame_count), np.nan)
        for index in np.flatnonzero(self.annotated).tolist():
            areas[:, index] = np.bincount(self.labels(index).ravel(), minlength=256)
        return areas

    def visible(self, channel: int, first: int, last: int) -> NDArray[np.bool_]:
        """In which of the frames first to last the structure is to be seen, bool (n,)."""
        return np.nan_to_num(self.areas[channel, first : last + 1]) > 0


def truth_of(annotation_set: AnnotationSet, revision: int) -> Truth:
    """The set after a revision."""
    contents = contents_at(annotation_set.pk, revision)
    named = {track.structure for track in contents.tracks.values()} | set(contents.not_visible)
    rows = Structure.objects.filter(pk__in=named).order_by("channel")
    tracks: list[ChannelTrack] = []
    for row in rows:
        spans = tuple(contents.not_visible.get(row.pk, ()))
        drawn = [
            [GeometryKeyframe(frame, put.shape) for frame, put in sorted(track.keyframes.items())]
            for _, track in sorted(contents.tracks.items())
            if track.structure == row.pk and track.keyframes
        ]
        tracks += [
            ChannelTrack(row.channel, row.code, Track(keyframes), spans)
            for keyframes in drawn or ([[]] if spans else [])
        ]
    return Truth(annotation_set.clip, tracks)


def truth_of_question(question: Question) -> Truth:
    """What the expert's set said when the question was made."""
    return truth_of(question.annotation_set, question.revision)


@dataclass(frozen=True, slots=True)
class Yardstick:
    """The Dice that experts reach with each other; of this very frame, or as published."""

    dice: float
    readers: int
    is_of_frame: bool


def yardstick_of_question(question: Question) -> Yardstick:
    """How well those agree who read the question's frame and handed it in.

    A reader says something of a frame that a keyframe, a span between two, or a judgement covers;
    somebody who reads a clip again is no further reader.
    """
    clip, channel, frame = question.clip, question.structure.channel, question.first_frame
    sets = AnnotationSet.objects.filter(
        clip=clip,
        purpose=SetPurpose.READER,
        reading=1,
        state__in=[SetState.SUBMITTED, SetState.ACCEPTED],
    )
    masks: list[NDArray[np.bool_]] = []
    for tracks in set_tracks(sets.values_list("pk", flat=True)).values():
        reading = Truth(clip, tracks)
        if reading.annotated[frame]:
            masks.append(reading.labels(frame) == channel)
    dices = [overlap(first, second).dice for first, second in combinations(masks, 2)]
    pairs = [1.0 if dice is None else dice for dice in dices]  # two say that it is not there
    value, is_of_frame = yardstick_of(question.structure.kind, pairs)
    return Yardstick(value, len(masks), is_of_frame)


def shown_shapes(
    clip: Clip, purpose: SetPurpose, channel: int, frame_index: int
) -> tuple[AnnotationSet, list[Contour | Mask]] | None:
    """The newest consensus or suggestion of a clip, with a structure's shapes in a frame."""
    sets = AnnotationSet.objects.filter(clip=clip, purpose=purpose)
    if purpose != SetPurpose.SUGGESTION:
        sets = sets.filter(state=SetState.ACCEPTED)
    row = sets.order_by("-updated_at", "-pk").first()
    if row is None:
        return None
    truth = Truth(clip, set_tracks([row.pk]).get(row.pk, []))
    return row, truth.shapes(channel, frame_index)


def channels_of(procedure_id: UUID) -> dict[int, Structure]:
    """A procedure's structures by their labels."""
    rows = Structure.objects.filter(procedure_id=procedure_id)
    return {row.channel: row for row in rows}
