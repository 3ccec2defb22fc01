"""An adjudicator signs a consensus, or takes it up again."""

from django.db import transaction

from annotation.models import AnnotationSet, Clip, SetPurpose, SetStep
from annotation.services.set_move import set_move
from annotation.set_permissions import may_annotate
from fascicle.accounts.models import User
from fascicle.errors import Conflict, InvalidInput, NotAllowed


@transaction.atomic
def consensus_sign(*, consensus: AnnotationSet, actor: User, revision: int) -> AnnotationSet:
    """Accept the consensus at the revision that the adjudicator has looked at; it is what is then
    trained on, in place of the readings, which stay as they are.

    Both steps are the adjudicator's: the shapes are colleagues' work, looked at and chosen. Raises
    NotAllowed for anyone but its author, Conflict when it is signed already or has moved on,
    InvalidInput when nothing is settled.
    """
    clip, row = _locked(consensus, actor)
    if row.revision != revision:
        raise Conflict(
            "The consensus has moved on since the page was loaded. Load it again.",
            code="stale_revision", revision=row.revision, revisions=[],
        )  # fmt: skip
    if not row.tracks.exists() and not row.not_visible.exists():
        raise InvalidInput("Nothing is settled yet.", code="nothing_settled")
    set_move(row=row, clip=clip, step=SetStep.SUBMIT, actor=actor)
    set_move(row=row, clip=clip, step=SetStep.ACCEPT, actor=actor, is_author=False)
    return row


@transaction.atomic
def consensus_reopen(*, consensus: AnnotationSet, actor: User, reason: str) -> AnnotationSet:
    """Let a signed consensus be changed; it is not trained on until it is signed anew.

    Raises NotAllowed for anyone but its author, Conflict when it is not signed, InvalidInput
    without a reason.
    """
    clip, row = _locked(consensus, actor)
    set_move(row=row, clip=clip, step=SetStep.REOPEN, actor=actor, reason=reason)
    return row


def _locked(consensus: AnnotationSet, actor: User) -> tuple[Clip, AnnotationSet]:
    clip = Clip.objects.select_for_update().get(pk=consensus.clip_id)
    row = AnnotationSet.objects.select_for_update().get(pk=consensus.pk)
    if row.purpose != SetPurpose.CONSENSUS:
        raise InvalidInput("This set is not a consensus.")
    if row.author_id != actor.pk or not may_annotate(actor, clip.project_id):
        raise NotAllowed("Only the adjudicator who made it signs a consensus.", code="not_author")
    return clip, row
