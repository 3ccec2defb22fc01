"""Take an accepted set up again."""

from django.db import transaction

from annotation.models import AnnotationSet, Clip, NoticeKind, SetPurpose, SetStep
from annotation.services.notice_send import set_notice
from annotation.services.set_move import set_move
from annotation.set_permissions import may_annotate
from fascicle.accounts.models import User
from fascicle.errors import InvalidInput, NotAllowed


@transaction.atomic
def set_reopen(*, annotation_set: AnnotationSet, actor: User, reason: str) -> AnnotationSet:
    """Let an accepted reading be changed: back to its author when the author asks, back into review
    when a colleague does. It is not trained on until it is accepted anew; what was accepted stays
    in the history, and snapshots name its revision.

    Raises NotAllowed for people who do not annotate, Conflict when the set is not accepted,
    InvalidInput without a reason or for sets that are not readings.
    """
    clip = Clip.objects.select_for_update().get(pk=annotation_set.clip_id)
    row = AnnotationSet.objects.select_for_update().get(pk=annotation_set.pk)
    if not may_annotate(actor, clip.project_id):
        raise NotAllowed("Only experts and admins of the project reopen a set.")
    if row.purpose != SetPurpose.READER:
        raise InvalidInput("Only a reader's set is reopened.")
    set_move(row=row, clip=clip, step=SetStep.REOPEN, actor=actor, reason=reason)
    set_notice(
        row=row,
        project_id=clip.project_id,
        kind=NoticeKind.REOPENED,
        text=f"{actor} reopened your accepted reading: {reason.strip()}",
        actor=actor,
    )
    return row
