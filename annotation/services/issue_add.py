"""Pin a remark to a place and a span of frames, answer it, and settle it."""

from django.db import transaction
from django.utils import timezone

from annotation.models import AnnotationSet, Issue, IssueReply, NoticeKind
from annotation.services.notice_send import notices_send, set_notice
from annotation.set_permissions import may_annotate
from fascicle.accounts.models import User
from fascicle.errors import InvalidInput, NotAllowed


@transaction.atomic
def issue_add(
    *,
    annotation_set: AnnotationSet,
    actor: User,
    frame_index: int,
    text: str,
    last_frame: int | None = None,
    x: float | None = None,
    y: float | None = None,
) -> Issue:
    """Write the remark about the frames from `frame_index` to `last_frame`, both included, or about
    the one; `x`, `y` in image pixels, or neither for the whole frame.

    Raises NotAllowed for people who do not review, InvalidInput for an empty text, frames beyond
    the clip or in the wrong order, or half a place.
    """
    clip = annotation_set.clip
    if not may_annotate(actor, clip.project_id):
        raise NotAllowed("Only experts and admins of the project leave remarks.")
    last = frame_index if last_frame is None else last_frame
    if not 0 <= frame_index < clip.frame_count or last >= clip.frame_count:
        raise InvalidInput(f"The clip has frames 0 to {clip.frame_count - 1}.")
    if last < frame_index:
        raise InvalidInput("The last frame of a remark lies before its first.")
    if (x is None) != (y is None):
        raise InvalidInput("A place needs both x and y.")
    issue = Issue.objects.create(
        annotation_set=annotation_set,
        author=actor,
        frame_index=frame_index,
        last_frame=last,
        text=_words(text),
        x=x,
        y=y,
    )
    set_notice(
        row=annotation_set,
        project_id=clip.project_id,
        kind=NoticeKind.REMARK,
        text=f"{actor} left a remark on frame {frame_index}: {issue.text}",
        actor=actor,
    )
    return issue


@transaction.atomic
def issue_reply(*, issue: Issue, actor: User, text: str) -> IssueReply:
    """Answer under the remark, also a settled one.

    Raises NotAllowed for people who do not review, InvalidInput for an empty text.
    """
    if not may_annotate(actor, issue.annotation_set.clip.project_id):
        raise NotAllowed("Only experts and admins of the project answer remarks.")
    row = issue.annotation_set
    reply = IssueReply.objects.create(issue=issue, author=actor, text=_words(text))
    told = {issue.author_id, row.author_id} - {actor.pk, None}
    notices_send(
        project_id=row.clip.project_id,
        kind=NoticeKind.REMARK,
        lines=[
            (person, f"{actor} answered on frame {issue.frame_index}: {reply.text}", row.clip_id)
            for person in told
            if person is not None
        ],
        annotation_set_id=row.pk,
    )
    return reply


@transaction.atomic
def issue_resolve(*, issue: Issue, actor: User, is_resolved: bool = True) -> Issue:
    """Mark the remark as settled, or take that back; the set's author and other reviewers may.

    Raises NotAllowed for others.
    """
    if not may_annotate(actor, issue.annotation_set.clip.project_id):
        raise NotAllowed("Only experts and admins of the project settle remarks.")
    if is_resolved == (issue.resolved_at is not None):
        return issue
    issue.resolved_at = timezone.now() if is_resolved else None
    issue.resolved_by = actor if is_resolved else None
    issue.save(update_fields=["resolved_at", "resolved_by"])
    return issue


def _words(text: str) -> str:
    if not text.strip():
        raise InvalidInput("A remark needs some words.")
    return text.strip()
