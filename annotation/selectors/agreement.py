"""What there is to compare, and the readings of a report."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from uuid import UUID

from django.db.models import QuerySet

from annotation.agreement import ClipReadings, Reading
from annotation.geometry import ChannelTrack, Track
from annotation.geometry import Keyframe as GeometryKeyframe
from annotation.models import (
    AgreementReading,
    AgreementReport,
    AnnotationSet,
    SetPurpose,
    SetState,
    SetStep,
    SetTransition,
    Structure,
)
from annotation.selectors.history import contents_at
from annotation.selectors.sets import set_tracks
from fascicle.accounts.models import User

_CLIPS_AT_ONCE = 20
COMPARED_STATES = (SetState.SUBMITTED, SetState.ACCEPTED)


def comparable_readings(user: User, project_id: UUID) -> QuerySet[AnnotationSet]:
    """The readings of a project that were handed in, by clip and author: no draft, no reading that
    is being worked on again or that rejects its clip, and none that is hidden from `user`.
    """
    return (
        AnnotationSet.objects.visible_to(user)
        .filter(
            clip__project_id=project_id,
            purpose=SetPurpose.READER,
            state__in=COMPARED_STATES,
            rejected_for="",
        )
        .select_related("clip__subject", "author")
        .order_by("clip__number", "author_id", "reading")
    )


def first_handed_in(sets: Sequence[AnnotationSet]) -> dict[UUID, int]:
    """The revision that each set was first handed in at; not there for imported ones."""
    steps = SetTransition.objects.filter(annotation_set__in=sets, step=SetStep.SUBMIT)
    # the first step is read last and stays
    return dict(steps.order_by("-id").values_list("annotation_set_id", "revision"))


def report_readings(report: AgreementReport) -> Iterator[ClipReadings]:
    """The readings of a report at its revisions, clip by clip; deleted clips, and clips of which
    fewer than two readings are left, are passed over.
    """
    rows = list(
        report.readings.filter(annotation_set__clip__deleted_at__isnull=True)
        .select_related("annotation_set__clip__subject")
        .order_by("clip", "reader")
    )
    by_clip = [list(members) for _, members in groupby(rows, key=lambda row: row.clip)]
    by_clip = [members for members in by_clip if len(members) >= 2]
    channels = structure_channels(report.project_id)
    for start in range(0, len(by_clip), _CLIPS_AT_ONCE):
        batch = by_clip[start : start + _CLIPS_AT_ONCE]
        tracks = set_tracks(row.annotation_set_id for members in batch for row in members)
        for members in batch:
            clip = members[0].annotation_set.clip
            yield ClipReadings(
                clip=members[0].clip,
                subject=clip.subject.pseudonym,
                width=clip.width,
                height=clip.height,
                frame_count=clip.frame_count,
                microns_per_pixel=clip.microns_per_pixel,
                readings=tuple(
                    Reading(row.reader, tuple(_tracks_at(row, tracks, channels))) for row in members
                ),
            )


def structure_channels(project_id: UUID) -> dict[UUID, tuple[int, str]]:
    """Channel and code of each structure that a project has now."""
    rows = Structure.objects.filter(procedure__protocols__project_id=project_id)
    return {pk: (channel, code) for pk, channel, code in rows.values_list("pk", "channel", "code")}


def _tracks_at(
    row: AgreementReading,
    now: Mapping[UUID, Sequence[ChannelTrack]],
    channels: Mapping[UUID, tuple[int, str]],
) -> Sequence[ChannelTrack]:
    """The set's tracks at the report's revision: as they stand, else replayed from its history."""
    set_id = row.annotation_set_id
    # read anew, after the tracks: the set may have moved on since the rows were read
    if AnnotationSet.objects.filter(pk=set_id, revision=row.revision).exists():
        return now.get(set_id, [])
    return earlier_tracks(set_id, row.revision, channels)


def tracks_at_revision(
    set_id: UUID, revision: int, channels: Mapping[UUID, tuple[int, str]]
) -> Sequence[ChannelTrack]:
    """A set's tracks after a revision: as they stand where it is the latest, else replayed."""
    now = set_tracks([set_id]).get(set_id, [])
    if AnnotationSet.objects.filter(pk=set_id, revision=revision).exists():
        return now
    return earlier_tracks(set_id, revision, channels)


def earlier_tracks(
    set_id: UUID, revision: int, channels: Mapping[UUID, tuple[int, str]]
) -> list[ChannelTrack]:
    """A set's tracks as its history has them after a revision; structures that are not in
    `channels` are left out.
    """
    contents = contents_at(set_id, revision)
    drawn = [
        (track.structure, tuple(sorted(track.keyframes.items())))
        for track in contents.tracks.values()
        if track.keyframes
    ]
    only_judged = contents.not_visible.keys() - {structure for structure, _ in drawn}
    return [
        ChannelTrack(
            *channels[structure],
            Track([GeometryKeyframe(frame, put.shape) for frame, put in keyframes]),
            tuple(contents.not_visible.get(structure, ())),
        )
        for structure, keyframes in [*drawn, *((structure, ()) for structure in only_judged)]
        if structure in channels
    ]
