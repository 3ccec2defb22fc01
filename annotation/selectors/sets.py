"""What annotation sets say, as tracks and as label maps."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

import numpy as np
from django.db.models import Count
from numpy.typing import NDArray

from annotation.geometry import ChannelTrack, annotated_frames, decode_shape, label_map
from annotation.geometry import Keyframe as GeometryKeyframe
from annotation.geometry import Track as GeometryTrack
from annotation.models import (
    AnnotationSet,
    FrameQuality,
    FrameTable,
    Keyframe,
    NotVisible,
    SetPurpose,
    SetState,
)
from fascicle.accounts.models import User

# which of several accepted sets of a clip is trained on: the consensus or else the first, only a
# consensus, one reader's, or the first and beside it the share of readers at each pixel
LabelChoice = Literal["accepted", "consensus", "reader", "soft"]


@dataclass(frozen=True, slots=True)
class AcceptedFrame:
    """One frame that may be trained on, traced to the revision that says what is in it."""

    clip_id: UUID
    subject: str
    frame_index: int
    frame_sha256: str
    annotation_set_id: UUID
    revision: int
    author_id: UUID | None
    width: int
    height: int
    structure_codes: tuple[str, ...]
    # every reading of the frame, (set, revision), where soft labels are made of them
    voices: tuple[tuple[UUID, int], ...] = ()
    quality: str | None = None  # of the image, where the author judged it


def set_tracks(annotation_set_ids: Iterable[UUID]) -> Mapping[UUID, list[ChannelTrack]]:
    """The tracks of several sets in two queries, in the order of the procedure's structures.

    A structure that was only judged not visible has a track without keyframes.
    """
    wanted = list(annotation_set_ids)
    judged: dict[tuple[UUID, int, str], list[tuple[int, int]]] = {}
    for set_id, channel, code, first, last in NotVisible.objects.filter(
        annotation_set_id__in=wanted
    ).values_list(
        "annotation_set_id", "structure__channel", "structure__code", "first_frame", "last_frame"
    ):
        judged.setdefault((set_id, channel, code), []).append((first, last))
    rows = (
        Keyframe.objects.filter(track__annotation_set_id__in=wanted)
        .order_by("track__structure__channel", "track_id", "frame_index")
        .values_list(
            "track__annotation_set_id",
            "track__structure__channel",
            "track__structure__code",
            "track_id",
            "frame_index",
            "shape",
        )
    )
    grouped: dict[tuple[UUID, int, str, UUID], list[GeometryKeyframe]] = {}
    for set_id, channel, code, track_id, frame_index, shape in rows:
        keyframe = GeometryKeyframe(frame_index, decode_shape(bytes(shape)))
        grouped.setdefault((set_id, channel, code, track_id), []).append(keyframe)
    tracks: dict[UUID, list[ChannelTrack]] = {}
    for (set_id, channel, code, _), keyframes in grouped.items():
        spans = tuple(judged.get((set_id, channel, code), ()))
        one = ChannelTrack(channel, code, GeometryTrack(keyframes), spans)
        tracks.setdefault(set_id, []).append(one)
    drawn = {place[:3] for place in grouped}
    for (set_id, channel, code), found in judged.items():
        if (set_id, channel, code) not in drawn:
            only_judged = ChannelTrack(channel, code, GeometryTrack([]), tuple(found))
            tracks.setdefault(set_id, []).append(only_judged)
    return tracks


def label_maps(
    annotation_set_id: UUID, indices: Iterable[int] | None = None
) -> Iterator[tuple[int, NDArray[np.uint8]]]:
    """Yield (frame index, uint8 (height, width) image of structure channels, 0 = background).

    Without `indices`, the frames that the set says something about. Raises
    AnnotationSet.DoesNotExist.
    """
    row = AnnotationSet.objects.select_related("clip").get(pk=annotation_set_id)
    tracks = set_tracks([row.pk]).get(row.pk, [])
    wanted = annotated_frames(tracks, row.clip.frame_count) if indices is None else indices
    for index in wanted:
        layers = [(entry.channel, entry.shape_at(index)) for entry in tracks]
        yield index, label_map(layers, row.clip.width, row.clip.height)


def accepted_sets(
    project_id: UUID,
    *,
    seen_by: User | None = None,
    labels: LabelChoice = "accepted",
    reader_id: UUID | None = None,
) -> dict[UUID, AnnotationSet]:
    """The accepted set of each clip of a project that has one, in the order of clips; with
    `seen_by` only of the sets that the person may see, with `labels` "consensus" only of consensus
    sets, with "reader" only of those of the person `reader_id`.

    Where a clip has several the consensus is taken, else the one accepted first: two readings of
    one frame are not two frames. Practice sets never appear, nor does a clip that the set rejects.
    """
    sets = AnnotationSet.objects
    accepted = (
        (sets.all() if seen_by is None else sets.visible_to(seen_by))
        .filter(
            clip__project_id=project_id,
            clip__deleted_at__isnull=True,
            purpose__in=[SetPurpose.CONSENSUS, SetPurpose.READER],
            state=SetState.ACCEPTED,
        )
        .select_related("clip__subject")
        .order_by("clip__number", "purpose", "updated_at", "pk")
    )
    if labels == "consensus":
        accepted = accepted.filter(purpose=SetPurpose.CONSENSUS)
    if labels == "reader":
        accepted = accepted.filter(purpose=SetPurpose.READER, author_id=reader_id)
    chosen: dict[UUID, AnnotationSet] = {}
    for row in accepted:  # "consensus" sorts before "reader"
        chosen.setdefault(row.clip_id, row)
    return {clip_id: row for clip_id, row in chosen.items() if not row.rejected_for}


@dataclass(frozen=True, slots=True)
class ReaderWork:
    """Of how many clips a person's own reading is accepted."""

    id: UUID
    name: str
    clip_count: int


def accepted_readers(project_id: UUID, *, seen_by: User) -> list[ReaderWork]:
    """Whose readings of a project's clips are accepted, as far as the person may see them; who has
    most comes first.
    """
    counted = (
        AnnotationSet.objects.visible_to(seen_by)
        .filter(
            clip__project_id=project_id,
            clip__deleted_at__isnull=True,
            purpose=SetPurpose.READER,
            state=SetState.ACCEPTED,
            rejected_for="",
            author__isnull=False,
        )
        .order_by()
        .values_list("author_id")
        .annotate(clips=Count("clip_id", distinct=True))
    )
    clips = dict(counted)
    people = User.objects.in_bulk(list(clips))
    found = [ReaderWork(pk, str(people[pk]), count) for pk, count in clips.items()]
    return sorted(found, key=lambda each: (-each.clip_count, each.name))


def _voices(chosen: Iterable[AnnotationSet]) -> dict[UUID, list[tuple[AnnotationSet, set[int]]]]:
    """Of each clip the accepted readings, and the frames that each looked at. A re-read is no other
    reader.
    """
    clips = {row.clip_id: row.clip.frame_count for row in chosen}
    readings = list(
        AnnotationSet.objects.filter(
            clip_id__in=list(clips),
            purpose=SetPurpose.READER,
            state=SetState.ACCEPTED,
            rejected_for="",
            reading=1,
        ).order_by("pk")
    )
    tracks = set_tracks(row.pk for row in readings)
    found: dict[UUID, list[tuple[AnnotationSet, set[int]]]] = {}
    for row in readings:
        looked = set(annotated_frames(tracks.get(row.pk, []), clips[row.clip_id]))
        found.setdefault(row.clip_id, []).append((row, looked))
    return found


def accepted_frames(
    project_id: UUID, *, labels: LabelChoice = "accepted", reader_id: UUID | None = None
) -> list[AcceptedFrame]:
    """Every frame of a project that its `accepted_sets` cover, in clip and frame order; with
    `labels` "soft" each with all accepted readings that looked at it.
    """
    chosen = accepted_sets(project_id, labels=labels, reader_id=reader_id)
    voices = _voices(chosen.values()) if labels == "soft" else {}
    tracks = set_tracks(row.pk for row in chosen.values())
    tables = FrameTable.objects.in_bulk(list(chosen))
    judged = FrameQuality.objects.filter(annotation_set__in=chosen.values())
    quality = {(one.annotation_set_id, one.frame_index): one.quality for one in judged}
    frames: list[AcceptedFrame] = []
    for row in chosen.values():
        digests = tables[row.clip_id].sha256
        entries = tracks.get(row.pk, [])
        for index in annotated_frames(entries, row.clip.frame_count):
            present = {
                entry.structure_code for entry in entries if entry.shape_at(index) is not None
            }
            frames.append(
                AcceptedFrame(
                    clip_id=row.clip_id,
                    subject=row.clip.subject.pseudonym,
                    frame_index=index,
                    frame_sha256=digests[index],
                    annotation_set_id=row.pk,
                    revision=row.revision,
                    author_id=row.author_id,
                    width=row.clip.width,
                    height=row.clip.height,
                    structure_codes=tuple(sorted(present)),
                    voices=tuple(
                        (each.pk, each.revision)
                        for each, looked in voices.get(row.clip_id, ())
                        if index in looked
                    ),
                    quality=quality.get((row.pk, index)),
                )
            )
    return frames
