"""The hidden re-reads and checks of a project, and at which revisions they are compared."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet

from annotation.models import (
    AnnotationSet,
    Assignment,
    AssignmentCheck,
    AssignmentState,
    CheckFinding,
    SetStep,
    SetTransition,
)
from annotation.selectors.agreement import first_handed_in
from fascicle.accounts.models import User


@dataclass(frozen=True, slots=True)
class Revisions:
    """What of a check is compared with what."""

    reading: int
    reference: int


@dataclass(frozen=True, slots=True)
class CheckRow:
    """A check that was handed in, and what was found last; `latest` are the revisions that would be
    compared now, None where the reference is gone.
    """

    assignment: Assignment
    finding: CheckFinding | None
    latest: Revisions | None

    @property
    def is_stale(self) -> bool:
        """The truth was changed and accepted anew since it was measured."""
        return self.finding is not None and self.latest not in {
            None,
            Revisions(self.finding.reading_revision, self.finding.reference_revision),
        }

    @property
    def is_pending(self) -> bool:
        """It can be measured and was not yet, or not with the present truth."""
        return self.latest is not None and (self.finding is None or self.is_stale)


def checks_handed_in(project_id: UUID) -> QuerySet[Assignment]:
    """Of clips that are still there, in the order in which they were handed in."""
    return (
        Assignment.objects.exclude(check_kind=AssignmentCheck.NONE)
        .filter(
            project_id=project_id,
            state=AssignmentState.DONE,
            annotation_set__isnull=False,
            clip__deleted_at__isnull=True,
        )
        .select_related("clip__subject", "assignee", "annotation_set", "reference__author")
        .order_by("closed_at", "pk")
    )


def checks_visible(user: User, project_id: UUID) -> QuerySet[Assignment]:
    """Those whose findings an admin may read: none on a clip that they are still to read
    themselves, so that neither a truth nor another reading reaches them before they hand in.
    """
    rows = checks_handed_in(project_id)
    return rows.filter(
        pk__in=Assignment.objects.visible_to(user).values("pk"),
        annotation_set__in=AnnotationSet.objects.visible_to(user),
    )


def check_rows(assignments: Collection[Assignment]) -> list[CheckRow]:
    """The checks with what was found last of each."""
    latest = compared_revisions(assignments)
    findings = {
        row.assignment_id: row
        for row in CheckFinding.objects.filter(assignment__in=assignments).order_by("made_at")
    }
    return [CheckRow(one, findings.get(one.pk), latest.get(one.pk)) for one in assignments]


def compared_revisions(assignments: Iterable[Assignment]) -> dict[UUID, Revisions]:
    """Of each check whose reference is there: the check as it was first handed in; an earlier
    reading as it was first handed in too, before a reviewer said anything; a truth as it was last
    accepted. Sets without such a step, which were imported, as they stand.
    """
    rows = [one for one in assignments if one.reference_id and one.annotation_set_id]
    read_first = [one.reference for one in rows if one.check_kind == AssignmentCheck.REREAD]
    sets = [one.annotation_set for one in rows] + read_first
    first = first_handed_in([each for each in sets if each is not None])
    truths = [one.reference_id for one in rows if one.check_kind == AssignmentCheck.GROUND_TRUTH]
    accepted = dict(
        SetTransition.objects.filter(annotation_set__in=truths, step=SetStep.ACCEPT)
        .order_by("id")  # the last step is read last and stays
        .values_list("annotation_set_id", "revision")
    )
    found: dict[UUID, Revisions] = {}
    for one in rows:
        reading, reference = one.annotation_set, one.reference
        if reading is None or reference is None:
            continue
        steps = first if one.check_kind == AssignmentCheck.REREAD else accepted
        found[one.pk] = Revisions(
            first.get(reading.pk, reading.revision), steps.get(reference.pk, reference.revision)
        )
    return found
