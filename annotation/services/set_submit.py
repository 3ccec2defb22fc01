"""Hand a reading in for review."""

from django.db import transaction
from django.utils import timezone

from annotation.models import (
    AnnotationSet,
    Assignment,
    AssignmentCheck,
    AssignmentState,
    Clip,
    Keyframe,
    SetPurpose,
    SetStep,
)
from annotation.services.checks_start import checks_measure_queue
from annotation.services.set_move import set_move
from annotation.set_permissions import may_annotate
from annotation.stages import AUTHOR_WRITES
from fascicle.accounts.models import User
from fascicle.errors import Conflict, InvalidInput, NotAllowed


@transaction.atomic
def set_submit(*, annotation_set: AnnotationSet, actor: User, revision: int) -> AnnotationSet:
    """Close the set at `revision`, put it into the reviewers' queue and end the assignment by which
    it was read: what colleagues say of the clip is no longer hidden from the reader.

    Raises NotAllowed for anyone but the author, Conflict when the set is not open or has moved on
    from `revision`, InvalidInput when nothing is drawn.
    """
    clip = Clip.objects.select_for_update().get(pk=annotation_set.clip_id)
    row = AnnotationSet.objects.select_for_update().get(pk=annotation_set.pk)
    if row.author_id != actor.pk or not may_annotate(actor, clip.project_id):
        raise NotAllowed("Only its author submits an annotation set.", code="not_author")
    if row.purpose != SetPurpose.READER:
        raise InvalidInput("Only a reader's set is submitted for review.")
    if row.state in AUTHOR_WRITES and row.revision != revision:
        raise Conflict(
            "The set has moved on since the page was loaded. Look at it again, then submit.",
            code="stale_revision",
            revision=row.revision,
            revisions=[],
        )
    if row.state in AUTHOR_WRITES and not _says_something(row):
        raise InvalidInput(
            "Nothing is drawn yet. Delineate at least one structure, or say that none is visible "
            "or why the clip is rejected, then submit."
        )
    set_move(row=row, clip=clip, step=SetStep.SUBMIT, actor=actor)
    given = Assignment.objects.open_readings(actor).filter(clip=clip, reading=row.reading)
    is_check = given.exclude(check_kind=AssignmentCheck.NONE).exists()
    given.update(state=AssignmentState.DONE, closed_at=timezone.now(), annotation_set=row)
    if is_check:
        checks_measure_queue(project=clip.project)
    return row


def _says_something(row: AnnotationSet) -> bool:
    return (
        row.rejected_for != ""
        or Keyframe.objects.filter(track__annotation_set=row).exists()
        or row.not_visible.exists()
    )
