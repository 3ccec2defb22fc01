"""From stored frames to rows; `annotation.services.ingest` is how pixels come in."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Max

from annotation.clip_words import ClipWords
from annotation.frames.times import duration
from annotation.models import Chunk, Clip, FrameTable, Subject
from annotation.services.ingest.draft import StoredFrames
from fascicle.accounts.models import Project

STATED = "stated"  # a pixel's size by a person's word
CALIBRATED = "calibration"  # by two points on the picture


@dataclass(frozen=True, slots=True)
class Confirmed:
    """What was cut off and blanked, as JSON, and who confirmed it when."""

    redaction: dict[str, Any]
    by_id: UUID | None
    at: datetime | None


def next_clip_number(project: Project) -> int:
    """The number of the project's next clip. The caller holds the project's row lock; numbers of
    deleted clips are not used again.
    """
    highest = Clip.objects.filter(project=project).aggregate(highest=Max("number"))["highest"]
    return int(highest or 0) + 1


def clip_row(
    *,
    clip_id: UUID,
    number: int,
    project: Project,
    subject: Subject,
    words: ClipWords,
    source_sha256: str,
    frames: StoredFrames,
    created_by_id: UUID | None,
    confirmed: Confirmed | None = None,
    microns_source: str = STATED,
) -> Clip:
    """An unsaved clip of the stored frames. Without `confirmed` nothing was cut off: curated data.

    `microns_source` tells where the pixel size in `words` comes from, when there is one.
    """
    return Clip(
        id=clip_id,
        project=project,
        subject=subject,
        number=number,
        label=words.label,
        scanner=words.scanner,
        credit=words.credit,
        microns_per_pixel=words.microns_per_pixel,
        microns_source="" if words.microns_per_pixel is None else microns_source,
        source_sha256=source_sha256,
        source_format=frames.source_format,
        width=frames.width,
        height=frames.height,
        frame_count=frames.frame_count,
        duration_s=duration(frames.times_s),
        thumbnail_key=frames.thumbnail_key,
        redaction=confirmed.redaction if confirmed else None,
        redaction_by_id=confirmed.by_id if confirmed else None,
        redaction_at=confirmed.at if confirmed else None,
        created_by_id=created_by_id,
    )


def chunk_rows(clip: Clip, frames: StoredFrames) -> list[Chunk]:
    """The unsaved chunks of a clip."""
    return [
        Chunk(
            clip=clip,
            number=number,
            first_frame=chunk.first_frame,
            frame_count=chunk.frame_count,
            storage_key=chunk.storage_key,
            byte_size=chunk.byte_size,
        )
        for number, chunk in enumerate(frames.chunks)
    ]


def frame_table_row(clip: Clip, frames: StoredFrames) -> FrameTable:
    """The unsaved frame table of a clip."""
    return FrameTable(
        clip=clip,
        frame_count=frames.frame_count,
        times=frames.times_s.astype("<f8").tobytes(),
        digests=frames.digests,
    )
