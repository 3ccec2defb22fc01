"""The card beside a model file from outside: its words, and the figures of the model."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from fascicle.errors import InvalidInput

# what pages and the gate read of each structure
FIGURES = ("precision", "recall", "f1", "dice", "iou")


def card_read(path: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    """The card without its figures, and the figures; both empty where there is no file.

    Raises InvalidInput for what is no card, or cannot be kept or judged by.
    """
    if not path.is_file():
        return {}, {}
    try:
        card = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as damage:
        raise InvalidInput(f"The card {path.name} is not readable JSON ({damage}).") from damage
    storable_require(card, f"The card {path.name}")
    if not isinstance(card, dict):
        raise InvalidInput(f"The card {path.name} is no JSON object with names and values.")
    metrics = card.pop("metrics", {})
    if (wrong := _wrong(metrics)) is not None:
        raise InvalidInput(f"The card {path.name} cannot be used: {wrong}.")
    return card, metrics


def storable_require(described: Any, what: str) -> None:
    """Raise InvalidInput for what Python reads as JSON and the database does not keep."""
    try:
        text = json.dumps(described, allow_nan=False, ensure_ascii=False)
        text.encode()  # half a character, as "\\ud800", is none
    except ValueError as damage:
        raise InvalidInput(f"{what} holds what is no JSON ({damage}).") from damage
    if "\\u0000" in text:
        raise InvalidInput(f"{what} holds a character zero. Take it out.")


def _wrong(metrics: Any) -> str | None:
    """What is not of the form of `training.evaluate`, None where all is."""
    if not isinstance(metrics, dict):
        return "metrics is no JSON object"
    structures = metrics.get("structures", {})
    if not isinstance(structures, dict):
        return "metrics.structures is no JSON object"
    for code, figures in structures.items():
        if not isinstance(figures, dict):
            return f"metrics.structures.{code} is no JSON object"
        if (wrong := _wrong_figures(figures, f"metrics.structures.{code}")) is not None:
            return wrong
    return _wrong_figures(metrics, "metrics")


def _wrong_figures(figures: Mapping[str, Any], where: str) -> str | None:
    for name in FIGURES:
        if figures.get(name) is not None and not _is_share(figures[name]):
            return f"{where}.{name} is no number from 0 to 1"
    intervals = figures.get("intervals")
    if intervals is None:
        return None
    if not isinstance(intervals, dict):
        return f"{where}.intervals is no JSON object"
    for name, ends in intervals.items():
        if ends is not None and not _is_interval(ends):
            return f"{where}.intervals.{name} is not two numbers, the lower one first"
    return None


def _is_interval(ends: Any) -> bool:
    return (
        isinstance(ends, list)
        and len(ends) == 2
        and all(map(_is_number, ends))
        and ends[0] <= ends[1]
    )


def _is_share(value: Any) -> bool:
    return _is_number(value) and 0.0 <= value <= 1.0


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
