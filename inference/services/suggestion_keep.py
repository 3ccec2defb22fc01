"""Keep what a model saw of a clip: its shapes, how sure it was, and where it was not."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

from annotation.models import Clip
from annotation.services.suggestion_write import SuggestionTrack, suggestion_write
from fascicle.audit.services import record_append
from fascicle.rows_copy import rows_copy
from inference.models import DoubtMap, ModelVersion, Suggestion, SuggestionDoubt
from inference.ranking.choose import summarise
from inference.ranking.measures import ClipMeasures


@dataclass(frozen=True, slots=True)
class Seen:
    """A whole clip as a model sees it.

    confidence: structure code -> one number a frame, None where not seen. members: networks that
    answered. measures: see `inference.ranking`. maps: frame index -> PNG of its doubt.
    """

    tracks: Sequence[SuggestionTrack]
    confidence: Mapping[str, Sequence[float | None]]
    members: int
    measures: ClipMeasures
    maps: Mapping[int, bytes]


@transaction.atomic
def suggestion_keep(
    *, clip: Clip, version: ModelVersion, job_id: UUID, asked_by: UUID | None, seen: Seen
) -> UUID:
    """Write the suggestion in place of this version's earlier one; returns its set's id.

    Raises Clip.DoesNotExist when the clip was deleted meanwhile.
    """
    written = suggestion_write(
        clip_id=clip.pk,
        model_version_id=version.pk,
        model_label=str(version)[:120],
        tracks=seen.tracks,
    )
    suggestion, _ = Suggestion.objects.update_or_create(
        annotation_set=written,
        defaults={
            "model_version": version,
            "job_id": job_id,
            "confidence": seen.confidence,
            "created_at": written.updated_at,
        },
    )
    doubt = summarise(seen.measures)
    SuggestionDoubt.objects.update_or_create(
        suggestion=suggestion,
        defaults={
            "members": seen.members,
            "measures": {code: one.to_json() for code, one in seen.measures.items()},
            "score": doubt.score,
            "reason": doubt.reason or "",
            "structure_code": doubt.structure or "",
            "frames": doubt.frames,
        },
    )
    DoubtMap.objects.filter(suggestion=suggestion).delete()
    rows_copy(
        [
            DoubtMap(suggestion=suggestion, frame_index=frame, png=png)
            for frame, png in seen.maps.items()
        ]
    )
    record_append(
        actor=None,
        action="suggestion.write",
        target=written,
        project_id=clip.project_id,
        detail={
            "clip": str(clip.pk),
            "model_version": str(version.pk),
            "job": str(job_id),
            "asked_by": str(asked_by) if asked_by else None,
        },
    )
    return written.pk
