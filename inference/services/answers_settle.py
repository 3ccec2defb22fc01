"""See what became of accepted suggestions once the work that they went into is handed in."""

from collections.abc import Mapping, Sequence
from itertools import groupby
from uuid import UUID

import numpy as np
from django.db.models import F, Q
from numpy.typing import NDArray

from annotation.geometry import dense_from_mask, shape_mask
from annotation.geometry.channel_tracks import ChannelTrack
from annotation.models import SetState
from annotation.selectors.sets import set_tracks
from inference.models import Answer, SuggestionAnswer

AT_ONCE = 500


def answers_settle() -> int:
    """Measure at most 500 answers against the newest revision handed in; returns how many.

    An answer is measured again when its set is handed in again.
    """
    waiting = (
        SuggestionAnswer.objects.filter(
            answer__in=[Answer.ACCEPTED, Answer.EDITED],
            annotation_set__state__in=[SetState.SUBMITTED, SetState.ACCEPTED],
        )
        .filter(Q(kept_revision__isnull=True) | ~Q(kept_revision=F("annotation_set__revision")))
        .select_related("structure", "annotation_set__clip")
        .order_by("suggestion_id", "annotation_set_id")[:AT_ONCE]
    )
    measured: list[SuggestionAnswer] = []
    for (suggestion, set_id), group in groupby(
        waiting, key=lambda row: (row.suggestion_id, row.annotation_set_id)
    ):
        tracks = set_tracks([suggestion, set_id])
        for row in group:
            clip = row.annotation_set.clip
            size = (clip.width, clip.height)
            place = (row.structure.code, row.frame_index)
            row.kept_dice = _dice(
                _pixels(tracks, suggestion, place, size), _pixels(tracks, set_id, place, size)
            )
            row.kept_revision = row.annotation_set.revision
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
