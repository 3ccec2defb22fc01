"""The report's tables as rows of text, the same in HTML and PDF."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from training.evaluate.report import OVERLAPS
from training.reports.contents import ReportStructure, RunContents, box_of, trait_associations
from training.reports.figures import TRAIT_LABELS

NONE = "-"
_FIGURES = (("precision", "Precision"), ("recall", "Recall"), ("f1", "F1"), ("dice", "Dice"))
_IN_PX = ("defined", "hd95_px", "surface_distance_px")
_IN_MM = ("scaled", "hd95_mm", "surface_distance_mm")
_DIGITS = {"px": 1, "mm": 2}
_HEADS = {
    **dict(_FIGURES),
    "iou": "IoU",
    "defined": "Defined in frames",
    "hd95_px": "HD95, px",
    "surface_distance_px": "Surface distance, px",
    "scaled": "Frames with scale",
    "hd95_mm": "HD95, mm",
    "surface_distance_mm": "Surface distance, mm",
}
_DISTANCES_NOTE = (
    "HD95 and the mean surface distance are means over the frames in which both the reader and the "
    "model show the structure. A frame in which only one of them does has no distance and leaves "
    "these means as they are: read them beside recall and precision."
)
_MM_NOTE = (
    " In mm they are means over those of these frames whose clip has a scale: px and mm can be of "
    "different frames."
)
_INTERVAL_NOTE = "In brackets: 95 % interval, by drawing the subjects again with replacement."


@dataclass(frozen=True, slots=True)
class TextTable:
    """head names the columns; the first column names the rows."""

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""


def tables(contents: RunContents) -> list[TextTable]:
    """All tables of a report, in its order."""
    made = [
        _structures(contents),
        _single_frames(contents),
        _distances(contents),
        _folds(contents),
        *(_folds_of(contents, structure) for structure in contents.structures),
        _traits(contents),
    ]
    return [table for table in made if table.rows]


def number(value: object, digits: int = 3) -> str:
    """A figure, or a dash where it is not defined."""
    return f"{value:.{digits}f}" if isinstance(value, int | float) else NONE


def _structures(contents: RunContents) -> TextTable:
    pooled = contents.metrics["pooled"]
    readers = contents.readers
    reached = {each.code: each for each in readers.structures} if readers else {}
    rows = []
    for structure in contents.structures:
        each = pooled["structures"][structure.code]
        cells = [_with_interval(each, name) for name, _ in (*_FIGURES, ("iou", "IoU"))]
        if readers:
            found = reached.get(structure.code)
            cells.append(f"{number(found.dice)}, n = {found.comparisons}" if found else NONE)
        rows.append((structure.name, *cells))
    overall = [NONE] * 4 + [_with_interval(pooled, "iou")] + ([NONE] if readers else [])
    rows.append(("All structures", *overall))
    head = ["Structure", *(label for _, label in _FIGURES), "IoU"]
    of_readers = f" {readers.words} n: frames compared by two readers." if readers else ""
    return TextTable(
        "Over all frames held out",
        (*head, *(["Readers' Dice"] if readers else [])),
        tuple(rows),
        f"{_INTERVAL_NOTE} Pixel accuracy {number(pooled['pixel_accuracy'])}, "
        f"{pooled['groups']} subjects.{of_readers}",
    )


def _single_frames(contents: RunContents) -> TextTable:
    pooled = contents.metrics["pooled"]
    of_structures = (
        (structure.name, pooled["structures"][structure.code]["iou_by_image"])
        for structure in contents.structures
    )
    return TextTable(
        "IoU of single frames",
        ("Structure", "Frames that show it", "Median IoU (quartiles)", "IoU > 0.5"),
        tuple(
            (name, str(spread["images"]), _quartiles(spread), _percent(spread["share_above_half"]))
            for name, spread in (*of_structures, ("All structures", pooled["iou_by_image"]))
        ),
        "Frames in which neither the reader nor the model shows it have no IoU.",
    )


def _distances(contents: RunContents) -> TextTable:
    pooled = contents.metrics["pooled"]["structures"]
    is_scaled = any(pooled[each.code]["distances_in_mm"] for each in contents.structures)
    columns = (*_IN_PX, *(_IN_MM if is_scaled else ()))
    return TextTable(
        "Distances between outlines",
        ("Structure", *(_HEADS[name] for name in columns)),
        tuple(
            (each.name, *(_with_interval(pooled[each.code], name) for name in columns))
            for each in contents.structures
        ),
        f"{_DISTANCES_NOTE}{_MM_NOTE if is_scaled else ''} {_INTERVAL_NOTE}",
    )


def _folds(contents: RunContents) -> TextTable:
    rows = []
    for fold in sorted(contents.images):
        images = contents.images[fold]
        headline = _headline(contents, fold)
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


def _folds_of(contents: RunContents, structure: ReportStructure) -> TextTable:
    """One structure fold by fold, with mean and deviation over the folds that have the figure."""
    pooled = contents.metrics["pooled"]["structures"][structure.code]
    spreads = contents.metrics["over_folds"]["structures"][structure.code]
    columns = (*OVERLAPS, *_IN_PX, *(_IN_MM if pooled["distances_in_mm"] else ()))
    rows = []
    for fold in sorted(contents.images):
        each = _headline(contents, fold)["structures"][structure.code]
        rows.append((f"Fold {fold + 1}", *(_cell(each, name) for name in columns)))
    for label, of in (("Mean", "mean"), ("SD", "deviation")):
        known = (spreads.get(name) for name in columns)
        cells = (
            "" if spread is None else _figure(spread[of], name)
            for name, spread in zip(columns, known, strict=True)
        )
        rows.append((label, *cells))
    return TextTable(
        f"Each fold: {structure.name}", ("Fold", *(_HEADS[name] for name in columns)), tuple(rows)
    )


def _headline(contents: RunContents, fold: int) -> Mapping[str, Any]:
    # JSON turns the folds' numbers into text
    folds: Mapping[Any, Mapping[str, Any]] = contents.metrics["folds"]
    return folds[fold] if fold in folds else folds[str(fold)]


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
    value = _cell(described, name)
    if interval is None:
        return value
    return f"{value} ({_figure(interval[0], name)} to {_figure(interval[1], name)})"


def _cell(described: Mapping[str, Any], name: str) -> str:
    """A figure, or of how many frames distances are means."""
    defined = "distances_defined"
    if name == "defined":
        return f"{described[defined]} of {described[defined] + described['distances_undefined']}"
    if name == "scaled":
        return f"{described['distances_in_mm']} of {described[defined]}"
    return _figure(described[name], name)


def _figure(value: object, name: str) -> str:
    """With as many digits as a figure of this name has."""
    return number(value, _DIGITS.get(name.rsplit("_", 1)[-1], 3))


def _quartiles(spread: Mapping[str, Any]) -> str:
    lower, median, upper = (number(spread[name]) for name in ("lower", "median", "upper"))
    return f"{median} ({lower} to {upper})"


def _mean_deviation(spread: Mapping[str, Any]) -> str:
    return f"{number(spread['mean'])} ± {number(spread['deviation'])}"


def _percent(share: float | None) -> str:
    return NONE if share is None else f"{100 * share:.0f} %"
