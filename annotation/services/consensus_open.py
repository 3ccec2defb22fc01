"""Begin, or go on with, settling what readers say differently."""

from django.db import transaction

from annotation.models import AnnotationSet, Clip, SetPurpose
from annotation.selectors.agreement import COMPARED_STATES
from annotation.set_permissions import may_annotate
from fascicle.accounts.models import User
from fascicle.audit.services import record_append
from fascicle.errors import Conflict, NotAllowed


@transaction.atomic
def consensus_open(*, clip: Clip, actor: User) -> AnnotationSet:
    """The actor's consensus set of the clip, made when there is none; readings are never touched.
    One that was begun stays its author's to sign or reopen, whatever they have read since.

    Raises NotAllowed for people who do not annotate in the project (or, `own_work`, who have read
    the clip themselves: nobody settles their own case), Conflict (`nothing_to_settle`) where fewer
    than two readings were handed in that the actor may see.
    """
    if not may_annotate(actor, clip.project_id):
        raise NotAllowed("Only experts and admins of the project adjudicate.")
    locked = Clip.objects.select_for_update().get(pk=clip.pk)
    seen = AnnotationSet.objects.visible_to(actor).filter(clip=locked)
    begun = seen.filter(author=actor, purpose=SetPurpose.CONSENSUS).first()
    if begun is not None:
        return begun
    readings = AnnotationSet.objects.filter(clip=locked, purpose=SetPurpose.READER)
    if readings.filter(author=actor, revision__gt=0).exists():
        raise NotAllowed(
            "You have read this clip yourself. A colleague must settle where readers differ.",
            code="own_work",
        )
    handed_in = readings & seen
    voices = handed_in.filter(state__in=COMPARED_STATES, rejected_for="", reading=1)
    if voices.count() < 2:
        raise Conflict(
            "Fewer than two readings of this clip were handed in, so there is nothing to settle.",
            code="nothing_to_settle",
        )
    row, is_new = AnnotationSet.objects.get_or_create(
        clip=locked, author=actor, purpose=SetPurpose.CONSENSUS
    )
    if is_new:
        record_append(
            actor=actor, action="consensus.open", target=row, project_id=locked.project_id
        )
    return row
