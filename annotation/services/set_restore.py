"""Bring an earlier revision of a set back, as a new revision."""

from uuid import UUID

from django.db import transaction

from annotation.models import AnnotationSet, Revision
from annotation.selectors.history import contents_at
from annotation.services.set_save import SetSaved, revision_apply
from annotation.set_contents import difference
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
    row = AnnotationSet.objects.select_for_update().get(pk=annotation_set.pk)
    done = Revision.objects.filter(annotation_set=row, idempotency_key=idempotency_key).first()
    if done is not None:
        return SetSaved(done.number, idempotency_key)
    if not 0 <= number <= row.revision:
        raise InvalidInput(f"There is no revision {number}; the last one is {row.revision}.")
    operations = difference(contents_at(row.pk, row.revision), contents_at(row.pk, number))
    if not operations:
        raise InvalidInput(f"The set is already as it was after revision {number}.")
    return revision_apply(
        annotation_set_id=row.pk,
        actor=actor,
        base_revision=base_revision,
        idempotency_key=idempotency_key,
        operations=operations,
        summary_text=f"Restored revision {number}",
    )
