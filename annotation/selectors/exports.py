"""Clips and annotation sets in the words of an export."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db import transaction

from annotation.exports.contents import ExportClip, ExportSet, ExportStructure, ExportTrack
from annotation.geometry import ChannelTrack, annotated_frames, decode_shape, shape_to_json
from annotation.geometry import Keyframe as GeometryKeyframe
from annotation.geometry import Track as GeometryTrack
from annotation.models import (
    AnnotationSet,
    Clip,
    FrameQuality,
    FrameTable,
    Keyframe,
    NotVisible,
    Structure,
)
from annotation.selectors.sets import accepted_sets
from fascicle.accounts.models import User


def export_structures(project_id: UUID) -> list[ExportStructure]:
    """The structures of a project's procedure, in the order of their channels."""
    rows = Structure.objects.filter(procedure__protocols__project_id=project_id)
    return [
        ExportStructure(row.code, row.name, row.kind, row.colour, row.channel)
        for row in rows.order_by("channel")
    ]


def export_sets(
    project_id: UUID, annotation_set_id: UUID | None, owner: User | None
) -> dict[UUID, UUID]:
    """Clip -> set to export: the one named, or without it what was accepted and its owner may see:
    not the sets of clips that they are still to read blinded.
    """
    if annotation_set_id is not None:
        rows = AnnotationSet.objects.filter(pk=annotation_set_id, clip__project_id=project_id)
        return {row.clip_id: row.pk for row in rows}
    return {clip_id: row.pk for clip_id, row in accepted_sets(project_id, seen_by=owner).items()}


def export_clips(
    clip_ids: Sequence[UUID], sets: Mapping[UUID, UUID], structures: Sequence[ExportStructure]
) -> Iterator[ExportClip]:
    """The clips in the given order, one at a time; those deleted meanwhile are left out."""
    for clip_id in clip_ids:
        clip = (
            Clip.objects.filter(pk=clip_id, deleted_at__isnull=True)
            .select_related("subject")
            .first()
        )
        if clip is not None:
            yield _clip(clip, sets.get(clip.pk), structures)


def _clip(clip: Clip, set_id: UUID | None, structures: Sequence[ExportStructure]) -> ExportClip:
    table = FrameTable.objects.get(clip=clip)
    return ExportClip(
        name=f"clip{clip.number:04}",
        subject=clip.subject.pseudonym,
        width=clip.width,
        height=clip.height,
        microns_per_pixel=clip.microns_per_pixel,
        times_s=table.times_s.tolist(),
        sha256=table.sha256,
        facts={
            "id": str(clip.pk),
            "number": clip.number,
            "label": clip.label,
            "subject": clip.subject.pseudonym,
            "width": clip.width,
            "height": clip.height,
            "frame_count": clip.frame_count,
            "duration_s": clip.duration_s,
            "microns_per_pixel": clip.microns_per_pixel,
            "microns_source": clip.microns_source,
            "scanner": clip.scanner,
            "source_format": clip.source_format,
            "source_sha256": clip.source_sha256,
            "credit": clip.credit,
            "redaction": clip.redaction,
            "redacted_at": clip.redaction_at.isoformat() if clip.redaction_at else None,
        },
        annotation=None if set_id is None else _set(set_id, clip.frame_count, structures),
    )


@transaction.atomic
def _set(set_id: UUID, frame_count: int, structures: Sequence[ExportStructure]) -> ExportSet | None:
    """The set as it stands at one revision: nobody saves while it is read."""
    row = (
        AnnotationSet.objects.select_for_update(of=("self",))
        .select_related("author")
        .filter(pk=set_id)
        .first()
    )
    if row is None:
        return None
    judged = list(NotVisible.objects.filter(annotation_set=row).select_related("structure"))
    spans: dict[int, list[tuple[int, int]]] = {}
    for one in judged:
        spans.setdefault(one.structure.channel, []).append((one.first_frame, one.last_frame))
    tracks, covered = _tracks(row.pk, {each.channel: each for each in structures}, spans)
    qualities = FrameQuality.objects.filter(annotation_set=row)
    judgements = {
        "rejected_for": row.rejected_for,
        "not_visible": [
            {"structure": one.structure.code, "first": one.first_frame, "last": one.last_frame}
            for one in judged
        ],
        "image_quality": [
            {"frame_index": one.frame_index, "quality": one.quality} for one in qualities
        ],
    }
    facts: dict[str, Any] = {
        "id": str(row.pk),
        "purpose": row.purpose,
        "state": row.state,
        "author": str(row.author) if row.author else row.model_label,
        "author_id": str(row.author_id or row.model_version_id),
        "credit": row.credit,
        "updated_at": row.updated_at.isoformat(),
    }
    annotated = frozenset(annotated_frames(covered, frame_count))
    return ExportSet(facts, row.revision, tracks, judgements, annotated)


def _tracks(
    set_id: UUID,
    structures: Mapping[int, ExportStructure],
    spans: Mapping[int, list[tuple[int, int]]],
) -> tuple[list[ExportTrack], list[ChannelTrack]]:
    """In the order in which label maps are painted: `annotation.selectors.label_maps`. With them
    what covers frames, also structures that were only judged (`spans`) not visible.
    """
    rows = (
        Keyframe.objects.filter(track__annotation_set_id=set_id)
        .select_related("track__structure")
        .order_by("track__structure__channel", "track_id", "frame_index")
    )
    grouped: dict[UUID, list[Keyframe]] = {}
    for row in rows:
        grouped.setdefault(row.track_id, []).append(row)
    tracks, covering = [], []
    for track_id, keyframes in grouped.items():
        shapes = [decode_shape(bytes(row.shape)) for row in keyframes]
        geometry = [
            GeometryKeyframe(row.frame_index, shape)
            for row, shape in zip(keyframes, shapes, strict=True)
        ]
        documents = [
            {
                "frame_index": row.frame_index,
                **shape_to_json(shape),
                "source": row.source,
                "author_id": str(row.author_id) if row.author_id else None,
                "confidence": row.confidence,
                "revision": row.revision,
            }
            for row, shape in zip(keyframes, shapes, strict=True)
        ]
        structure = structures[keyframes[0].track.structure.channel]
        channel = ChannelTrack(
            structure.channel,
            structure.code,
            GeometryTrack(geometry),
            tuple(spans.get(structure.channel, ())),
        )
        covering.append(channel)
        tracks.append(ExportTrack(str(track_id), structure, channel.shape_at, documents))
    drawn = {each.channel for each in covering}
    covering += [
        ChannelTrack(channel, structures[channel].code, GeometryTrack([]), tuple(found))
        for channel, found in spans.items()
        if channel not in drawn
    ]
    return tracks, covering
