"""What time and people's coming and going do to assignments."""

import logging
from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from annotation.models import Assignment, AssignmentRule, AssignmentState, Notice, NoticeKind
from annotation.services.assignment_rule_set import assignment_rule_apply
from annotation.services.notice_send import notices_send
from fascicle.accounts.models import Membership, Project, Role, User
from fascicle.audit.services import record_append
from fascicle.errors import FascicleError

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class AssignmentsSwept:
    """How many assignments lost their person, were made by rule, and how many people were told."""

    released: int
    assigned: int
    reminded: int


def assignments_sweep() -> AssignmentsSwept:
    """Beat calls this: release what belongs to people who left, apply the rules, remind of what is
    due. Each project by itself, so that one that fails holds no other up.
    """
    released = sum(_release(project) for project in _projects_with_leavers())
    assigned = 0
    for rule in AssignmentRule.objects.select_related("project"):
        try:
            assigned += assignment_rule_apply(project=rule.project)
        except FascicleError:
            logger.exception("the rule of project %s could not be applied", rule.project_id)
    return AssignmentsSwept(released, assigned, _remind())


def _left_behind() -> QuerySet[Assignment]:
    """Open assignments whose person no longer annotates in the project."""
    able = Membership.objects.filter(
        project=OuterRef("project"),
        user=OuterRef("assignee"),
        role__in=[Role.ADMIN, Role.EXPERT],
        user__is_active=True,
    )
    return Assignment.objects.filter(~Exists(able), state=AssignmentState.OPEN)


def _projects_with_leavers() -> list[Project]:
    return list(Project.objects.filter(pk__in=_left_behind().values("project")))


@transaction.atomic
def _release(project: Project) -> int:
    """Withdraw them and tell the project's admins; drafts stay with their author."""
    Project.objects.select_for_update(no_key=True).get(pk=project.pk)
    rows = list(_left_behind().filter(project=project).select_related("assignee"))
    Assignment.objects.filter(pk__in=[row.pk for row in rows]).update(
        state=AssignmentState.WITHDRAWN, closed_at=timezone.now()
    )
    people = {row.assignee_id: row.assignee for row in rows}
    counts = Counter(row.assignee_id for row in rows)
    admins = Membership.objects.filter(project=project, role=Role.ADMIN)
    notices_send(
        project_id=project.pk,
        kind=NoticeKind.RELEASED,
        lines=[
            (admin, _released_line(people[person], count), None)
            for admin in admins.values_list("user_id", flat=True)
            for person, count in counts.items()
        ],
    )
    for person, count in counts.items():
        record_append(
            actor=None,
            action="assignment.release",
            target=people[person],
            project_id=project.pk,
            detail={"count": count},
        )
    return len(rows)


def _released_line(person: User, count: int) -> str:
    what = "1 assignment" if count == 1 else f"{count} assignments"
    return f"{person} no longer annotates here; {what} went back to be given to others"


@transaction.atomic
def _remind() -> int:
    """One notice a person, project and day about what is due by tomorrow, or was."""
    now = timezone.now()
    due = Assignment.objects.filter(
        state=AssignmentState.OPEN,
        due_on__lte=now.date() + timedelta(days=1),
        project__archived_at__isnull=True,
        clip__deleted_at__isnull=True,
    )
    waiting: Counter[tuple[UUID, UUID]] = Counter(due.values_list("project_id", "assignee_id"))
    told = set(
        Notice.objects.filter(kind=NoticeKind.DUE, created_at__date=now.date()).values_list(
            "project_id", "user_id"
        )
    )
    missing = {pair: count for pair, count in waiting.items() if pair not in told}
    for (project_id, person_id), count in missing.items():
        line = "1 assignment is due" if count == 1 else f"{count} assignments are due"
        notices_send(
            project_id=project_id,
            kind=NoticeKind.DUE,
            lines=[(person_id, f"{line} by tomorrow or earlier", None)],
        )
    return len(missing)
