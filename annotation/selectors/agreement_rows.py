"""The compared frames of a report, narrowed down and summed up."""

from typing import Any
from uuid import UUID

import numpy as np

from annotation.agreement import STATES, FrameTable, breakdown, disagreements, unpack_table
from annotation.agreement.figures import Level
from annotation.models import AgreementReport
from fascicle.errors import Conflict, InvalidInput


def report_table(
    report: AgreementReport,
    *,
    structure: str | None = None,
    clip: UUID | None = None,
    first: int | None = None,
    second: int | None = None,
) -> FrameTable:
    """The rows of a report that is made, of one structure, clip and pair where named.

    Raises Conflict when it is not made yet, InvalidInput for a structure or clip that is not in it.
    """
    if report.made_at is None:
        raise Conflict("This report is not made yet.", code="report_not_ready")
    rows = unpack_table(bytes(report.frames)).rows
    kept = np.ones(len(rows), dtype=np.bool_)
    if structure is not None:
        channels = {each["code"]: each["channel"] for each in report.structures}
        if structure not in channels:
            raise InvalidInput("The report has no such structure.", structure=["Not known."])
        kept &= rows["channel"] == channels[structure]
    if clip is not None:
        kept &= rows["clip"] == _place(report, clip)
    if first is not None and second is not None:
        first, second = min(first, second), max(first, second)
    if first is not None:
        kept &= rows["first"] == first
    if second is not None:
        kept &= rows["second"] == second
    return FrameTable(rows[kept])


def _place(report: AgreementReport, clip: UUID) -> int:
    for number, each in enumerate(report.clips):
        if each["id"] == str(clip):
            return number
    raise InvalidInput("The report has no such clip.", clip=["Not known."])


def worst_rows(report: AgreementReport, table: FrameTable, limit: int) -> list[dict[str, Any]]:
    """The frames on which readers agree least, as the API has them."""
    codes = {each["channel"]: each["code"] for each in report.structures}
    dice, iou = table.dice, table.iou
    found = []
    for place in disagreements(table, limit).tolist():
        row = table.rows[place]
        clip = report.clips[int(row["clip"])]
        found.append(
            {
                "clip": clip["id"],
                "title": clip["title"],
                "frame": int(row["frame"]),
                "structure": codes[int(row["channel"])],
                "first": int(row["first"]),
                "second": int(row["second"]),
                "state": STATES[int(row["state"])],
                "dice": float(dice[place]),
                "iou": float(iou[place]),
                "hd95_px": _finite(row["hd95_px"]),
                "surface_distance_px": _finite(row["surface_distance_px"]),
            }
        )
    return found


def broken_down(report: AgreementReport, table: FrameTable, by: Level) -> list[dict[str, Any]]:
    """Figures by subject, clip (named by its id) or frame, as the API has them."""
    subjects = {number: clip["subject"] for number, clip in enumerate(report.clips)}
    scales = {number: clip["microns_per_pixel"] for number, clip in enumerate(report.clips)}
    rows = breakdown(table, by, subjects, scales)
    return [
        {**row, "name": report.clips[row[by]]["id"] if by == "clip" else str(row[by])}
        for row in rows
    ]


def _finite(value: np.float64) -> float | None:
    return float(value) if np.isfinite(value) else None
