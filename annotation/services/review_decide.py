"""A colleague accepts a reading or returns it."""

from django.db import transaction
from django.utils import timezone

from annotation.models import AnnotationSet, Clip, ClipState, Decision, Review, SetState
from annotation.set_permissions import may_annotate
from fascicle.accounts.models import User
from fascicle.audit.services import record_append
from fascicle.errors import Conflict, InvalidInput, NotAllowed


@transaction.atomic
def review_decide(
    *, annotation_set: AnnotationSet, actor: User, decision: Decision, remark: str, revision: int
) -> Review:
    """Record the decision on the revision that the reviewer has looked at.

    Raises NotAllowed for one's own work and for people who do not review, Conflict when the set is
    not waiting for review or is at another revision, InvalidInput for a return without a remark.
    """
    clip = Clip.objects.select_for_update().get(pk=annotation_set.clip_id)
    row = AnnotationSet.objects.select_for_update().get(pk=annotation_set.pk)
    if not may_annotate(actor, clip.project_id):
        raise NotAllowed("Only experts and admins of the project review.")
    if row.author_id is None or row.author_id == actor.pk:
        raise NotAllowed("Nobody reviews their own work. A colleague must.", code="own_work")
    if row.state != SetState.SUBMITTED:
        raise Conflict(
            f"This set is not waiting for review; it is {row.get_state_display().lower()}.",
            code="not_submitted",
            state=row.state,
        )
    if row.revision != revision:
        raise Conflict(
            "The set is at another revision than the one you looked at. Load it again.",
            code="stale_revision",
            revision=row.revision,
            revisions=[],
        )
    remark = remark.strip()
    if decision == Decision.RETURN and not remark:
        raise InvalidInput("Say what should change, so that the author can.", remark=["Required."])
    review = Review.objects.create(
        annotation_set=row,
        revision=revision,
        author_id=row.author_id,
        reviewer=actor,
        decision=decision,
        remark=remark,
    )
    is_accepted = decision == Decision.ACCEPT
    row.state = SetState.ACCEPTED if is_accepted else SetState.RETURNED
    row.updated_at = timezone.now()
    row.save(update_fields=["state", "updated_at"])
    if is_accepted:
        clip.state = ClipState.ACCEPTED
    elif clip.state != ClipState.ACCEPTED:
        clip.state = ClipState.RETURNED
    clip.save(update_fields=["state"])
    record_append(
        actor=actor,
        action=f"annotation_set.{decision}",
        target=row,
        project_id=clip.project_id,
        detail={"revision": revision, "author": str(row.author_id)},
    )
    return review
