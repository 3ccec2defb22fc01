"""Pin a remark to a frame, and settle it."""

from django.db import transaction
from django.utils import timezone

from annotation.models import AnnotationSet, Issue
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
    x: float | None = None,
    y: float | None = None,
) -> Issue:
    """Write the remark; `x`, `y` in image pixels, or neither for the whole frame.

    Raises NotAllowed for people who do not review, InvalidInput for an empty text, a frame beyond
    the clip or half a place.
    """
    clip = annotation_set.clip
    if not may_annotate(actor, clip.project_id):
        raise NotAllowed("Only experts and admins of the project leave remarks.")
    if not text.strip():
        raise InvalidInput("A remark needs some words.")
    if not 0 <= frame_index < clip.frame_count:
        raise InvalidInput(f"The clip has frames 0 to {clip.frame_count - 1}.")
    if (x is None) != (y is None):
        raise InvalidInput("A place needs both x and y.")
    return Issue.objects.create(
        annotation_set=annotation_set,
        author=actor,
        frame_index=frame_index,
        text=text.strip(),
        x=x,
        y=y,
    )


@transaction.atomic
def issue_resolve(*, issue: Issue, actor: User) -> Issue:
    """Mark the remark as settled; the set's author and other reviewers may.

    Raises NotAllowed for others.
    """
    if not may_annotate(actor, issue.annotation_set.clip.project_id):
        raise NotAllowed("Only experts and admins of the project settle remarks.")
    if issue.resolved_at is None:
        issue.resolved_at = timezone.now()
        issue.save(update_fields=["resolved_at"])
    return issue
