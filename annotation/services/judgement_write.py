"""Write the judgements of a batch: quality, not visible, rejection, notes."""

from collections.abc import Collection, Sequence
from uuid import UUID

from annotation.models import AnnotationSet, FrameQuality, Note, NotVisible
from annotation.operations import (
    ClipJudge,
    FrameJudge,
    Judgement,
    NoteDelete,
    NotePut,
    Operation,
    StructureJudge,
)
from annotation.set_contents import Span, judged
from fascicle.errors import InvalidInput


def judgement_write(
    row: AnnotationSet,
    operations: Sequence[Operation],
    *,
    structures: Collection[UUID],
    frame_count: int,
) -> None:
    """Write the net effect of the judgements among `operations`; no query when there are none.

    Raises InvalidInput for frames or structures that are not the clip's.
    """
    quality: dict[int, str | None] = {}
    notes: dict[UUID, NotePut | None] = {}
    seen: list[StructureJudge] = []
    for operation in operations:
        if not isinstance(operation, Judgement):
            continue
        match operation:
            case FrameJudge(frame, grade):
                _check_frame(frame, frame_count)
                quality[frame] = grade
            case StructureJudge(structure, _, to_frame):
                _check_frame(to_frame, frame_count)
                if structure not in structures:
                    raise InvalidInput("That structure does not belong to the project's procedure.")
                seen.append(operation)
            case ClipJudge(reason):
                row.rejected_for = reason or ""
                row.save(update_fields=["rejected_for"])
            case NotePut(note, place):
                _check_frame(place or 0, frame_count)
                notes[note] = operation
            case NoteDelete(note):
                notes[note] = None
    _write_quality(row, quality)
    _write_not_visible(row, seen)
    _write_notes(row, notes)


def _check_frame(frame: int, frame_count: int) -> None:
    if frame >= frame_count:
        raise InvalidInput(f"Frame {frame} is beyond the clip's last frame, {frame_count - 1}.")


def _write_quality(row: AnnotationSet, quality: dict[int, str | None]) -> None:
    if not quality:
        return
    FrameQuality.objects.filter(annotation_set=row, frame_index__in=list(quality)).delete()
    FrameQuality.objects.bulk_create(
        [
            FrameQuality(annotation_set=row, frame_index=frame, quality=grade)
            for frame, grade in quality.items()
            if grade is not None
        ]
    )


def _write_not_visible(row: AnnotationSet, judges: Sequence[StructureJudge]) -> None:
    if not judges:
        return
    named = {judge.structure for judge in judges}
    stored = NotVisible.objects.filter(annotation_set=row, structure_id__in=named)
    spans: dict[UUID, list[Span]] = {}
    for one in stored:
        spans.setdefault(one.structure_id, []).append((one.first_frame, one.last_frame))
    for judge in judges:
        spans[judge.structure] = judged(spans.get(judge.structure, []), judge)
    stored.delete()
    NotVisible.objects.bulk_create(
        [
            NotVisible(
                annotation_set=row, structure_id=structure, first_frame=first, last_frame=last
            )
            for structure, found in spans.items()
            for first, last in found
        ]
    )


def _write_notes(row: AnnotationSet, notes: dict[UUID, NotePut | None]) -> None:
    if not notes:
        return
    if Note.objects.filter(pk__in=list(notes)).exclude(annotation_set=row).exists():
        raise InvalidInput("A note of another set was named.")
    Note.objects.filter(pk__in=list(notes)).delete()
    Note.objects.bulk_create(
        [
            Note(pk=note, annotation_set=row, frame_index=put.frame, text=put.text)
            for note, put in notes.items()
            if put is not None
        ]
    )
