"""Clips that come with delineations made elsewhere: written accepted, in few queries."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID, uuid4

from django.db import transaction
from django.utils import timezone

from annotation.clip_words import ClipWords
from annotation.geometry import Shape, encode_shape
from annotation.models import (
    AnnotationSet,
    Chunk,
    Clip,
    ClipState,
    Decision,
    FrameTable,
    Keyframe,
    KeyframeSource,
    Review,
    Revision,
    SetPurpose,
    SetState,
    SetStep,
    SetTransition,
    Structure,
    Subject,
    Track,
)
from annotation.operation_codec import encode_operations
from annotation.operations import KeyframePut, Operation, TrackAdd
from annotation.services.clip_store import (
    chunk_rows,
    clip_row,
    frame_table_row,
    next_clip_number,
)
from annotation.services.frame_store import files_claim
from annotation.services.import_people import ImportPeople
from annotation.services.ingest import StoredFrames
from annotation.services.set_save import kind_of
from fascicle.accounts.models import Project
from fascicle.errors import InvalidInput


@dataclass(frozen=True, slots=True)
class AcceptedClip:
    """Stored frames and, for the first of them, the shape of each structure."""

    clip_id: UUID
    source_sha256: str
    frames: StoredFrames
    words: ClipWords
    shapes: Sequence[tuple[Structure, Shape]]


@transaction.atomic
def accepted_clips_write(
    *, project: Project, people: ImportPeople, clips: Sequence[AcceptedClip]
) -> list[Clip]:
    """Write the clips with a reader set each: one revision of `people.author`, accepted by
    `people.reviewer`.
    """
    if not clips:
        return []
    locked = Project.objects.select_for_update().get(pk=project.pk)
    subjects = _subjects(locked, {each.words.subject for each in clips})
    first = next_clip_number(locked)
    rows = [
        clip_row(
            clip_id=each.clip_id,
            number=number,
            project=locked,
            subject=subjects[each.words.subject],
            words=each.words,
            source_sha256=each.source_sha256,
            frames=each.frames,
            created_by_id=people.author.pk,
        )
        for number, each in enumerate(clips, start=first)
    ]
    for row in rows:
        row.state = ClipState.ACCEPTED
    Clip.objects.bulk_create(rows)
    pairs = list(zip(rows, clips, strict=True))
    Chunk.objects.bulk_create(
        [chunk for row, each in pairs for chunk in chunk_rows(row, each.frames)]
    )
    FrameTable.objects.bulk_create([frame_table_row(row, each.frames) for row, each in pairs])
    _write_sets(people, pairs)
    keys = [chunk.storage_key for each in clips for chunk in each.frames.chunks]
    if files_claim([*keys, *(each.frames.thumbnail_key for each in clips)]):
        raise InvalidInput("Stored frames went missing meanwhile; start the import again.")
    return rows


def _subjects(project: Project, pseudonyms: set[str]) -> dict[str, Subject]:
    Subject.objects.bulk_create(
        [Subject(project=project, pseudonym=pseudonym) for pseudonym in sorted(pseudonyms)],
        ignore_conflicts=True,
    )
    found = Subject.objects.filter(project=project, pseudonym__in=pseudonyms)
    return {subject.pseudonym: subject for subject in found}


def _write_sets(people: ImportPeople, pairs: Sequence[tuple[Clip, AcceptedClip]]) -> None:
    now = timezone.now()
    sets: list[AnnotationSet] = []
    tracks: list[Track] = []
    keyframes: list[Keyframe] = []
    revisions: list[Revision] = []
    reviews: list[Review] = []
    steps: list[SetTransition] = []
    for clip, accepted in pairs:
        row = AnnotationSet(
            clip=clip,
            purpose=SetPurpose.READER,
            author=people.author,
            credit=accepted.words.credit,
            state=SetState.ACCEPTED,
            revision=1,
            created_at=now,
            updated_at=now,
            submitted_at=now,
        )
        sets.append(row)
        ops: list[Operation] = []
        for structure, shape in accepted.shapes:
            track = Track(annotation_set=row, structure=structure)
            tracks.append(track)
            keyframes.append(
                Keyframe(
                    track=track,
                    frame_index=0,
                    kind=kind_of(shape),
                    shape=encode_shape(shape),
                    source=KeyframeSource.IMPORTED,
                    author=people.author,
                    revision=1,
                )
            )
            ops += [
                TrackAdd(track.pk, structure.pk),
                KeyframePut(track.pk, 0, shape, KeyframeSource.IMPORTED.value),
            ]
        revisions.append(
            Revision(
                annotation_set=row,
                number=1,
                author=people.author,
                idempotency_key=uuid4(),
                operations=encode_operations(ops),
                op_count=len(ops),
                summary="Imported from mask files",
            )
        )
        reviews.append(
            Review(
                annotation_set=row,
                revision=1,
                author=people.author,
                reviewer=people.reviewer,
                decision=Decision.ACCEPT,
                remark="Imported as accepted",
            )
        )
        steps += _steps(row, people)
    AnnotationSet.objects.bulk_create(sets)
    Track.objects.bulk_create(tracks)
    Keyframe.objects.bulk_create(keyframes)
    Revision.objects.bulk_create(revisions)
    Review.objects.bulk_create(reviews)
    SetTransition.objects.bulk_create(steps)


def _steps(row: AnnotationSet, people: ImportPeople) -> list[SetTransition]:
    return [
        SetTransition(
            annotation_set=row, step=step, from_state=before, to_state=after, revision=1,
            actor=actor, reason=reason,
        )
        for step, before, after, actor, reason in (
            (SetStep.SUBMIT, SetState.DRAFT, SetState.SUBMITTED, people.author, ""),
            (
                SetStep.ACCEPT, SetState.SUBMITTED, SetState.ACCEPTED, people.reviewer,
                "Imported as accepted",
            ),
        )
    ]  # fmt: skip
