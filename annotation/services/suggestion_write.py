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
    Track,
)
from annotation.operation_codec import encode_operations
from annotation.services.set_save import kind_of


@dataclass(frozen=True, slots=True)
class SuggestionTrack:
    """One structure: (frame index, shape, confidence 0 to 1 or None), in frame order."""

    structure_id: UUID
    keyframes: Sequence[tuple[int, Shape, float | None]]


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
    Keyframe.objects.bulk_create(
        [
            Keyframe(
                track=written,
                frame_index=frame_index,
                kind=kind_of(shape),
                shape=encode_shape(shape),
                source=KeyframeSource.MODEL,
                confidence=confidence,
                revision=row.revision,
            )
            for written, track in zip(rows, tracks, strict=True)
            for frame_index, shape, confidence in track.keyframes
        ],
        batch_size=2000,
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
