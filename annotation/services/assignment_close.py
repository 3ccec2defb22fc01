"""Take work back from a person, or give it another day."""

from datetime import date

from django.db import transaction
from django.utils import timezone

from annotation.models import Assignment, AssignmentState
from fascicle.accounts.models import Project, User
from fascicle.accounts.permissions import is_project_admin
from fascicle.audit.services import record_append
from fascicle.errors import Conflict, InvalidInput, NotAllowed


@transaction.atomic
def assignment_withdraw(*, assignment: Assignment, actor: User) -> Assignment:
    """End an open assignment; what was drawn stays as its author's draft.

    Raises NotAllowed for anyone but an admin, and for a clip that one is oneself to read blinded:
    else one could look at the others first. Conflict when it is over already.
    """
    row = _locked(assignment, actor)
    if row.assignee_id == actor.pk and (row.is_blinded_to_readers or row.is_blinded_to_model):
        raise NotAllowed(
            "Another admin withdraws what you are to read blinded.", code="own_blinded_reading"
        )
    row.state, row.closed_at = AssignmentState.WITHDRAWN, timezone.now()
    row.save(update_fields=["state", "closed_at"])
    record_append(
        actor=actor,
        action="assignment.withdraw",
        target=row,
        project_id=row.project_id,
        detail={"person": str(row.assignee_id), "task": row.task},
    )
    return row


@transaction.atomic
def assignment_postpone(*, assignment: Assignment, actor: User, due_on: date | None) -> Assignment:
    """Give an open assignment another day, or none. Raises NotAllowed for anyone but an admin,
    Conflict when it is over, InvalidInput for a day that is past.
    """
    row = _locked(assignment, actor)
    if due_on is not None and due_on < timezone.now().date():
        raise InvalidInput("The day by which it is due is over.", due_on=["In the past."])
    row.due_on = due_on
    row.save(update_fields=["due_on"])
    return row


def _locked(assignment: Assignment, actor: User) -> Assignment:
    Project.objects.select_for_update(no_key=True).get(pk=assignment.project_id)
    if not is_project_admin(actor, assignment.project_id):
        raise NotAllowed("Only an admin of the project changes what is assigned.")
    row = Assignment.objects.get(pk=assignment.pk)
    if row.state != AssignmentState.OPEN:
        raise Conflict(
            f"This assignment is {row.get_state_display().lower()} already.", code="not_open"
        )
    return row
