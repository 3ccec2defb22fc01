"""The tables of docs/evidence.md, from the files of the folds that were run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.evidence.plan import DataSet, Plan
from benchmarks.evidence.record import FoldRecord, read_record
from training.datasets.pairs import parse_classes
from training.datasets.problem import BadInputError
from training.evaluate.report import Evaluation, evaluate_images

BEGIN = "<!-- made by `python -m benchmarks.evidence table --write`; not to be edited -->"
END = "<!-- end of what was made -->"
_NOTHING = "-"

_POOLED = (
    "All held-out frames pooled, structures together; in brackets 95 % by bootstrap over groups "
    "or, for the median, the quartiles."
)
_STRUCTURES = (
    "By structure, of the same frames. HD95 in pixels of the frames, where truth and prediction "
    "both show it."
)
_FOLDS = (
    "Sum IoU fold by fold, with mean and standard deviation; last the median over folds of the "
    "median IoU and of the share above 0.5."
)
_COLUMNS = (
    *("system", "epochs", "steps", "batch", "input", "arithmetic"),
    *("time of a fold", "fastest epoch", "machine", "code"),
)
_HOW = "How they were run: a fold's time is that of its epochs, on machines that others used too."


@dataclass(frozen=True, slots=True)
class System:
    """A recipe on a data set: the valid records of its folds, by number."""

    name: str
    folds: dict[int, FoldRecord]
    planned: int

    @property
    def has_mirrored(self) -> bool:
        return all(each.frames_mirrored is not None for each in self.folds.values())


def evidence_tables(plan: Plan, records: Path) -> str:
    """Markdown: for each data set what every system reached, pooled, by structure and by fold."""
    return "\n\n".join("\n".join(_data_set(plan, data, records)) for data in plan.data.values())


def stale_names(plan: Plan, records: Path) -> list[str]:
    """The folds that have a file whose figures are not of what the plan asks for, and why."""
    found = []
    for fold in plan.folds:
        record = read_record(fold.record_file(records))
        why = None if record is None else record.why_stale(fold)
        if why is not None:
            found.append(f"{fold.name} ({why})")
    return found


def with_tables(document: str, tables: str) -> str:
    """The document with what stands between the marks replaced; BadInputError without marks."""
    if document.count(BEGIN) != 1 or document.count(END) != 1:
        raise BadInputError("The document has not exactly one pair of marks for the tables.")
    before, _, rest = document.partition(BEGIN)
    return f"{before}{BEGIN}\n\n{tables}\n\n{END}{rest.partition(END)[2]}"


def _data_set(plan: Plan, data: DataSet, records: Path) -> list[str]:
    systems = _systems(plan, data, records)
    run = [each for each in systems if each.folds]
    stale = [each for each in stale_names(plan, records) if each.startswith(f"{data.name}/")]
    absent = [each.name for each in systems if not each.folds]
    lines = [f"### {data.title}", "", f"Data: {data.credit}. {data.folds} grouped folds.", ""]
    if run:
        lines += [*_pooled(run, data), "", *_by_structure(run, data), ""]
        lines += [*_by_fold(run, data), "", *_how(run), ""]
    if absent:
        lines += [f"Planned and not run: {', '.join(f'`{name}`' for name in absent)}.", ""]
    if stale:
        lines += [f"Stale, and left out of the tables: {', '.join(stale)}.", ""]
    return lines[:-1]


def _systems(plan: Plan, data: DataSet, records: Path) -> list[System]:
    systems: dict[str, System] = {}
    for fold in plan.chosen(data.name, None, None):
        system = systems.setdefault(fold.recipe, System(fold.recipe, {}, data.folds))
        record = read_record(fold.record_file(records))
        if record is not None and record.why_stale(fold) is None:
            system.folds[fold.fold] = record
    return list(systems.values())


def _pooled(systems: Sequence[System], data: DataSet) -> list[str]:
    lines = [
        _POOLED,
        "",
        "| system | folds | frames (groups) | sum IoU | median IoU | IoU > 0.5 | pixel accuracy |",
        "|---|---|---|---|---|---|---|",
    ]
    for name, of, found in _rows(systems, data):
        spread = found.iou_by_image
        above = spread.share_above_half
        quartiles = (
            None if spread.lower is None or spread.upper is None else (spread.lower, spread.upper)
        )
        lines.append(
            f"| {name} | {of} | {len(found.images)} ({found.groups}) "
            f"| {_within(found.iou, found.intervals['iou'])} | {_within(spread.median, quartiles)} "
            f"| {_NOTHING if above is None else f'{above:.1%}'} "
            f"| {_within(found.pixel_accuracy, found.intervals['pixel_accuracy'])} |"
        )
    return lines


def _by_structure(systems: Sequence[System], data: DataSet) -> list[str]:
    lines = [
        _STRUCTURES,
        "",
        "| system | structure | Dice | F1 | precision | recall | IoU | HD95 |",
        "|---|---|---|---|---|---|---|---|",
    ]
    names = {each.code: each.name for each in parse_classes(data.classes).classes}
    for name, _, found in _rows(systems, data):
        for code, each in found.structures.items():
            cells = (
                _within(getattr(each, figure), each.intervals[figure])
                for figure in ("dice", "f1", "precision", "recall", "iou")
            )
            distance = _NOTHING if each.hd95_px is None else f"{each.hd95_px:.1f}"
            lines.append(f"| {name} | {names[code]} | {' | '.join(cells)} | {distance} |")
    return lines


def _by_fold(systems: Sequence[System], data: DataSet) -> list[str]:
    numbers = range(data.folds)
    lines = [
        _FOLDS,
        "",
        f"| system | {' | '.join(map(str, numbers))} | mean | medians |",
        f"|---|{'---|' * data.folds}---|---|",
    ]
    codes = parse_classes(data.classes).codes
    for system in systems:
        found = {
            number: evaluate_images(record.frames, codes) for number, record in system.folds.items()
        }
        ious = [each.iou for each in found.values() if each.iou is not None]
        spread = f" ± {np.std(ious, ddof=1):.3f}" if len(ious) > 1 else ""
        medians = [each.iou_by_image.median or 0.0 for each in found.values()]
        shares = [each.iou_by_image.share_above_half or 0.0 for each in found.values()]
        cells = (_number(found[number].iou) if number in found else _NOTHING for number in numbers)
        lines.append(
            f"| `{system.name}` | {' | '.join(cells)} | {np.mean(ious):.3f}{spread} "
            f"| {np.median(medians):.3f}, {np.median(shares):.1%} |"
        )
    return lines


def _how(systems: Sequence[System]) -> list[str]:
    lines = [
        _HOW,
        "",
        f"| {' | '.join(_COLUMNS)} |",
        f"|{'---|' * len(_COLUMNS)}",
    ]
    for system in systems:
        folds = list(system.folds.values())
        sizes = sorted({each.input for each in folds if each.input is not None})
        fastest = [each.fastest_epoch_seconds for each in folds if each.fastest_epoch_seconds]
        lines.append(
            f"| `{system.name}` | {_all(each.epochs for each in folds)} "
            f"| {_all(each.steps for each in folds)} | {_all(each.batch_size for each in folds)} "
            f"| {_all(f'{width}x{height}' for width, height in sizes)} "
            f"| {_all(each.precision for each in folds)} | {_times([e.seconds for e in folds])} "
            f"| {f'{min(fastest):.1f} s' if fastest else _NOTHING} "
            f"| {_all(each.machine for each in folds)} "
            f"| {_all(each.code.get('commit', 'commit not noted') for each in folds)} |"
        )
    return lines


def _rows(systems: Sequence[System], data: DataSet) -> list[tuple[str, str, Evaluation]]:
    """Name, "k of n" and pooled figures; a second row for frames averaged with their mirror."""
    codes = parse_classes(data.classes).codes
    rows = []
    for system in systems:
        folds = [system.folds[number] for number in sorted(system.folds)]
        of = f"{len(folds)} of {system.planned}"
        frames = [frame for record in folds for frame in record.frames]
        rows.append((f"`{system.name}`", of, evaluate_images(frames, codes)))
        if system.has_mirrored:
            mirrored = [each for record in folds for each in record.frames_mirrored or ()]
            rows.append((f"`{system.name}`, mirrored too", of, evaluate_images(mirrored, codes)))
    return rows


def _within(value: float | None, interval: tuple[float, float] | None) -> str:
    if value is None or interval is None:
        return _number(value)
    return f"{value:.3f} ({interval[0]:.3f} to {interval[1]:.3f})"


def _number(value: float | None) -> str:
    return _NOTHING if value is None else f"{value:.3f}"


def _times(seconds: Sequence[float]) -> str:
    low, high = (
        f"{each / 60:.0f}" if each >= 600 else f"{each / 60:.1f}"
        for each in (min(seconds), max(seconds))
    )
    return f"{low} min" if low == high else f"{low} to {high} min"


def _all(values: object) -> str:
    """The different values, in the order they come."""
    seen = dict.fromkeys(str(each) for each in values if each is not None)  # type: ignore[attr-defined]
    return ", ".join(seen) or _NOTHING
