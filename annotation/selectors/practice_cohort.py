"""The teacher's page: how a course's trainees do, and what they find hard."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from annotation.models import Clip, Course, Enrolment, Structure
from annotation.practice import Outcome, Share
from annotation.selectors.practice_progress import (
    Answered,
    Figures,
    answers,
    figures,
    grouped,
)


@dataclass(frozen=True, slots=True)
class TraineeRow:
    """One person in the course."""

    enrolment: Enrolment
    figures: Figures
    last_answer_at: datetime | None


@dataclass(frozen=True, slots=True)
class ClipRow:
    """A clip, and how often its structures were found at first look."""

    clip: Clip
    found: Share


@dataclass(frozen=True, slots=True)
class TakenFor:
    """Another structure, and how often it was taken for the one asked for."""

    structure: Structure
    count: int


@dataclass(frozen=True, slots=True)
class ConfusionRow:
    """Answers about one structure: found, taken for each of the others, for something else, said
    not to be there. `taken_for` has a count for each structure that occurs.
    """

    structure: Structure
    found: int
    taken_for: Sequence[TakenFor]
    elsewhere: int
    overlooked: int


@dataclass(frozen=True, slots=True)
class Cohort:
    """Everything on the teacher's page. `hardest` has the clips found least first."""

    questions: int
    trainees: Sequence[TraineeRow]
    hardest: Sequence[ClipRow]
    confusions: Sequence[ConfusionRow]


def cohort_of(course: Course, cohort: str | None = None) -> Cohort:
    """The figures of a course, or of one cohort in it; the same number of queries for any size."""
    enrolled = course.enrolments.select_related("person").order_by("cohort", "person__name", "pk")
    if cohort is not None:
        enrolled = enrolled.filter(cohort=cohort)
    people = list(enrolled)
    rows = answers(enrolment__in=people, question__clip__deleted_at__isnull=True)
    by_person = grouped(rows, lambda row: row.person_id)
    trainees = []
    for each in people:
        own = by_person.get(each.person_id, [])
        trainees.append(TraineeRow(each, figures(own), own[-1].committed_at if own else None))
    return Cohort(
        questions=course.questions.present().count(),
        trainees=trainees,
        hardest=_hardest(rows),
        confusions=_confusions(rows),
    )


def _hardest(rows: Sequence[Answered]) -> list[ClipRow]:
    groups = grouped((row for row in rows if row.is_first_look), lambda row: row.clip_id)
    clips = Clip.objects.in_bulk(list(groups))
    found = [ClipRow(clips[pk], figures(group).first_looks) for pk, group in groups.items()]
    return sorted(found, key=lambda row: (row.found.value or 0.0, row.clip.number))


def _confusions(rows: Sequence[Answered]) -> list[ConfusionRow]:
    groups = grouped(rows, lambda row: row.structure_id)
    named: set[UUID] = {row.taken_for_id for row in rows if row.taken_for_id is not None}
    structures = Structure.objects.in_bulk(groups.keys() | named)
    found = [_confusion(structures[pk], group, structures) for pk, group in groups.items()]
    return sorted(found, key=lambda row: row.structure.channel)


def _confusion(
    structure: Structure, rows: Sequence[Answered], structures: dict[UUID, Structure]
) -> ConfusionRow:
    right = sum(row.outcome.is_found for row in rows)
    overlooked = sum(row.outcome is Outcome.OVERLOOKED for row in rows)
    wrong = [row for row in rows if not row.outcome.is_found]
    taken = Counter(row.taken_for_id for row in wrong if row.taken_for_id is not None)
    pairs = [TakenFor(structures[pk], count) for pk, count in taken.items()]
    return ConfusionRow(
        structure,
        right,
        sorted(pairs, key=lambda pair: (-pair.count, pair.structure.channel)),
        len(rows) - right - overlooked - sum(taken.values()),
        overlooked,
    )
