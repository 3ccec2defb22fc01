"""Add a subject under a pseudonym."""

from django.db import IntegrityError, transaction

from annotation.clip_words import checked_pseudonym
from annotation.models import Subject
from annotation.permissions import may_upload
from fascicle.accounts.models import Project, User
from fascicle.audit.services import record_append
from fascicle.errors import Conflict, NotAllowed


@transaction.atomic
def subject_create(*, project: Project, actor: User, pseudonym: str) -> Subject:
    """Make the subject. Raises NotAllowed for trainees, InvalidInput for an unusable pseudonym,
    Conflict when the project has one of that name.
    """
    if not may_upload(actor, project.pk):
        raise NotAllowed("Only experts and admins of the project add subjects.")
    pseudonym = checked_pseudonym(pseudonym)
    try:
        with transaction.atomic():
            subject = Subject.objects.create(project=project, pseudonym=pseudonym)
    except IntegrityError as error:
        raise Conflict(
            f"The project has a subject “{pseudonym}” already.", code="subject_exists"
        ) from error
    record_append(actor=actor, action="subject.create", target=subject, project_id=project.pk)
    return subject
