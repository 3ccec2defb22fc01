"""See what became of accepted suggestions once their person has handed the work in."""

from collections.abc import Mapping, Sequence
from itertools import groupby
from uuid import UUID

import numpy as np
from django.db.models import F, OuterRef, Q, Subquery
from numpy.typing import NDArray

from annotation.geometry import dense_from_mask, shape_mask
from annotation.geometry.channel_tracks import ChannelTrack
from annotation.models import AnnotationSet, SetPurpose, SetState
from annotation.selectors.sets import set_tracks
from inference.models import Answer, SuggestionAnswer

AT_ONCE = 500


def answers_settle() -> int:
    """Measure at most 500 answers against the newest revision handed in; returns how many.

    An answer is measured again when its set is handed in again.
    """
    handed_in = AnnotationSet.objects.filter(
        clip=OuterRef("suggestion__annotation_set__clip"),
        author=OuterRef("user"),
        purpose=SetPurpose.READER,
        state__in=[SetState.SUBMITTED, SetState.ACCEPTED],
    )
    waiting = (
        SuggestionAnswer.objects.filter(answer__in=[Answer.ACCEPTED, Answer.EDITED])
        .annotate(
            set_id=Subquery(handed_in.values("pk")[:1]),
            set_revision=Subquery(handed_in.values("revision")[:1]),
        )
        .filter(set_id__isnull=False)
        .filter(Q(kept_revision__isnull=True) | ~Q(kept_revision=F("set_revision")))
        .select_related("structure", "suggestion__annotation_set__clip")
        .order_by("suggestion_id", "set_id")[:AT_ONCE]
    )
    rows = list(waiting)
    sets: dict[int, tuple[UUID, int]] = {
        # the type checker does not see what the query adds to the rows
        row.pk: (row.set_id, row.set_revision)  # type: ignore[attr-defined]
        for row in rows
    }
    measured: list[SuggestionAnswer] = []
    for (suggestion, set_id), group in groupby(
        rows, key=lambda row: (row.suggestion_id, sets[row.pk][0])
    ):
        tracks = set_tracks([suggestion, set_id])
        for row in group:
            clip = row.suggestion.annotation_set.clip
            size = (clip.width, clip.height)
            place = (row.structure.code, row.frame_index)
            row.kept_dice = _dice(
                _pixels(tracks, suggestion, place, size), _pixels(tracks, set_id, place, size)
            )
            row.kept_revision = sets[row.pk][1]
            measured.append(row)
    SuggestionAnswer.objects.bulk_update(
        measured, ["kept_dice", "kept_revision"], batch_size=AT_ONCE
    )
    return len(measured)


def _pixels(
    tracks: Mapping[UUID, Sequence[ChannelTrack]],
    set_id: UUID,
    place: tuple[str, int],
    size: tuple[int, int],
) -> NDArray[np.bool_]:
    """All that a set says of a structure on a frame, (height, width)."""
    width, height = size
    code, frame_index = place
    pixels = np.zeros((height, width), np.bool_)
    for track in tracks.get(set_id, ()):
        shape = track.shape_at(frame_index) if track.structure_code == code else None
        if shape is not None:
            pixels |= dense_from_mask(shape_mask(shape, width, height), width, height)
    return pixels


def _dice(a: NDArray[np.bool_], b: NDArray[np.bool_]) -> float:
    total = np.count_nonzero(a) + np.count_nonzero(b)
    return 2.0 * np.count_nonzero(a & b) / total if total else 1.0
