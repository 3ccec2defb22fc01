"""Two versions on the same frames, as far as anybody kept the scores of single frames.

This app knows no training runs: whoever keeps such scores registers a comparer when Django starts,
as job handlers are registered.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from inference.models import ModelVersion

Measure = Literal["dice", "f1"]


@dataclass(frozen=True, slots=True)
class MeasuredChange:
    """The second version's figure minus the first's on the same frames, of one structure.

    measure: mean Dice, or F1 of detection. interval: 95 % of the difference, by subject; None
    where it cannot be had. frames and subjects: on how many; share: of the first version's frames
    that show the structure, what part is among them, 0..1.
    """

    code: str
    measure: Measure
    frames: int
    difference: float
    interval: tuple[float, float] | None
    subjects: int
    share: float


Comparer = Callable[[ModelVersion, ModelVersion], list[MeasuredChange]]

_comparers: list[Comparer] = []


def register_comparer(comparer: Comparer) -> None:
    """Name a function that compares two versions; registering one twice changes nothing."""
    if comparer not in _comparers:
        _comparers.append(comparer)


def measured_changes(first: ModelVersion, second: ModelVersion) -> list[MeasuredChange]:
    """Per structure with frames in common; empty where nobody knows of any."""
    for comparer in _comparers:
        changes = comparer(first, second)
        if changes:
            return changes
    return []
