"""How far somebody has come, in figures that claim nothing more than they hold."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import fmean
from typing import Any, TypeVar
from uuid import UUID

from annotation.models import (
    Attempt,
    Enrolment,
    PracticeMode,
    Protocol,
    Structure,
)
from annotation.practice import Outcome, Share, share
from fascicle.accounts.models import User
from fascicle.errors import Conflict

Key = TypeVar("Key")


@dataclass(frozen=True, slots=True)
class Answered:
    """What figures need of an attempt."""

    person_id: UUID
    project_id: UUID
    question_id: UUID
    clip_id: UUID
    structure_id: UUID
    mode: str
    number: int
    committed_at: datetime
    outcome: Outcome
    is_first_look: bool
    score: dict[str, Any]
    taken_for_id: UUID | None


@dataclass(frozen=True, slots=True)
class Figures:
    """`first_looks`: found when the structure was seen in its clip for the first time. `now`: of
    the questions answered, those found with the newest answer. Dice and distance are means over
    first looks; `yardstick` is the mean Dice of experts in those same frames.
    """

    answered: int
    first_looks: Share
    now: Share
    dice: float | None
    yardstick: float | None
    distance_mm: float | None


@dataclass(frozen=True, slots=True)
class StructureProgress:
    """One's figures for a structure in a region, which is what its procedure examines."""

    region: str
    structure: Structure
    figures: Figures


@dataclass(frozen=True, slots=True)
class ModeFigures:
    """One's figures in a mode."""

    mode: PracticeMode
    figures: Figures


@dataclass(frozen=True, slots=True)
class StructureFigures:
    """One's figures for a structure."""

    structure: Structure
    figures: Figures


@dataclass(frozen=True, slots=True)
class Certificate:
    """A finished course in honest numbers."""

    enrolment: Enrolment
    questions: int
    clips: int
    finished_at: datetime
    overall: Figures
    by_mode: Sequence[ModeFigures]
    by_structure: Sequence[StructureFigures]


def answers(**of: Any) -> list[Answered]:
    """Attempts that match lookups of `Attempt`, in the order of time; one query."""
    rows = (
        Attempt.objects.filter(**of)
        .order_by("committed_at", "number")
        .values_list(
            "enrolment__person_id",
            "enrolment__course__project_id",
            "question_id",
            "question__clip_id",
            "question__structure_id",
            "question__mode",
            "number",
            "committed_at",
            "outcome",
            "is_first_look",
            "score",
            "taken_for_id",
        )
    )
    return [Answered(*row[:8], Outcome(row[8]), *row[9:]) for row in rows]


def figures(rows: Sequence[Answered]) -> Figures:
    """The figures of some attempts."""
    first = [row for row in rows if row.is_first_look]
    newest = {(row.person_id, row.question_id): row for row in rows}  # later rows outweigh
    drawn = [row.score for row in first if row.mode == PracticeMode.DELINEATE]
    return Figures(
        answered=len(newest),
        first_looks=_found(first),
        now=_found(newest.values()),
        dice=_mean(score["dice"] for score in drawn),
        yardstick=_mean(score["yardstick"]["dice"] for score in drawn),
        distance_mm=_mean(
            row.score.get("distance_mm", row.score.get("mean_distance_mm")) for row in first
        ),
    )


def grouped(rows: Iterable[Answered], key: Callable[[Answered], Key]) -> dict[Key, list[Answered]]:
    """Attempts by what they have in common."""
    groups: dict[Key, list[Answered]] = {}
    for row in rows:
        groups.setdefault(key(row), []).append(row)
    return groups


def progress_of(person: User) -> list[StructureProgress]:
    """One's figures by region and structure, over the courses of all projects one is in."""
    seen = Attempt.objects.visible_to(person).values("pk")
    rows = answers(pk__in=seen)
    regions = dict(
        Protocol.objects.filter(project__in={row.project_id for row in rows}).values_list(
            "project_id", "procedure__name"
        )
    )
    structures = Structure.objects.in_bulk({row.structure_id for row in rows})
    groups = grouped(rows, lambda row: (regions[row.project_id], row.structure_id))
    found = [
        StructureProgress(region, structures[structure], figures(group))
        for (region, structure), group in groups.items()
    ]
    return sorted(found, key=lambda one: (one.region, one.structure.channel))


def certificate_of(enrolment: Enrolment) -> Certificate:
    """The certificate of a course in which every question was answered at least once.

    Raises Conflict while questions are open.
    """
    questions = enrolment.course.questions.present()
    asked = dict(questions.values_list("pk", "clip_id"))
    rows = [row for row in answers(enrolment=enrolment) if row.question_id in asked]
    open_count = len(asked.keys() - {row.question_id for row in rows})
    if open_count or not asked:
        raise Conflict(
            f"{open_count} of {len(asked)} questions are still to be answered.",
            code="not_finished",
        )
    structures = Structure.objects.in_bulk({row.structure_id for row in rows})
    by_mode = grouped(rows, lambda row: row.mode)
    by_structure = grouped(rows, lambda row: row.structure_id)
    return Certificate(
        enrolment=enrolment,
        questions=len(asked),
        clips=len(set(asked.values())),
        finished_at=max(row.committed_at for row in rows if row.number == 1),
        overall=figures(rows),
        by_mode=[
            ModeFigures(mode, figures(by_mode[mode])) for mode in PracticeMode if mode in by_mode
        ],
        by_structure=[
            StructureFigures(row, figures(by_structure[row.pk]))
            for row in sorted(structures.values(), key=lambda one: one.channel)
        ],
    )


def _found(rows: Iterable[Answered]) -> Share:
    outcomes = [row.outcome.is_found for row in rows]
    return share(sum(outcomes), len(outcomes))


def _mean(values: Iterable[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return fmean(known) if known else None
