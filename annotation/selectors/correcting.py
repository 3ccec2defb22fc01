"""Which readings a colleague reviews and may correct."""

from annotation.models import AnnotationSet, Assignment, AssignmentCheck, SetPurpose
from fascicle.accounts.models import User


def is_reviewed(row: AnnotationSet) -> bool:
    """Whether a decision is asked for: not of a re-read, nor of a clip whose truth is known, which
    measure their reader.
    """
    if row.purpose != SetPurpose.READER or row.reading > 1:
        return False
    checks = Assignment.objects.exclude(check_kind=AssignmentCheck.NONE)
    return not checks.filter(annotation_set=row).exists()


def may_correct(row: AnnotationSet, actor: User) -> bool:
    """Whether a colleague of the author may change the reading while it waits for review; that it
    waits, and that the actor annotates in the project, is for the caller to see to.
    """
    return is_reviewed(row) and AnnotationSet.objects.visible_to(actor).filter(pk=row.pk).exists()
