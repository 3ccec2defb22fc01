"""Apply a batch of operations to a set: promise 2 of the design.

One transaction under a lock on the set. The same key again gets the same answer; a stale base gets
a Conflict that carries what it has missed, so that the page can put its own strokes on top.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import IntegrityError, models, transaction

from annotation.geometry import Absent, Contour, Shape, encode_shape
from annotation.models import (
    AnnotationSet,
    Keyframe,
    Revision,
    ShapeKind,
    Track,
)
from annotation.operations import (
    KeyframeDelete,
    KeyframePut,
    Operation,
    OperationError,
    StructureJudge,
    TrackAdd,
    TrackDelete,
    operation_to_json,
    parse_operations,
)
from annotation.selectors.correcting import may_correct
from annotation.selectors.history import revision_operations
from annotation.selectors.structures import structure_names
from annotation.services.judgement_write import judgement_write
from annotation.services.revision_add import revision_add
from annotation.set_contents import summary
from annotation.set_permissions import annotating_memberships
from annotation.stages import AUTHOR_WRITES, COLLEAGUE_WRITES
from fascicle.accounts.models import User
from fascicle.errors import Conflict, InvalidInput, NotAllowed

MAX_MISSED = 500


@dataclass(frozen=True, slots=True)
class SetSaved:
    """What the page needs to know: the revision its operations became."""

    revision: int
    idempotency_key: UUID


def set_save(
    *,
    annotation_set: AnnotationSet,
    actor: User,
    base_revision: int,
    idempotency_key: UUID,
    ops: object,
) -> SetSaved:
    """The same as set_save_by_id for a set that was read."""
    return set_save_by_id(
        annotation_set_id=annotation_set.pk,
        actor=actor,
        base_revision=base_revision,
        idempotency_key=idempotency_key,
        ops=ops,
    )


def set_save_by_id(
    *,
    annotation_set_id: UUID,
    actor: User,
    base_revision: int,
    idempotency_key: UUID,
    ops: object,
) -> SetSaved:
    """Read the JSON operations and apply them as the actor's next revision.

    The author writes; a colleague who reviews corrects a reading that was handed in. Raises
    InvalidInput for operations that cannot be read or do not fit the set, NotAllowed for anyone
    else, AnnotationSet.DoesNotExist, Conflict with code `stale_revision` (fields
    `revision`, `revisions`) or `not_open` when the set was submitted or accepted.
    """
    try:
        operations = parse_operations(ops)
    except OperationError as error:
        raise InvalidInput(str(error)) from error
    if any(isinstance(op, KeyframePut) and op.source == "model" for op in operations):
        raise InvalidInput('Only a model writes shapes with the source "model".')
    return revision_apply(
        annotation_set_id=annotation_set_id,
        actor=actor,
        base_revision=base_revision,
        idempotency_key=idempotency_key,
        operations=operations,
    )


def revision_apply(
    *,
    annotation_set_id: UUID,
    actor: User,
    base_revision: int,
    idempotency_key: UUID,
    operations: Sequence[Operation],
    summary_text: str | None = None,
) -> SetSaved:
    """The same for operations already read. See set_save_by_id for what is raised."""
    try:
        with transaction.atomic():
            row, procedure = _locked(annotation_set_id, actor)
            done = None
            if base_revision != row.revision:  # else only a key used twice could be there already
                done = _done(annotation_set_id, idempotency_key)
            if done is not None:
                return SetSaved(done, idempotency_key)
            _check(row, actor, base_revision)
            number = row.revision + 1
            line = _apply(row, procedure, operations, author_id=actor.pk, revision=number)
            revision_add(
                annotation_set_id=annotation_set_id,
                number=number,
                author_id=actor.pk,
                idempotency_key=idempotency_key,
                operations=operations,
                summary=line if summary_text is None else summary_text,
            )
            return SetSaved(number, idempotency_key)
    except IntegrityError:
        done = _done(annotation_set_id, idempotency_key)
        if done is None:
            raise
        return SetSaved(done, idempotency_key)


def _locked(annotation_set_id: UUID, actor: User) -> tuple[AnnotationSet, UUID]:
    """The set under its lock and its procedure; for its author in one query."""
    project = models.OuterRef("clip__project_id")
    row: Any = (  # annotated, which its class does not say
        AnnotationSet.objects.select_for_update(of=("self",))
        .select_related("clip")
        .only(
            *("author", "purpose", "reading", "state", "revision"),
            *("clip__frame_count", "clip__deleted_at"),
        )
        .annotate(
            procedure=models.F("clip__project__protocol__procedure_id"),
            is_annotator=models.Exists(annotating_memberships(actor).filter(project_id=project)),
        )
        .get(pk=annotation_set_id)
    )
    if row.author_id != actor.pk and not may_correct(row, actor):
        raise NotAllowed("Only its author changes an annotation set.", code="not_author")
    if row.clip.deleted_at is not None or not row.is_annotator:
        raise NotAllowed("You no longer annotate in this project.")
    return row, row.procedure


def _done(annotation_set_id: UUID, idempotency_key: UUID) -> int | None:
    """The revision that a key has become."""
    return (
        Revision.objects.filter(
            annotation_set_id=annotation_set_id, idempotency_key=idempotency_key
        )
        .values_list("number", flat=True)
        .first()
    )


def _check(row: AnnotationSet, actor: User, base_revision: int) -> None:
    writable = AUTHOR_WRITES if row.author_id == actor.pk else COLLEAGUE_WRITES
    if row.state not in writable:
        raise Conflict(
            f"This set is {row.get_state_display().lower()} and cannot be changed.",
            code="not_open",
            state=row.state,
        )
    if base_revision != row.revision:
        raise _stale(row, base_revision)


def _stale(row: AnnotationSet, base_revision: int) -> Conflict:
    if base_revision > row.revision:
        return Conflict(
            "The page is ahead of the server, which was restored from a backup. Load it again.",
            code="stale_revision",
            revision=row.revision,
            revisions=[],
        )
    missed: list[dict[str, Any]] = []
    if row.revision - base_revision <= MAX_MISSED:  # else the page reads the set again
        missed = [
            {
                "number": revision.number,
                "author": str(revision.author_id),
                "ops": [operation_to_json(one) for one in revision_operations(revision)],
            }
            for revision in row.revisions.filter(number__gt=base_revision)
        ]
    return Conflict(
        "This set has been changed elsewhere in the meantime.",
        code="stale_revision",
        revision=row.revision,
        revisions=missed,
    )


def _apply(
    row: AnnotationSet,
    procedure: UUID,
    operations: Sequence[Operation],
    *,
    author_id: UUID | None,
    revision: int,
) -> str:
    """Write the net effect in a handful of statements; returns the line for the history."""
    clip = row.clip
    named = {
        operation.track
        for operation in operations
        if isinstance(operation, TrackAdd | TrackDelete | KeyframePut | KeyframeDelete)
    }
    existing = {track.pk: track for track in Track.objects.filter(pk__in=named)} if named else {}
    foreign = [pk for pk, track in existing.items() if track.annotation_set_id != row.pk]
    if foreign:
        raise InvalidInput("A track of another set was named.", tracks=[str(pk) for pk in foreign])

    structure_of = {pk: track.structure_id for pk, track in existing.items()}
    meant = {op.structure for op in operations if isinstance(op, TrackAdd | StructureJudge)}
    structures = structure_names(procedure, meant | set(structure_of.values()))
    deleted: set[UUID] = set()
    added: dict[UUID, Track] = {}
    puts: dict[tuple[UUID, int], KeyframePut | None] = {}
    for operation in operations:
        match operation:
            case TrackAdd(track, structure):
                if structure not in structures:
                    raise InvalidInput("That structure does not belong to the project's procedure.")
                if track not in structure_of:
                    structure_of[track] = structure
                    added[track] = Track(pk=track, annotation_set=row, structure_id=structure)
                elif structure_of[track] != structure:
                    raise InvalidInput("A track cannot change its structure.")
            case TrackDelete(track):
                structure_of.pop(track, None)
                added.pop(track, None)
                deleted.add(track)
                puts = {place: put for place, put in puts.items() if place[0] != track}
            case KeyframePut(track, frame) | KeyframeDelete(track, frame):
                if track not in structure_of:
                    raise InvalidInput(
                        "A shape belongs to a track that is not in the set.",
                        code="unknown_track",
                        track=str(track),
                    )
                if frame >= clip.frame_count:
                    raise InvalidInput(
                        f"Frame {frame} is beyond the clip's last frame, {clip.frame_count - 1}."
                    )
                puts[track, frame] = operation if isinstance(operation, KeyframePut) else None

    known = {pk: track.structure_id for pk, track in existing.items()} | structure_of
    gone = deleted & existing.keys()
    if gone:
        Keyframe.objects.filter(track_id__in=gone).delete()
        Track.objects.filter(pk__in=gone - structure_of.keys()).delete()
    if added:
        Track.objects.bulk_create([track for pk, track in added.items() if pk not in existing])
    _write_keyframes(puts, author_id=author_id, revision=revision)
    judgement_write(row, operations, structures=structures.keys(), frame_count=clip.frame_count)
    return summary(operations, structures, known)


def _write_keyframes(
    puts: dict[tuple[UUID, int], KeyframePut | None], *, author_id: UUID | None, revision: int
) -> None:
    removed: dict[UUID, list[int]] = {}
    written: list[Keyframe] = []
    for (track, frame), put in puts.items():
        if put is None:
            removed.setdefault(track, []).append(frame)
        else:
            written.append(
                Keyframe(
                    track_id=track,
                    frame_index=frame,
                    kind=kind_of(put.shape),
                    shape=encode_shape(put.shape),
                    source=put.source,
                    author_id=author_id,
                    confidence=put.confidence,
                    revision=revision,
                )
            )
    for track, frames in removed.items():
        Keyframe.objects.filter(track_id=track, frame_index__in=frames).delete()
    if not written:
        return
    Keyframe.objects.bulk_create(
        written,
        update_conflicts=True,
        unique_fields=["track", "frame_index"],
        update_fields=["kind", "shape", "source", "author", "confidence", "revision"],
        batch_size=2000,
    )


def kind_of(shape: Shape) -> ShapeKind:
    """The database's word for a shape's kind."""
    if isinstance(shape, Absent):
        return ShapeKind.ABSENT
    return ShapeKind(shape.kind) if isinstance(shape, Contour) else ShapeKind.MASK
