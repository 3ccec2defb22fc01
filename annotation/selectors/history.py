"""What a set said after any of its revisions."""

from uuid import UUID

from annotation.models import Revision, SetSnapshot
from annotation.operation_codec import decode_operations, encode_operations
from annotation.operations import Operation
from annotation.set_contents import SetContents, as_operations, replay

SNAPSHOT_EVERY = 500  # revisions, at least


def revision_operations(revision: Revision) -> list[Operation]:
    """The operations of a revision."""
    return decode_operations(bytes(revision.operations))


def contents_at(annotation_set_id: UUID, number: int) -> SetContents:
    """The set after revision `number`; 0 is the empty set.

    Replays from the nearest earlier snapshot. A long way leaves snapshots behind it, so that the
    next look back is short; one is kept only after as many operations as it has itself, so that
    all of them together are no larger than the history.
    """
    snapshot = (
        SetSnapshot.objects.filter(annotation_set_id=annotation_set_id, number__lte=number)
        .order_by("-number")
        .first()
    )
    contents = SetContents()
    since = 0
    if snapshot is not None:
        contents = replay(decode_operations(bytes(snapshot.contents)))
        since = snapshot.number
    rows = Revision.objects.filter(
        annotation_set_id=annotation_set_id, number__gt=since, number__lte=number
    ).order_by("number")
    replayed = 0
    made: list[SetSnapshot] = []
    for revision in rows.only("number", "operations").iterator(chunk_size=500):
        operations = revision_operations(revision)
        replay(operations, contents)
        replayed += len(operations)
        if revision.number - since < SNAPSHOT_EVERY or replayed < _size(contents):
            continue
        stored = encode_operations(as_operations(contents))
        made.append(
            SetSnapshot(
                annotation_set_id=annotation_set_id, number=revision.number, contents=stored
            )
        )
        since, replayed = revision.number, 0
    if made:
        SetSnapshot.objects.bulk_create(made, ignore_conflicts=True)
    return contents


def _size(contents: SetContents) -> int:
    return sum(len(track.keyframes) for track in contents.tracks.values())
