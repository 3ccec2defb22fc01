"""Settle one structure in some frames: one reader's shape, or a blend of several."""

from collections.abc import Sequence
from uuid import UUID, uuid4

import numpy as np
from numpy.typing import NDArray

from annotation.agreement import Reading, blend_masks
from annotation.agreement.consensus import Blend
from annotation.geometry import (
    EMPTY_MASK,
    ChannelTrack,
    Contour,
    Mask,
    dense_from_mask,
    mask_from_dense,
    shape_mask,
)
from annotation.models import AnnotationSet, Clip, Keyframe, SetPurpose, Structure, Track
from annotation.operations import (
    KeyframeDelete,
    KeyframePut,
    Operation,
    StructureJudge,
    TrackAdd,
)
from annotation.selectors.sets import set_tracks
from annotation.services.set_save import SetSaved, revision_apply
from fascicle.accounts.models import User
from fascicle.errors import InvalidInput, NotAllowed

SOURCE = "adjudicated"
MAX_FRAMES = 2000  # at once
MAX_BLENDED = 200  # at once: STAPLE takes a good part of a second a frame


def consensus_settle(
    *,
    consensus: AnnotationSet,
    readings: Sequence[AnnotationSet],
    blend: Blend | None,
    structure: Structure,
    first_frame: int,
    last_frame: int,
    actor: User,
    base_revision: int,
    idempotency_key: UUID,
) -> SetSaved:
    """Write what one reading says (`blend` None), or a blend of several, into the consensus, as its
    next revision; both frames are included. Frames that a reading did not look at have no voice of
    it, and are left as they are where nobody looked; where no pixel remains the structure is
    judged not visible.

    The readings are of the consensus's clip and seen by the actor. Raises NotAllowed (`own_work`)
    for a reading of the actor's own, InvalidInput for frames out of range or readings that say
    nothing of them, and what `set_save` raises.
    """
    clip = Clip.objects.get(pk=consensus.clip_id)
    if consensus.purpose != SetPurpose.CONSENSUS:
        raise InvalidInput("Only a consensus is settled.")
    if any(row.author_id == actor.pk for row in readings):
        raise NotAllowed(
            "You have read this clip yourself. Choose among the others, or let a colleague settle.",
            code="own_work",
        )
    _check(clip, readings, blend, first_frame, last_frame)
    tracks = set_tracks(row.pk for row in readings)
    spoken = [Reading(number, tuple(tracks.get(row.pk, ()))) for number, row in enumerate(readings)]
    looked = [each.looked_at(clip.frame_count) for each in spoken]
    mine = [
        [track for track in each.tracks if track.channel == structure.channel] for each in spoken
    ]
    settled: dict[int, Contour | Mask] = {}
    for frame in range(first_frame, last_frame + 1):
        voices = [tracks for tracks, seen in zip(mine, looked, strict=True) if seen[frame]]
        if voices:
            settled[frame] = _settled(voices, frame, clip, blend)
    if not settled:
        raise InvalidInput("No chosen reader has looked at these frames.", code="nobody_looked")
    names = ", ".join(str(row.author) for row in readings)
    how = "" if blend is None else f" by {'STAPLE' if blend == 'staple' else 'majority'}"
    return revision_apply(
        annotation_set_id=consensus.pk,
        actor=actor,
        base_revision=base_revision,
        idempotency_key=idempotency_key,
        operations=_operations(consensus, structure, settled),
        summary_text=f"{structure.name} in {_frames(settled)} from {names}{how}"[:200],
    )


def _check(
    clip: Clip,
    readings: Sequence[AnnotationSet],
    blend: Blend | None,
    first_frame: int,
    last_frame: int,
) -> None:
    if not 0 <= first_frame <= last_frame < clip.frame_count:
        raise InvalidInput(
            f"Choose frames between 0 and {clip.frame_count - 1}, the first one first.",
            first_frame=["Out of range."],
        )
    most = MAX_FRAMES if blend is None else MAX_BLENDED
    if last_frame - first_frame >= most:
        raise InvalidInput(f"At most {most:,} frames are settled at once.", last_frame=["Too far."])
    if any(row.clip_id != clip.pk or row.purpose != SetPurpose.READER for row in readings):
        raise InvalidInput("Only readings of this clip are settled.", readings=["Not of the clip."])
    if any(row.reading > 1 for row in readings):
        raise InvalidInput(
            "A re-read measures its reader; settle with the first reading.",
            readings=["Read again."],
        )
    if blend is None and len(readings) != 1:
        raise InvalidInput("Choose one reading, or say how to blend.", readings=["One of them."])
    if blend is not None and len(readings) < 2:
        raise InvalidInput("A blend needs two readings.", readings=["At least two."])


def _settled(
    voices: Sequence[Sequence[ChannelTrack]], frame: int, clip: Clip, blend: Blend | None
) -> Contour | Mask:
    """The shape that the voices come to; the empty mask for a structure that is not there."""
    if blend is None:
        shapes = [shape for track in voices[0] if (shape := track.shape_at(frame)) is not None]
        if len(shapes) == 1:
            covers = not shape_mask(shapes[0], clip.width, clip.height).is_empty
            return shapes[0] if covers else EMPTY_MASK
        return mask_from_dense(_pixels(voices[0], frame, clip))
    blended = blend_masks([_pixels(tracks, frame, clip) for tracks in voices], blend)
    return mask_from_dense(blended.pixels)


def _pixels(tracks: Sequence[ChannelTrack], frame: int, clip: Clip) -> NDArray[np.bool_]:
    pixels = np.zeros((clip.height, clip.width), dtype=np.bool_)
    for track in tracks:
        mask = shape_mask(track.shape_at(frame), clip.width, clip.height)
        pixels |= dense_from_mask(mask, clip.width, clip.height)
    return pixels


def _operations(
    consensus: AnnotationSet, structure: Structure, settled: dict[int, Contour | Mask]
) -> list[Operation]:
    """The consensus has one track a structure, a keyframe in each settled frame that shows it, and
    a judgement over those that do not: between them an interpolated shape says nothing.
    """
    own = Track.objects.filter(annotation_set=consensus, structure=structure).order_by("pk")
    tracks = list(own.values_list("pk", flat=True))
    operations: list[Operation] = []
    shown = {frame: shape for frame, shape in settled.items() if not _is_empty(shape)}
    if not tracks and shown:
        tracks = [uuid4()]
        operations.append(TrackAdd(tracks[0], structure.pk))
    held = Keyframe.objects.filter(track__in=tracks, frame_index__in=list(settled))
    operations += [
        KeyframeDelete(track, frame)
        for track, frame in held.values_list("track_id", "frame_index")
        if frame not in shown or track != tracks[0]
    ]
    operations += [KeyframePut(tracks[0], frame, shape, SOURCE) for frame, shape in shown.items()]
    for first, last, is_absent in _runs(settled):
        operations.append(StructureJudge(structure.pk, first, last, is_absent=is_absent))
    return operations


def _runs(settled: dict[int, Contour | Mask]) -> list[tuple[int, int, bool]]:
    """Consecutive frames that all show the structure, or all do not: (first, last, is absent)."""
    runs: list[tuple[int, int, bool]] = []
    for frame, shape in sorted(settled.items()):
        is_absent = _is_empty(shape)
        if runs and runs[-1][1] == frame - 1 and runs[-1][2] == is_absent:
            runs[-1] = (runs[-1][0], frame, is_absent)
        else:
            runs.append((frame, frame, is_absent))
    return runs


def _is_empty(shape: Contour | Mask) -> bool:
    return isinstance(shape, Mask) and shape.is_empty


def _frames(settled: dict[int, Contour | Mask]) -> str:
    first, last = min(settled), max(settled)
    return f"frame {first}" if first == last else f"frames {first} to {last}"
