"""Write what a model says about a clip into its own set."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID, uuid4

from django.db import transaction
from django.utils import timezone

from annotation.geometry import Shape, encode_shape
from annotation.models import (
    AnnotationSet,
    Clip,
    Keyframe,
    KeyframeSource,
    Revision,
    SetPurpose,
    ShapeKind,
    Track,
)
from annotation.operation_codec import encode_operations
from annotation.services.set_save import kind_of
from fascicle.rows_copy import rows_copy


@dataclass(frozen=True, slots=True)
class SuggestedShape:
    """What a model sees from a frame on. encoded: the shape as `encode_shape` gives it, made once
    for the page that watches and for the set. confidence: 0 to 1, None for an absence.
    """

    frame_index: int
    kind: ShapeKind
    encoded: bytes
    confidence: float | None

    @classmethod
    def of(cls, frame_index: int, shape: Shape, confidence: float | None) -> "SuggestedShape":
        return cls(frame_index, kind_of(shape), encode_shape(shape), confidence)


@dataclass(frozen=True, slots=True)
class SuggestionTrack:
    """One structure's keyframes, in frame order."""

    structure_id: UUID
    keyframes: Sequence[SuggestedShape]


@transaction.atomic
def suggestion_write(
    *, clip_id: UUID, model_version_id: UUID, model_label: str, tracks: Sequence[SuggestionTrack]
) -> AnnotationSet:
    """Make the suggestion set of this model version on the clip, in place of an earlier one.

    Human work is in other sets and never touched. Raises Clip.DoesNotExist when the clip was
    deleted meanwhile.
    """
    clip = Clip.objects.select_for_update().get(pk=clip_id, deleted_at__isnull=True)
    row, _ = AnnotationSet.objects.select_for_update().get_or_create(
        clip=clip,
        model_version_id=model_version_id,
        purpose=SetPurpose.SUGGESTION,
        defaults={"model_label": model_label},
    )
    Track.objects.filter(annotation_set=row).delete()
    row.revision += 1
    row.updated_at = timezone.now()
    row.model_label = model_label
    row.save(update_fields=["revision", "updated_at", "model_label"])
    rows = [Track(annotation_set=row, structure_id=track.structure_id) for track in tracks]
    Track.objects.bulk_create(rows)
    rows_copy(
        [
            Keyframe(
                track=written,
                frame_index=each.frame_index,
                kind=each.kind,
                shape=each.encoded,
                source=KeyframeSource.MODEL,
                confidence=each.confidence,
                revision=row.revision,
            )
            for written, track in zip(rows, tracks, strict=True)
            for each in track.keyframes
        ]
    )
    # The shapes themselves can be made again from model and clip, so they are not kept twice.
    Revision.objects.create(
        annotation_set=row,
        number=row.revision,
        idempotency_key=uuid4(),
        operations=encode_operations([]),
        op_count=0,
        summary=f"Written by {model_label}"[:200],
    )
    return row
