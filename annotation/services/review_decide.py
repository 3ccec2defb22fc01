"""A colleague accepts a reading or returns it."""

from django.db import transaction
from django.utils import timezone

from annotation.models import (
    AnnotationSet,
    Assignment,
    AssignmentState,
    AssignmentTask,
    Clip,
    Decision,
    NoticeKind,
    Review,
    SetPurpose,
    SetState,
    SetStep,
)
from annotation.selectors.correcting import is_reviewed
from annotation.services.notice_send import set_notice
from annotation.services.set_move import set_move
from annotation.set_permissions import may_annotate
from fascicle.accounts.models import User
from fascicle.errors import Conflict, NotAllowed


@transaction.atomic
def review_decide(
    *, annotation_set: AnnotationSet, actor: User, decision: Decision, remark: str, revision: int
) -> Review:
    """Record the decision on the revision that the reviewer has looked at.

    Raises NotAllowed for one's own work and for people who do not review, Conflict when the set is
    not waiting for review, is at another revision or can go back to nobody, InvalidInput for a
    return without a remark.
    """
    clip = Clip.objects.select_for_update().get(pk=annotation_set.clip_id)
    row = AnnotationSet.objects.select_for_update().get(pk=annotation_set.pk)
    if not may_annotate(actor, clip.project_id):
        raise NotAllowed("Only experts and admins of the project review.")
    if row.author is None or row.author_id == actor.pk:
        raise NotAllowed("Nobody reviews their own work. A colleague must.", code="own_work")
    if row.state == SetState.SUBMITTED and row.revision != revision:
        raise Conflict(
            "The set is at another revision than the one you looked at. Load it again.",
            code="stale_revision",
            revision=row.revision,
            revisions=[],
        )
    if row.purpose == SetPurpose.READER and not is_reviewed(row):
        raise Conflict(
            "This reading measures its reader. It is compared, not reviewed.", code="not_reviewed"
        )
    if decision == Decision.RETURN and not may_annotate(row.author, clip.project_id):
        raise Conflict(
            f"{row.author} no longer annotates in this project. Correct the reading yourself, or "
            "leave it as it is.",
            code="author_left",
        )
    step = SetStep.ACCEPT if decision == Decision.ACCEPT else SetStep.RETURN
    set_move(row=row, clip=clip, step=step, actor=actor, reason=remark)
    review = Review.objects.create(
        annotation_set=row,
        revision=revision,
        author=row.author,
        reviewer=actor,
        decision=decision,
        remark=remark.strip(),
    )
    _close_assignments(row, actor)
    is_accepted = decision == Decision.ACCEPT
    set_notice(
        row=row,
        project_id=clip.project_id,
        kind=NoticeKind.ACCEPTED if is_accepted else NoticeKind.RETURNED,
        text=f"{actor} {'accepted' if is_accepted else 'returned'} your reading",
        actor=actor,
    )
    return review


def _close_assignments(row: AnnotationSet, actor: User) -> None:
    """One decision decides: the reviewer's own assignment is done, others' have lost their set."""
    waiting = Assignment.objects.filter(
        annotation_set=row, task=AssignmentTask.REVIEW, state=AssignmentState.OPEN
    )
    now = timezone.now()
    waiting.filter(assignee=actor).update(state=AssignmentState.DONE, closed_at=now)
    waiting.exclude(assignee=actor).update(state=AssignmentState.WITHDRAWN, closed_at=now)
