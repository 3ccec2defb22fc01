"""The plots of a run's report. Each takes the contents and returns a Matplotlib figure or None."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from training.evaluate.traits import TRAITS
from training.reports.contents import (
    BACKGROUND,
    ReportStructure,
    RunContents,
    confusion_shares,
    trait_associations,
)
from training.reports.theme import Theme, themed

WIDTH = 7.2  # inches, so that fonts keep their size on A4
FIGURE_NAMES = {"f1": "F1", "dice": "Dice", "iou": "IoU"}
TRAIT_LABELS = {
    "brightness": "Brightness (mean grey value)",
    "contrast": "Contrast (deviation of grey values)",
    "noise": "Noise (deviation, grey values)",
    "depth": "Depth of the structures (share of the height)",
}
NO_FIGURE = "no figure"
_BAR_STEP = 0.26  # of the distance from structure to structure
_BAR_COLOURS = ("#8b93f8", "#3fb8af", "#e0a13c")
_FOLD_COLOURS = ("#8b93f8", "#3fb8af", "#e0a13c", "#e0708f", "#56b4e9", "#9ccc65", "#d98e5f")
_POINTS_DRAWN = 400


@dataclass(frozen=True, slots=True)
class Plot:
    """A figure of the report; caption says what it shows to whoever cannot see it."""

    name: str
    title: str
    caption: str
    draw: Callable[[RunContents, Theme], Figure | None]


def svg(plot: Plot, contents: RunContents, theme: Theme) -> str | None:
    """The plot as SVG text, or None where there is nothing to draw."""
    with themed(theme):
        figure = plot.draw(contents, theme)
        if figure is None:
            return None
        target = io.StringIO()
        figure.savefig(target, format="svg", metadata={"Date": None})
    text = target.getvalue()
    return text[text.index("<svg") :]


def _bars(contents: RunContents, theme: Theme) -> Figure | None:
    spreads = contents.metrics["over_folds"]["structures"]
    shown = [each for each in contents.structures if each.code in spreads]
    if not shown:
        return None
    figure, axes = _single(height=2.9)
    places = np.arange(len(shown))
    for number, (name, label) in enumerate(FIGURE_NAMES.items()):
        offset = (number - 1) * _BAR_STEP
        found = [spreads[each.code][name] for each in shown]
        means = np.array([np.nan if each["mean"] is None else each["mean"] for each in found])
        deviations = [np.nan if each["deviation"] is None else each["deviation"] for each in found]
        axes.bar(
            places + offset,
            means,
            width=0.24,
            yerr=deviations,
            label=label,
            color=_BAR_COLOURS[number],
            error_kw={"ecolor": theme.ink, "capsize": 2.5, "elinewidth": 1.0},
        )
        for place in places[np.isnan(means)]:  # a bar of no height would say 0
            axes.text(
                place + offset,
                0.02,
                NO_FIGURE,
                rotation=90,
                ha="center",
                va="bottom",
                color=theme.faint,
            )
    readers = contents.readers.structures if contents.readers else ()
    dice = (list(FIGURE_NAMES).index("dice") - 1) * _BAR_STEP
    for place, structure in zip(places, shown, strict=True):
        for each in readers:
            if each.code == structure.code:
                ends = place + dice - _BAR_STEP / 2, place + dice + _BAR_STEP / 2
                axes.hlines(each.dice, *ends, colors=theme.ink, linestyles="dashed")
    axes.set_xticks(places, [_wrapped(each.name) for each in shown])
    axes.set_xlim(-0.5, len(shown) - 0.5)
    axes.set_ylim(0, 1.02)
    axes.grid(visible=False, axis="x")
    axes.legend(ncols=3, loc="lower left", bbox_to_anchor=(0, 1))
    return figure


def _boxes(contents: RunContents, theme: Theme) -> Figure | None:
    images = contents.all_images
    by_structure = [
        ([iou for image in images if (iou := image.structures[each.code].iou) is not None], each)
        for each in contents.structures
    ]
    drawn = [(values, each) for values, each in by_structure if values]
    by_fold = [
        ([image.iou for image in contents.images[fold] if image.iou is not None], fold)
        for fold in sorted(contents.images)
    ]
    if not drawn:
        return None
    figure = Figure(figsize=(WIDTH, 3.0), layout="constrained")
    left, right = figure.subplots(1, 2, sharey=True)
    _box(left, [v for v, _ in drawn], [e.colour for _, e in drawn], theme)
    _names_below(left, range(1, len(drawn) + 1), [each.name for _, each in drawn])
    left.set_title("Each structure")
    _box(right, [v for v, _ in by_fold], [theme.accent] * len(by_fold), theme)
    right.set_xticks(range(1, len(by_fold) + 1), [str(fold + 1) for _, fold in by_fold])
    right.set_xlabel("Fold")
    right.set_title("Each fold, all structures")
    left.set_ylabel("IoU of a frame")
    left.set_ylim(-0.02, 1.02)
    return figure


def _box(axes: Axes, values: list[Any], colours: list[str], theme: Theme) -> None:
    drawn = axes.boxplot(
        values,
        patch_artist=True,
        widths=0.55,
        medianprops={"color": theme.ink, "linewidth": 1.4},
        whiskerprops={"color": theme.faint},
        capprops={"color": theme.faint},
        flierprops={"marker": ".", "markersize": 3, "markeredgecolor": theme.faint},
    )
    for patch, colour in zip(drawn["boxes"], colours, strict=True):
        patch.set_facecolor(colour)
        patch.set_alpha(0.75)
        patch.set_edgecolor(theme.ink)
    axes.grid(visible=False, axis="x")


def _curves(contents: RunContents, theme: Theme) -> Figure | None:
    if not any(contents.curves.values()):
        return None
    figure = Figure(figsize=(WIDTH, 2.8), layout="constrained")
    left, right = figure.subplots(1, 2)
    for fold, points in sorted(contents.curves.items()):
        colour = _FOLD_COLOURS[fold % len(_FOLD_COLOURS)]
        epochs = [point.epoch for point in points]
        left.plot(epochs, [p.loss for p in points], color=colour, lw=1, label=f"Fold {fold + 1}")
        held_out = [np.nan if p.held_out_loss is None else p.held_out_loss for p in points]
        left.plot(epochs, held_out, color=colour, lw=1, ls=":")
    left.set_title("Loss (dotted: held out)")
    left.set_xlabel("Epoch")
    left.legend(ncols=2 if len(contents.curves) > 4 else 1)
    for each in contents.structures:
        epochs, dice = _mean_dice(contents, each.code)
        right.plot(epochs, dice, color=each.colour, lw=1.2, label=each.name)
    right.set_title("Held-out Dice, mean of the folds")
    right.set_xlabel("Epoch")
    for axes in (left, right):
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    right.set_ylim(0, 1.02)
    right.legend()
    del theme
    return figure


def _mean_dice(contents: RunContents, code: str) -> tuple[list[int], list[float]]:
    by_epoch: dict[int, list[float]] = {}
    for points in contents.curves.values():
        for point in points:
            dice = point.held_out_dice.get(code)
            if dice is not None:
                by_epoch.setdefault(point.epoch, []).append(dice)
    epochs = sorted(by_epoch)
    return epochs, [float(np.mean(by_epoch[epoch])) for epoch in epochs]


def _reliability(contents: RunContents, theme: Theme) -> Figure | None:
    if contents.diagnosis is None:
        return None
    figure, axes = _single(height=3.2)
    axes.plot([0, 1], [0, 1], color=theme.faint, lw=1, ls="--")
    for each in contents.structures:
        found = contents.diagnosis.reliability.get(each.code)
        if found is None:
            continue
        points = found.points()
        error = found.expected_error
        said = "" if error is None else f", error {error:.3f}"
        axes.plot(
            [point[0] for point in points],
            [point[1] for point in points],
            color=each.colour,
            marker="o",
            ms=3.5,
            lw=1.2,
            label=f"{each.name}{said}",
        )
    axes.set_xlabel("Probability that the model gives")
    axes.set_ylabel("Share that truly is the structure")
    axes.set_xlim(0, 1)
    axes.set_ylim(0, 1)
    axes.set_aspect("equal")
    axes.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0))
    return figure


def _confusion(contents: RunContents, theme: Theme) -> Figure | None:
    shares = confusion_shares(contents)
    rows = [each for each in _nerves_first(contents) if each.code in shares]
    if not rows:
        return None
    columns = [(BACKGROUND, "Background"), *((each.code, each.name) for each in rows)]
    values = np.array([[shares[row.code].get(code, 0.0) for code, _ in columns] for row in rows])
    figure = Figure(figsize=(WIDTH, 1.6 + 0.42 * len(rows)), layout="constrained")
    axes = figure.subplots()
    axes.imshow(values, cmap="Purples" if theme.name == "light" else "viridis", vmin=0, vmax=1)
    axes.set_aspect("auto")
    for row, column in np.ndindex(values.shape):
        share = values[row, column]
        is_dark = (share > 0.55) if theme.name == "light" else (share < 0.65)
        axes.text(
            column,
            row,
            f"{100 * share:.1f} %",
            ha="center",
            va="center",
            color="#ffffff" if is_dark else "#10131a",
        )
    _names_below(axes, range(len(columns)), [name for _, name in columns])
    axes.set_yticks(range(len(rows)), [each.name for each in rows])
    axes.set_xlabel("Predicted as")
    axes.set_ylabel("Truly")
    axes.grid(visible=False)
    return figure


def _traits(contents: RunContents, theme: Theme) -> Figure | None:
    found = trait_associations(contents)
    if contents.diagnosis is None or not found:
        return None
    figure = Figure(figsize=(WIDTH, 4.6), layout="constrained")
    panels = figure.subplots(2, 2, sharey=True).ravel()
    images = [image for image in contents.all_images if image.iou is not None]
    step = max(1, -(-len(images) // _POINTS_DRAWN))
    for axes, name in zip(panels, TRAITS, strict=True):
        points = [
            (trait, image.iou)
            for image in images[::step]
            if (trait := contents.diagnosis.traits.get(image.stem, {}).get(name)) is not None
        ]
        axes.plot(
            [p[0] for p in points],
            [p[1] for p in points],
            ls="",
            marker=".",
            ms=4,
            color=theme.accent,
            alpha=0.55,
        )
        axes.set_xlabel(TRAIT_LABELS[name])
        axes.set_ylim(-0.02, 1.02)
        association = found[name]
        if association.rho is not None:
            axes.set_title(f"Spearman's rho {association.rho:+.2f}, {association.images} frames")
    panels[0].set_ylabel("IoU of a frame")
    panels[2].set_ylabel("IoU of a frame")
    return figure


def _single(height: float) -> tuple[Figure, Axes]:
    figure = Figure(figsize=(WIDTH, height), layout="constrained")
    return figure, figure.subplots()


def _nerves_first(contents: RunContents) -> list[ReportStructure]:
    others = [each for each in contents.structures if each not in contents.nerves]
    return [*contents.nerves, *others]


def _names_below(axes: Axes, places: Iterable[float], names: list[str]) -> None:
    """Names of structures that would run into each other side by side."""
    axes.set_xticks(list(places), names, rotation=22, ha="right", rotation_mode="anchor")


def _wrapped(name: str) -> str:
    """A name of several words on lines of its own words."""
    return name.replace(" ", "\n") if len(name) > 9 else name


PLOTS = (
    Plot(
        "bars",
        "Figures of each structure",
        "Mean over the folds; whiskers are one standard deviation. Dashed on Dice, where the "
        "project has a report of agreement: Dice between two readers, on the frames of that "
        "report, not on these. A model can exceed it, above all against a consensus of readers.",
        _bars,
    ),
    Plot(
        "iou",
        "IoU of single frames",
        "Boxes from the lower to the upper quartile with the median; whiskers reach the last frame "
        "within 1.5 times that range, dots are frames beyond.",
        _boxes,
    ),
    Plot("curves", "Curves", "Loss of each fold, and Dice on frames held out.", _curves),
    Plot(
        "calibration",
        "Calibration",
        "How often a pixel truly is the structure, by the probability that the model gave it. On "
        "the dashed line the model is as sure as it is right; below it is too sure. Error: "
        "expected calibration error over pixels given 0.1 or more. On which frames the temperature "
        "of a calibrated network was fitted stands under Calibration among the facts.",
        _reliability,
    ),
    Plot(
        "confusion",
        "What is taken for what",
        "Of the pixels that truly are a structure, the share predicted as each.",
        _confusion,
    ),
    Plot(
        "traits",
        "Errors and what the frames are like",
        "Each dot is a frame held out. Frames of one subject are alike, so a correlation here is "
        "a hint and not a test.",
        _traits,
    ),
)
PLOT_OF = {plot.name: plot for plot in PLOTS}
