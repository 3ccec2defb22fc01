"""What an answer amounts to, and how well it was remembered."""

from __future__ import annotations

from enum import IntEnum, StrEnum

# mean Dice of 19 experts with each other over 100 structures of ultrasound-guided regional
# anaesthesia (Br. J. Anaesth. 2024, PMC11103080); bone was not among them and stands as muscle did
PUBLISHED_AGREEMENT = {"nerve": 0.48, "vessel": 0.88}
PUBLISHED_OTHER = 0.80


class Outcome(StrEnum):
    """What came of an answer, in one word."""

    HIT = "hit"
    NEAR = "near"
    MISSED = "missed"
    ABSENT = "absent"  # rightly said not to be there
    OVERLOOKED = "overlooked"  # said not to be there, but it is
    IMAGINED = "imagined"  # found where it is not to be seen
    EARLY = "early"
    LATE = "late"

    @property
    def is_found(self) -> bool:
        """Whether the structure was detected, or its absence was."""
        return self in {Outcome.HIT, Outcome.ABSENT}


class Recall(IntEnum):
    """The four ratings of the free spaced repetition scheduler, with its numbers.

    EASY is never given: that an answer came easily cannot be seen from it.
    """

    AGAIN = 1
    HARD = 2
    GOOD = 3
    EASY = 4


def yardstick_of(kind: str, pairs: list[float]) -> tuple[float, bool]:
    """The Dice that experts reach with each other: (value, whether it is of this very frame).

    `pairs` holds the Dice of each pair of this frame's readers; without any the published mean for
    the structure's kind (`nerve`, `vessel`, ...) stands in.
    """
    if pairs:
        return sum(pairs) / len(pairs), True
    return PUBLISHED_AGREEMENT.get(kind, PUBLISHED_OTHER), False


def recall_of(outcome: Outcome, dice: float | None = None, yardstick: float = 0.0) -> Recall:
    """How well an answer was remembered.

    What was not detected is AGAIN; a click beside it, or a delineation that shares less with the
    truth than experts do with each other, is HARD; the rest is GOOD. `dice` and `yardstick` are
    those of a delineation, 0 to 1.
    """
    if outcome is Outcome.NEAR:
        return Recall.HARD
    if not outcome.is_found:
        return Recall.AGAIN
    if dice is not None and dice < yardstick:
        return Recall.HARD
    return Recall.GOOD
