"""Which project a script means."""

from uuid import UUID

from fascicle.accounts.models import Project
from fascicle.errors import InvalidInput


def project_find(wanted: str) -> Project:
    """The project of that id or name; InvalidInput when there is none, or several of the name."""
    try:
        found = list(Project.objects.filter(pk=UUID(wanted), archived_at__isnull=True))
    except ValueError:
        found = list(Project.objects.filter(name=wanted, archived_at__isnull=True))
    if not found:
        raise InvalidInput(f"There is no project “{wanted}”.")
    if len(found) > 1:
        ids = ", ".join(str(project.pk) for project in found)
        raise InvalidInput(f"Several projects are called “{wanted}”; name one by its id: {ids}.")
    return found[0]
