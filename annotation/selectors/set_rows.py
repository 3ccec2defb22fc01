"""The shapes of a set as its JSON has them, without an object for each: sets have thousands."""

from base64 import b64encode
from typing import Any
from uuid import UUID

from django.db import connection

from annotation.geometry import stored_shape_to_json
from annotation.models import Keyframe, Track

# one row a track, so that neither the driver nor Python handles keyframes one by one
_COLUMNS = """
    SELECT track.id, track.structure_id,
        array_agg(one.frame_index ORDER BY one.frame_index),
        array_agg(one.source ORDER BY one.frame_index),
        array_agg(one.confidence ORDER BY one.frame_index),
        array_agg(one.revision ORDER BY one.frame_index),
        array_agg(length(one.shape) ORDER BY one.frame_index),
        string_agg(one.shape, ''::bytea ORDER BY one.frame_index)
    FROM annotation_track track LEFT JOIN annotation_keyframe one ON one.track_id = track.id
    WHERE track.annotation_set_id = %s GROUP BY track.id ORDER BY track.id
"""


def track_rows(annotation_set_id: UUID) -> list[dict[str, Any]]:
    """The tracks of a set with their keyframes in frame order, in two queries."""
    tracks: dict[UUID, dict[str, Any]] = {
        pk: {"id": str(pk), "structure": str(structure), "keyframes": []}
        for pk, structure in Track.objects.filter(annotation_set_id=annotation_set_id)
        .order_by("pk")
        .values_list("pk", "structure_id")
    }
    rows = (
        Keyframe.objects.filter(track__in=list(tracks))
        .order_by("track_id", "frame_index")
        .values_list("track_id", "frame_index", "shape", "source", "confidence", "revision")
    )
    for track, frame, shape, source, confidence, revision in rows:
        tracks[track]["keyframes"].append(
            {
                "frame": frame,
                "shape": stored_shape_to_json(bytes(shape)),
                "source": source,
                "confidence": confidence,
                "revision": revision,
            }
        )
    return list(tracks.values())


def packed_track_rows(annotation_set_id: UUID) -> list[dict[str, Any]]:
    """The same in one query and column by column: each track has, in place of `keyframes`, a
    member `packed` with lists `frames`, `sources`, `confidences`, `revisions` and `sizes`, and
    `shapes`, the base64 of the stored bytes (`annotation.geometry.encode_shape`) of all its
    keyframes one after another, each `sizes` bytes long.
    """
    with connection.cursor() as cursor:
        cursor.execute(_COLUMNS, [annotation_set_id])
        return [
            {
                "id": str(track),
                "structure": str(structure),
                "packed": {
                    "frames": frames if shapes is not None else [],
                    "sources": sources if shapes is not None else [],
                    "confidences": confidences if shapes is not None else [],
                    "revisions": revisions if shapes is not None else [],
                    "sizes": sizes if shapes is not None else [],
                    "shapes": b64encode(shapes or b"").decode("ascii"),
                },
            }
            for track, structure, frames, sources, confidences, revisions, sizes, shapes in cursor
        ]
