"""Begin, or go on with, one's own reading of a clip."""

from django.db import transaction

from annotation.models import AnnotationSet, Assignment, Clip, ClipState, SetPurpose
from annotation.set_permissions import may_annotate
from fascicle.accounts.models import User
from fascicle.errors import NotAllowed


@transaction.atomic
def set_open(*, clip: Clip, actor: User) -> AnnotationSet:
    """The actor's reader set of the clip, made when there is none: that of the open assignment,
    which for a clip to read again is a fresh one, else the first, which is the one that is
    reviewed, returned and trained on: a re-read measures its reader and is over once handed in.

    Raises NotAllowed for people who do not annotate in the project.
    """
    if not may_annotate(actor, clip.project_id):
        raise NotAllowed("Only experts and admins of the project annotate its clips.")
    locked = Clip.objects.select_for_update().get(pk=clip.pk)
    assignment = Assignment.objects.open_readings(actor).filter(clip=locked).first()
    reading = 1 if assignment is None else assignment.reading
    row, is_new = AnnotationSet.objects.get_or_create(
        clip=locked, author=actor, purpose=SetPurpose.READER, reading=reading
    )
    if is_new and locked.state == ClipState.NEW:
        locked.state = ClipState.ANNOTATING
        locked.save(update_fields=["state"])
    if assignment is not None and assignment.annotation_set_id is None:
        assignment.annotation_set = row
        assignment.save(update_fields=["annotation_set"])
    return row
