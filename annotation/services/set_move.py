"""Take a set one step on, and keep what happened."""

from django.utils import timezone

from annotation.models import AnnotationSet, Clip, ClipState, SetState, SetStep, SetTransition
from annotation.stages import SAYS_WHY, state_after
from fascicle.accounts.models import User
from fascicle.audit.services import record_append
from fascicle.errors import Conflict, InvalidInput

REFUSED = {
    SetStep.SUBMIT: ("This set is already {state}.", "not_open"),
    SetStep.ACCEPT: ("This set is not waiting for review; it is {state}.", "not_submitted"),
    SetStep.RETURN: ("This set is not waiting for review; it is {state}.", "not_submitted"),
    SetStep.REOPEN: ("Only an accepted set is reopened; this one is {state}.", "not_accepted"),
}

MISSING = "Required."


def set_move(
    *,
    row: AnnotationSet,
    clip: Clip,
    step: SetStep,
    actor: User,
    reason: str = "",
    is_author: bool | None = None,
) -> SetTransition:
    """Change the state of `row` and write the step down. The caller holds the locks of both rows,
    has compared revisions, and has decided that the actor may. `is_author` says otherwise than the
    row in whose part the actor takes the step.

    Raises Conflict when the step does not lead on from the set's state, InvalidInput where a
    reason is missing.
    """
    before = SetState(row.state)
    as_author = row.author_id == actor.pk if is_author is None else is_author
    after = state_after(step, before, is_author=as_author)
    if after is None:
        words, code = REFUSED[step]
        raise Conflict(words.format(state=before.label.lower()), code=code, state=row.state)
    reason = reason.strip()
    if step in SAYS_WHY and not reason:
        if step == SetStep.RETURN:
            raise InvalidInput("Say what should change, so that the author can.", remark=[MISSING])
        raise InvalidInput("Say why it is to be changed.", reason=[MISSING])
    now = timezone.now()
    row.state, row.updated_at = after, now
    if step == SetStep.SUBMIT:
        row.submitted_at = now
    row.save(update_fields=["state", "updated_at", "submitted_at"])
    _follow(clip, row)
    record_append(
        actor=actor,
        action=f"annotation_set.{step}",
        target=row,
        project_id=clip.project_id,
        detail={"revision": row.revision, "author": str(row.author_id), "to": after},
    )
    return SetTransition.objects.create(
        annotation_set=row,
        step=step,
        from_state=before,
        to_state=after,
        revision=row.revision,
        actor=actor,
        reason=reason,
        at=now,
    )


CLIP_STATE = {
    SetState.SUBMITTED: ClipState.IN_REVIEW,
    SetState.RETURNED: ClipState.RETURNED,
    SetState.ACCEPTED: ClipState.ACCEPTED,
}


def _follow(clip: Clip, row: AnnotationSet) -> None:
    """The clip follows its set, but stays accepted while any of its sets is. A re-read measures the
    reader and says nothing of the clip.
    """
    if row.reading > 1:
        return
    accepted = AnnotationSet.objects.filter(clip=clip, state=SetState.ACCEPTED)
    state = ClipState.ACCEPTED if accepted.exists() else CLIP_STATE[SetState(row.state)]
    if state != clip.state:
        clip.state = state
        clip.save(update_fields=["state"])
