"""Bring an earlier revision of a set back, as a new revision."""

from uuid import UUID

from django.db import transaction

from annotation.models import AnnotationSet, Revision
from annotation.operations import parse_operations
from annotation.services.set_save import SetSaved, revision_apply
from annotation.set_contents import difference, replay
from fascicle.accounts.models import User
from fascicle.errors import InvalidInput


@transaction.atomic
def set_restore(
    *,
    annotation_set: AnnotationSet,
    actor: User,
    number: int,
    base_revision: int,
    idempotency_key: UUID,
) -> SetSaved:
    """Make the set what it was after revision `number`; nothing of the history is lost.

    Raises what set_save raises, and InvalidInput when there is no such revision or it is the same.
    """
    AnnotationSet.objects.select_for_update().get(pk=annotation_set.pk)
    done = Revision.objects.filter(
        annotation_set=annotation_set, idempotency_key=idempotency_key
    ).first()
    if done is not None:
        return SetSaved(done.number, idempotency_key)
    revisions = list(annotation_set.revisions.values_list("number", "ops"))
    if not 0 <= number <= len(revisions):
        raise InvalidInput(f"There is no revision {number}; the last one is {len(revisions)}.")
    batches = [(n, parse_operations(ops)) for n, ops in revisions if ops]
    now = replay(operation for _, batch in batches for operation in batch)
    then = replay(operation for n, batch in batches if n <= number for operation in batch)
    operations = difference(now, then)
    if not operations:
        raise InvalidInput(f"The set is already as it was after revision {number}.")
    return revision_apply(
        annotation_set_id=annotation_set.pk,
        actor=actor,
        base_revision=base_revision,
        idempotency_key=idempotency_key,
        operations=operations,
        summary_text=f"Restored revision {number}",
    )
