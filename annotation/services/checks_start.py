"""Ask for hidden re-reads and checks to be measured."""

from django.db import transaction

from fascicle.accounts.models import Project, User
from fascicle.accounts.permissions import is_project_admin
from fascicle.errors import NotAllowed
from fascicle.jobs.models import Job, JobState
from fascicle.jobs.services import job_create

KIND = "checks_measure"


@transaction.atomic
def checks_measure_start(*, project: Project, actor: User) -> Job:
    """Queue the measuring of what was handed in and is not measured; a job that still waits does it
    too. Raises NotAllowed for anyone but an admin of the project.
    """
    if not is_project_admin(actor, project.pk):
        raise NotAllowed("Only an admin of the project sees what checks found.")
    waiting = Job.objects.filter(kind=KIND, project=project, state=JobState.QUEUED).first()
    return waiting or checks_measure_queue(project=project)


def checks_measure_queue(*, project: Project) -> Job:
    """The same for a check that was handed in just now. The job is nobody's: that a clip was a
    check is for admins to know, not for its reader.
    """
    return job_create(kind=KIND, queue="default", owner=None, project=project)
