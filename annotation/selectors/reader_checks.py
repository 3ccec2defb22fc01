"""What re-reads and checks say of the readers of a project."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import numpy as np

from annotation.agreement import (
    FRAME_ROW,
    STATES,
    FrameTable,
    breakdown,
    disagreements,
    pair_figures,
    unpack_table,
)
from annotation.measures import MICRONS_PER_MM
from annotation.models import Assignment, AssignmentCheck, AssignmentState
from annotation.selectors.check_rows import CheckRow, check_rows, checks_visible
from fascicle.accounts.models import User

KINDS = (AssignmentCheck.REREAD, AssignmentCheck.GROUND_TRUTH)
WORST_FRAMES = 30


@dataclass(frozen=True, slots=True)
class KindSummary:
    """Checks of one kind; `figures` over all structures, None before anything is measured."""

    check_kind: str
    open: int
    done: int
    measured: int
    figures: dict[str, float | None] | None


@dataclass(frozen=True, slots=True)
class ReaderSummary:
    """One reader's checks; `pending` wait to be measured, or have a truth that has moved on."""

    person: User
    kinds: list[KindSummary]
    pending: int
    last_handed_in_at: datetime | None


@dataclass(frozen=True, slots=True)
class KindFindings:
    """Figures of each structure, the last of all together, with intervals by subject."""

    check_kind: str
    open: int
    done: int
    subjects: int
    frames: int
    structures: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class CheckPoint:
    """One check on the line of time. `figures` is None where nothing is measured or shared."""

    row: CheckRow
    state: str
    figures: dict[str, float | None] | None
    dice: dict[str, float | None]  # by structure code


@dataclass(frozen=True, slots=True)
class ReaderFindings:
    """Everything that is told of one reader; `worst` the frames of lowest Dice first."""

    person: User
    pending: int
    structures: list[dict[str, Any]]
    kinds: list[KindFindings]
    checks: list[CheckPoint]
    worst: list[dict[str, Any]] = field(default_factory=list)


def readers_of(user: User, project_id: UUID) -> list[ReaderSummary]:
    """Everyone who was given a re-read or a check, by name."""
    still_open = _open_counts(user, project_id)
    by_person: dict[UUID, list[CheckRow]] = {}
    for row in check_rows(list(checks_visible(user, project_id))):
        by_person.setdefault(row.assignment.assignee_id, []).append(row)
    wanted = by_person.keys() | {person for person, _ in still_open}
    found = []
    for pk, person in User.objects.in_bulk(wanted).items():
        rows = by_person.get(pk, [])
        kinds = [
            KindSummary(
                check_kind=kind,
                open=still_open[pk, kind],
                done=len(mine := [row for row in rows if row.assignment.check_kind == kind]),
                measured=sum(row.finding is not None for row in mine),
                figures=_together(mine),
            )
            for kind in KINDS
        ]
        last = max(
            (row.assignment.closed_at for row in rows if row.assignment.closed_at), default=None
        )
        found.append(ReaderSummary(person, kinds, sum(row.is_pending for row in rows), last))
    return sorted(found, key=lambda one: (str(one.person).casefold(), str(one.person.pk)))


def findings_of(user: User, project_id: UUID, person: User) -> ReaderFindings:
    """One reader's checks, each structure's figures, and the frames that went worst."""
    rows = check_rows(list(checks_visible(user, project_id).filter(assignee=person)))
    structures = _structures(rows)
    still_open = _open_counts(user, project_id)
    kinds = []
    for kind in KINDS:
        mine = [row for row in rows if row.assignment.check_kind == kind]
        table = _table(mine)
        kinds.append(
            KindFindings(
                check_kind=kind,
                open=still_open[person.pk, kind],
                done=len(mine),
                subjects=len({row.assignment.clip.subject_id for row in mine if _is_shared(row)}),
                frames=len(np.unique(table.rows[["clip", "frame"]])) if len(table.rows) else 0,
                structures=_figures(table, mine, structures),
            )
        )
    return ReaderFindings(
        person=person,
        pending=sum(row.is_pending for row in rows),
        structures=structures,
        kinds=kinds,
        checks=_points(rows, structures),
        worst=_worst(rows, structures),
    )


def _open_counts(user: User, project_id: UUID) -> Counter[tuple[UUID, str]]:
    """How many wait for each reader; never one's own, of which one is not told."""
    rows = (
        Assignment.objects.visible_to(user)
        .filter(project_id=project_id, state=AssignmentState.OPEN, check_kind__in=KINDS)
        .exclude(assignee=user)
    )
    return Counter(rows.values_list("assignee_id", "check_kind"))


def _structures(rows: Sequence[CheckRow]) -> list[dict[str, Any]]:
    """By channel, as they were called when measured last."""
    known = {
        each["channel"]: each
        for row in rows
        if row.finding is not None
        for each in row.finding.structures
    }
    return [known[channel] for channel in sorted(known)]


def _table(rows: Sequence[CheckRow]) -> FrameTable:
    """The frames of several checks; `clip` is the place of the check among them."""
    tables = []
    for place, row in enumerate(rows):
        if row.finding is None:
            continue
        frames = unpack_table(bytes(row.finding.frames)).rows.copy()
        frames["clip"] = place
        tables.append(frames)
    return FrameTable(np.concatenate(tables) if tables else np.empty(0, FRAME_ROW))


def _scales(rows: Sequence[CheckRow]) -> dict[int, float | None]:
    return {place: row.assignment.clip.microns_per_pixel for place, row in enumerate(rows)}


def _is_shared(row: CheckRow) -> bool:
    """Whether the two looked at a frame in common."""
    return row.finding is not None and len(unpack_table(bytes(row.finding.frames)).rows) > 0


def _together(rows: Sequence[CheckRow]) -> dict[str, float | None] | None:
    table = _table(rows)
    if not len(table.rows):
        return None
    one = dict.fromkeys(range(len(rows)), "all")
    figures: dict[str, float | None] = breakdown(table, "subject", one, _scales(rows))[0]["figures"]
    return figures


def _figures(
    table: FrameTable, rows: Sequence[CheckRow], structures: Sequence[dict[str, Any]]
) -> list[dict[str, Any]]:
    if not len(table.rows):
        return []
    subjects = {place: row.assignment.clip.subject.pseudonym for place, row in enumerate(rows)}
    present = set(np.unique(table.rows["clip"]).tolist())
    return pair_figures(
        table,
        [each["channel"] for each in structures],
        {place: name for place, name in subjects.items() if place in present},
        _scales(rows),
    )


def _points(rows: Sequence[CheckRow], structures: Sequence[dict[str, Any]]) -> list[CheckPoint]:
    table, scales = _table(rows), _scales(rows)
    whole = {one["clip"]: one["figures"] for one in breakdown(table, "clip", {}, scales)}
    dice: dict[int, dict[str, float | None]] = {}
    for each in structures:
        part = FrameTable(table.rows[table.rows["channel"] == each["channel"]])
        for one in breakdown(part, "clip", {}, scales):
            dice.setdefault(one["clip"], {})[each["code"]] = one["figures"]["dice"]
    return [
        CheckPoint(
            row, _state(row, is_shared=place in whole), whole.get(place), dice.get(place, {})
        )
        for place, row in enumerate(rows)
    ]


def _state(row: CheckRow, *, is_shared: bool) -> str:
    if row.finding is None:
        return "pending" if row.latest is not None else "no_reference"
    return "measured" if is_shared else "nothing_shared"


def _worst(rows: Sequence[CheckRow], structures: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    table = _table(rows)
    codes = {each["channel"]: each["code"] for each in structures}
    dice = table.dice
    found = []
    worst = [place for place in disagreements(table, WORST_FRAMES).tolist() if dice[place] < 1]
    for place in worst:
        frame = table.rows[place]
        row = rows[int(frame["clip"])]
        hd95 = float(frame["hd95_px"])
        scale = row.assignment.clip.microns_per_pixel
        is_far = np.isfinite(hd95)
        found.append(
            {
                "check": row.assignment.pk,
                "frame": int(frame["frame"]),
                "structure": codes[int(frame["channel"])],
                "state": STATES[int(frame["state"])],
                "dice": float(dice[place]),
                "hd95_px": hd95 if is_far else None,
                "hd95_mm": hd95 * scale / MICRONS_PER_MM if is_far and scale else None,
            }
        )
    return found
