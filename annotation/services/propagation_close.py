"""Be done with carried shapes: kept or not, they are no longer needed."""

from django.db import transaction

from annotation.models import Propagation
from fascicle.accounts.models import User
from fascicle.errors import Conflict, NotAllowed
from fascicle.jobs.services import job_cancel


@transaction.atomic
def propagation_cancel(*, propagation: Propagation, actor: User) -> None:
    """Stop the work and leave what has come of it. Does nothing when it has ended.

    Raises NotAllowed for anyone but the person it is carried on for.
    """
    if propagation.job.owner_id != actor.pk:
        raise NotAllowed("Only the person who had a shape carried on stops it.")
    try:
        with transaction.atomic():
            job_cancel(job=propagation.job, actor=actor)
    except Conflict:
        return


@transaction.atomic
def propagation_close(*, propagation: Propagation, actor: User) -> None:
    """Stop the work and throw its shapes away; what the person kept is in the set by now.

    Raises NotAllowed for anyone but the person it is carried on for.
    """
    propagation_cancel(propagation=propagation, actor=actor)
    Propagation.objects.filter(pk=propagation.pk).delete()
