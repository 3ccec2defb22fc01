"""Clips for lists, and their pixels."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from uuid import UUID

import numpy as np
from django.db.models import (
    BinaryField,
    Case,
    Count,
    Exists,
    F,
    Func,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from numpy.typing import NDArray

from annotation.frames.chunk_file import header_length, read_chunk, read_header
from annotation.frames.png import decode_png
from annotation.models import (
    AnnotationSet,
    Assignment,
    Chunk,
    Clip,
    ClipState,
    SetPurpose,
    Subject,
)
from annotation.models.annotation_set import hidden_while_reading
from annotation.models.frame_table import DIGEST_BYTES
from annotation.services.frame_store import read_all, read_range
from fascicle.accounts.models import Membership, Project, User


def clip_rows(user: User, *, is_deleted: bool = False) -> QuerySet[Clip]:
    """The clips a person may see, each with `has_suggestion`, `my_set_state` and `shown_state`, in
    one query. While one is to read a clip blinded, its state tells of one's own reading alone.

    With `is_deleted` those that the person may restore instead.
    """
    sets = AnnotationSet.objects.filter(~hidden_while_reading(user), clip=OuterRef("pk"))
    blinded = Assignment.objects.blinded_readings(user).filter(clip=OuterRef("pk"))
    clips = Clip.objects.deleted_of(user) if is_deleted else Clip.objects.visible_to(user)
    return clips.select_related("subject", "redaction_by").annotate(
        has_suggestion=Exists(sets.filter(purpose=SetPurpose.SUGGESTION)),
        my_set_state=Subquery(
            sets.filter(purpose=SetPurpose.READER, author=user)
            .order_by("-reading")
            .values("state")[:1]
        ),
        shown_state=Case(
            When(Exists(blinded.filter(annotation_set__isnull=True)), then=Value(ClipState.NEW)),
            When(Exists(blinded), then=Value(ClipState.ANNOTATING)),
            default=F("state"),
        ),
    )


def clips_to_read_blinded(user: User, project_id: UUID) -> frozenset[UUID]:
    """The clips of a project that a person is still to read without knowing what others say."""
    rows = Assignment.objects.blinded_readings(user).filter(project_id=project_id)
    return frozenset(rows.values_list("clip_id", flat=True))


def subject_rows(user: User) -> QuerySet[Subject]:
    """The subjects a person may see, each with `clip_count`."""
    present = Q(clips__deleted_at__isnull=True)
    return Subject.objects.visible_to(user).annotate(clip_count=Count("clips", filter=present))


def project_rows(user: User) -> QuerySet[Project]:
    """The projects a person is in, each with `clip_count` and the person's own `role`."""
    clips = Clip.objects.filter(project=OuterRef("pk"), deleted_at__isnull=True).order_by()
    mine = Membership.objects.filter(project=OuterRef("pk"), user=user)
    counted = clips.values("project").annotate(count=Count("pk")).values("count")
    return (
        Project.objects.visible_to(user)
        .select_related("protocol__procedure")
        .prefetch_related("protocol__procedure__structures")
        .annotate(
            clip_count=Func(Subquery(counted), Value(0), function="COALESCE"),
            role=Subquery(mine.values("role")[:1]),
        )
    )


@dataclass(frozen=True, slots=True)
class FrameAddress:
    """Where a frame lies, and the SHA-256 of its pixels in hexadecimal."""

    storage_key: str
    frame_count: int
    sha256: str

    def read_png(self, frame_index: int) -> bytes:
        """The stored PNG, cut out of its chunk; nothing is encoded again."""
        header = read_header(read_range(self.storage_key, 0, header_length(self.frame_count)))
        return read_range(self.storage_key, *header.span(frame_index))


def frame_address(clips: QuerySet[Clip], clip_id: UUID, frame_index: int) -> FrameAddress | None:
    """Find a frame of one of `clips` in one query; None when there is no such clip or frame."""
    digest = Func(
        F("clip__frame_table__digests"),
        Value(frame_index * DIGEST_BYTES + 1),
        Value(DIGEST_BYTES),
        function="SUBSTRING",
        output_field=BinaryField(),
    )
    row = (
        Chunk.objects.filter(
            clip_id=clip_id,
            clip__in=clips.values("pk"),
            first_frame__lte=frame_index,
            first_frame__gt=frame_index - F("frame_count"),
        )
        .values_list("storage_key", "frame_count", digest)
        .first()
    )
    if row is None:
        return None
    return FrameAddress(row[0], row[1], bytes(row[2]).hex())


def clip_frames(clip_id: UUID, indices: Iterable[int] | None = None) -> Iterator[NDArray[np.uint8]]:
    """Yield grey frames uint8 (height, width) of a clip, in the order of `indices`; all without.

    Reads each chunk once when the indices rise. Raises IndexError for a frame that is not there
    and Clip.DoesNotExist for an unknown clip; a deleted clip can still be read, as snapshots that
    name its frames outlive it.
    """
    chunks = list(Chunk.objects.filter(clip_id=clip_id).order_by("first_frame"))
    if not chunks:
        raise Clip.DoesNotExist(f"There is no clip {clip_id}.")
    starts = np.array([chunk.first_frame for chunk in chunks])
    frame_count = chunks[-1].first_frame + chunks[-1].frame_count
    held = -1
    pngs: list[bytes] = []
    for index in range(frame_count) if indices is None else indices:
        if not 0 <= index < frame_count:
            raise IndexError(f"the clip has frames 0 to {frame_count - 1}, not {index}")
        place = int(np.searchsorted(starts, index, side="right")) - 1
        if place != held:
            held, pngs = place, read_chunk(read_all(chunks[place].storage_key))[1]
        yield decode_png(pngs[index - chunks[place].first_frame])
