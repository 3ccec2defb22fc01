"""The report's tables as rows of text, the same in HTML and PDF."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from training.reports.contents import RunContents, box_of, trait_associations
from training.reports.figures import TRAIT_LABELS

NONE = "-"
_FIGURES = (("precision", "Precision"), ("recall", "Recall"), ("f1", "F1"), ("dice", "Dice"))


@dataclass(frozen=True, slots=True)
class TextTable:
    """head names the columns; the first column names the rows."""

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""


def tables(contents: RunContents) -> list[TextTable]:
    """All tables of a report, in its order."""
    made = [_structures(contents), _distances(contents), _folds(contents), _traits(contents)]
    return [table for table in made if table.rows]


def number(value: object, digits: int = 3) -> str:
    """A figure, or a dash where it is not defined."""
    return f"{value:.{digits}f}" if isinstance(value, int | float) else NONE


def _structures(contents: RunContents) -> TextTable:
    pooled = contents.metrics["pooled"]
    ceilings = {each.code: each for each in contents.ceilings}
    rows = []
    for structure in contents.structures:
        each = pooled["structures"][structure.code]
        cells = [_with_interval(each, name) for name, _ in (*_FIGURES, ("iou", "IoU"))]
        if ceilings:
            ceiling = ceilings.get(structure.code)
            cells.append(number(ceiling.dice) if ceiling else NONE)
        rows.append((structure.name, *cells))
    overall = [NONE] * 4 + [_with_interval(pooled, "iou")] + ([NONE] if ceilings else [])
    rows.append(("All structures", *overall))
    head = ["Structure", *(label for _, label in _FIGURES), "IoU"]
    return TextTable(
        "Over all frames held out",
        (*head, *(["Readers' Dice"] if ceilings else [])),
        tuple(rows),
        "In brackets: 95 % interval, by drawing the subjects again with replacement. Pixel "
        f"accuracy {number(pooled['pixel_accuracy'])}, {pooled['groups']} subjects.",
    )


def _distances(contents: RunContents) -> TextTable:
    pooled = contents.metrics["pooled"]["structures"]
    rows = []
    for structure in contents.structures:
        each = pooled[structure.code]
        rows.append(
            (
                structure.name,
                _quartiles(each["iou_by_image"]),
                _percent(each["iou_by_image"]["share_above_half"]),
                _px_mm(each["hd95_px"], each["hd95_mm"]),
                _px_mm(each["surface_distance_px"], each["surface_distance_mm"]),
            )
        )
    return TextTable(
        "Single frames and distances",
        ("Structure", "Median IoU (quartiles)", "IoU > 0.5", "HD95", "Mean surface distance"),
        tuple(rows),
        "Distances are means over the frames in which both the reader and the model show it.",
    )


def _folds(contents: RunContents) -> TextTable:
    rows = []
    folds: Mapping[Any, Any] = contents.metrics["folds"]
    for fold in sorted(contents.images):
        images = contents.images[fold]
        # JSON turns the folds' numbers into text
        headline = folds.get(fold, folds.get(str(fold), {}))
        box = box_of([image.iou for image in images])
        dices = [
            number(headline.get("structures", {}).get(each.code, {}).get("dice"))
            for each in contents.structures
        ]
        rows.append(
            (
                f"Fold {fold + 1}",
                str(len(images)),
                str(len({image.group for image in images})),
                number(headline.get("iou")),
                number(box.median if box else None),
                *dices,
            )
        )
    spread = contents.metrics["over_folds"]
    deviations = [
        _mean_deviation(spread["structures"][each.code]["dice"]) for each in contents.structures
    ]
    rows.append(("Mean ± SD", "", "", _mean_deviation(spread["iou"]), "", *deviations))
    return TextTable(
        "Each fold",
        (
            "Fold",
            "Frames",
            "Subjects",
            "IoU",
            "Median IoU",
            *(f"Dice, {each.name}" for each in contents.structures),
        ),
        tuple(rows),
    )


def _traits(contents: RunContents) -> TextTable:
    rows = []
    for name, each in trait_associations(contents).items():
        if each.rho is None or each.p is None:
            continue
        quarters = [number(mean, 2) for _, mean, _ in each.quarters]
        shown = "< 0.001" if each.p < 0.001 else number(each.p)
        rows.append((TRAIT_LABELS[name], f"{each.rho:+.2f}", shown, *quarters))
    return TextTable(
        "IoU by what the frames are like",
        ("Trait", "Spearman's rho", "p", "Lowest quarter", "2nd", "3rd", "Highest"),
        tuple(rows),
        "p takes frames as independent, which those of one subject are not.",
    )


def _with_interval(described: Mapping[str, Any], name: str) -> str:
    interval = described["intervals"].get(name)
    value = number(described[name])
    if interval is None:
        return value
    return f"{value} ({number(interval[0])} to {number(interval[1])})"


def _quartiles(spread: Mapping[str, Any]) -> str:
    lower, median, upper = (number(spread[name]) for name in ("lower", "median", "upper"))
    return f"{median} ({lower} to {upper})"


def _mean_deviation(spread: Mapping[str, Any]) -> str:
    return f"{number(spread['mean'])} ± {number(spread['deviation'])}"


def _percent(share: float | None) -> str:
    return NONE if share is None else f"{100 * share:.0f} %"


def _px_mm(px: float | None, mm: float | None) -> str:
    if px is None:
        return NONE
    return f"{px:.1f} px" if mm is None else f"{px:.1f} px, {mm:.2f} mm"
