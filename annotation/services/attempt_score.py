"""Score an answer against what the expert's set said."""

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from annotation.geometry import (
    Absent,
    Contour,
    Mask,
    ShapeError,
    dense_from_mask,
    parse_shape,
    shape_mask,
)
from annotation.models import PracticeMode, Question, Structure
from annotation.practice import (
    Outcome,
    Recall,
    recall_of,
    score_click,
    score_delineation,
    score_scan,
)
from annotation.selectors.practice_questions import structures_to_choose
from annotation.selectors.practice_truth import (
    Truth,
    channels_of,
    truth_of_question,
    yardstick_of_question,
)
from fascicle.errors import InvalidInput

ABSENT = {"absent": True}


@dataclass(frozen=True, slots=True)
class Scored:
    """An answer in the form in which it is kept, and what it came to."""

    answer: dict[str, Any]
    outcome: Outcome
    recall: Recall
    score: dict[str, Any]
    taken_for: Structure | None = None


def attempt_score(question: Question, answer: Mapping[str, Any]) -> Scored:
    """Read and score an answer: `{"x", "y"}`, `{"structure"}`, `{"shape"}` or `{"frame"}` by the
    question's mode, or `{"absent": true}` for "it is not to be seen".

    Raises InvalidInput for an answer that does not fit the question.
    """
    truth = truth_of_question(question)
    match PracticeMode(question.mode):
        case PracticeMode.FIND:
            return _found(question, truth, answer)
        case PracticeMode.NAME:
            return _named(question, answer)
        case PracticeMode.DELINEATE:
            return _delineated(question, truth, answer)
        case PracticeMode.SCAN:
            return _scanned(question, truth, answer)


def answered_mask(question: Question, shape: object) -> NDArray[np.bool_]:
    """The pixels of a delineation, bool (height, width). Raises InvalidInput."""
    try:
        drawn = parse_shape(shape)
    except ShapeError as wrong:
        raise InvalidInput(str(wrong), answer=[str(wrong)]) from wrong
    if isinstance(drawn, Absent):
        raise InvalidInput('Say {"absent": true} where the structure is not to be seen.')
    return _dense(question, drawn)


def _dense(question: Question, shape: Contour | Mask) -> NDArray[np.bool_]:
    clip = question.clip
    return dense_from_mask(shape_mask(shape, clip.width, clip.height), clip.width, clip.height)


def _found(question: Question, truth: Truth, answer: Mapping[str, Any]) -> Scored:
    clip, channel = question.clip, question.structure.channel
    labels = truth.labels(question.first_frame)
    place = None
    if not _is_absent(answer):
        place = _number(answer, "x", clip.width), _number(answer, "y", clip.height)
    scored = score_click(labels == channel, place, clip.microns_per_pixel)
    taken_for = None
    if place is not None and scored.outcome is not Outcome.HIT:
        under = int(labels[int(place[1]), int(place[0])])
        taken_for = channels_of(question.structure.procedure_id).get(under)
    return Scored(
        ABSENT if place is None else {"x": place[0], "y": place[1]},
        scored.outcome,
        recall_of(scored.outcome),
        asdict(scored),
        taken_for,
    )


def _named(question: Question, answer: Mapping[str, Any]) -> Scored:
    asked = {str(row.pk): row for row in structures_to_choose(question.course)}
    chosen = asked.get(str(answer.get("structure")))
    if chosen is None:
        raise InvalidInput(
            "Name one of the structures to choose from.", answer=["Not one of them."]
        )
    is_right = chosen.pk == question.structure_id
    outcome = Outcome.HIT if is_right else Outcome.MISSED
    return Scored(
        {"structure": str(chosen.pk)},
        outcome,
        recall_of(outcome),
        {"outcome": outcome},
        None if is_right else chosen,
    )


def _delineated(question: Question, truth: Truth, answer: Mapping[str, Any]) -> Scored:
    clip, channel = question.clip, question.structure.channel
    labels = truth.labels(question.first_frame)
    drawn = np.zeros(labels.shape, dtype=np.bool_)
    kept: dict[str, Any] = ABSENT
    if not _is_absent(answer):
        kept = {"shape": answer.get("shape")}
        drawn = answered_mask(question, kept["shape"])
        if not drawn.any():
            raise InvalidInput("The shape covers no pixel of the picture.", answer=["Empty."])
    scored = score_delineation(labels == channel, drawn, clip.microns_per_pixel)
    yardstick = yardstick_of_question(question)
    taken_for = None
    if scored.outcome in {Outcome.MISSED, Outcome.IMAGINED}:
        taken_for = _most_alike(labels, drawn, channels_of(question.structure.procedure_id))
    return Scored(
        kept,
        scored.outcome,
        recall_of(scored.outcome, scored.dice, yardstick.dice),
        {**asdict(scored), "yardstick": asdict(yardstick)},
        taken_for,
    )


def _scanned(question: Question, truth: Truth, answer: Mapping[str, Any]) -> Scored:
    first, last = question.first_frame, question.last_frame
    paused = None
    if not _is_absent(answer):
        frame = answer.get("frame")
        if isinstance(frame, bool) or not isinstance(frame, int) or not first <= frame <= last:
            raise InvalidInput(
                f"The pause must be at one of the frames {first} to {last}.", answer=["Not played."]
            )
        paused = frame - first
    visible = truth.visible(question.structure.channel, first, last)
    times = question.clip.frame_table.times_s[first : last + 1]
    scored = score_scan(visible, times, paused)
    return Scored(
        ABSENT if paused is None else {"frame": first + paused},
        scored.outcome,
        recall_of(scored.outcome),
        asdict(scored),
    )


def _most_alike(
    labels: NDArray[np.uint8], drawn: NDArray[np.bool_], structures: Mapping[int, Structure]
) -> Structure | None:
    """The structure that most of what was drawn covers, where that is a quarter of it."""
    under = np.bincount(labels[drawn], minlength=256)
    under[0] = 0
    channel = int(np.argmax(under))
    is_enough = under[channel] > 0.25 * np.count_nonzero(drawn)
    return structures.get(channel) if is_enough else None


def _is_absent(answer: Mapping[str, Any]) -> bool:
    return answer.get("absent") is True


def _number(answer: Mapping[str, Any], name: str, limit: int) -> float:
    value = answer.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise InvalidInput(f'The place needs a number "{name}".', answer=["Not a place."])
    if not 0 <= value < limit:
        raise InvalidInput("The place lies outside the picture.", answer=["Outside."])
    return float(value)
