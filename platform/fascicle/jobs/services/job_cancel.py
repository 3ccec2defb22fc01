"""Ask work to stop."""

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from fascicle.accounts.models import Membership, Role
from fascicle.audit.services import record_append
from fascicle.errors import Conflict, NotAllowed
from fascicle.jobs.models import Job, JobState

if TYPE_CHECKING:
    from fascicle.accounts.models import User


@transaction.atomic
def job_cancel(*, job: Job, actor: "User") -> Job:
    """Set the flag that the worker reads; a job still waiting ends at once.

    Raises NotAllowed for anyone but the owner and the project's admins, Conflict when it has ended.
    """
    is_admin = (
        Membership.objects.of(actor, roles=[Role.ADMIN]).filter(project=job.project_id).exists()
    )
    if job.owner_id != actor.pk and not is_admin:
        raise NotAllowed("Only the person who started this work or an admin may cancel it.")
    locked = Job.objects.select_for_update().get(pk=job.pk)
    if locked.is_finished:
        raise Conflict(f"This work has already ended ({locked.get_state_display().lower()}).")
    locked.is_cancel_requested = True
    if locked.state == JobState.QUEUED:
        locked.state = JobState.CANCELLED
        locked.finished_at = timezone.now()
        locked.error = "Cancelled before it began."
    locked.save(update_fields=["is_cancel_requested", "state", "finished_at", "error"])
    record_append(
        actor=actor,
        action="job.cancel",
        target=locked,
        project_id=locked.project_id,
        detail={"kind": locked.kind},
    )
    if locked.state == JobState.CANCELLED:
        transaction.on_commit(lambda: _clean_up(locked))
    return locked


def _clean_up(job: Job) -> None:
    from fascicle.jobs.context import JobContext  # noqa: PLC0415  # it imports the services
    from fascicle.jobs.registry import clean_up  # noqa: PLC0415

    clean_up(job.kind, JobContext.of(job), job.error)
