"""Begin, or go on with, one's own reading of a clip."""

from django.db import transaction

from annotation.models import AnnotationSet, Clip, ClipState, SetPurpose
from annotation.set_permissions import may_annotate
from fascicle.accounts.models import User
from fascicle.errors import NotAllowed


@transaction.atomic
def set_open(*, clip: Clip, actor: User) -> AnnotationSet:
    """The actor's reader set of the clip, made when there is none.

    Raises NotAllowed for people who do not annotate in the project.
    """
    if not may_annotate(actor, clip.project_id):
        raise NotAllowed("Only experts and admins of the project annotate its clips.")
    locked = Clip.objects.select_for_update().get(pk=clip.pk)
    row, is_new = AnnotationSet.objects.get_or_create(
        clip=locked, author=actor, purpose=SetPurpose.READER
    )
    if is_new and locked.state == ClipState.NEW:
        locked.state = ClipState.ANNOTATING
        locked.save(update_fields=["state"])
    return row
