"""What is shown once an answer is committed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from django.utils import timezone
from numpy.typing import NDArray

from annotation.geometry import Contour, Mask, mask_from_dense
from annotation.models import (
    AnnotationSet,
    Attempt,
    MemoryCard,
    PracticeMode,
    Question,
    SetPurpose,
    Structure,
)
from annotation.practice import ErrorBand, error_bands
from annotation.selectors.practice_truth import (
    Truth,
    Yardstick,
    shown_shapes,
    truth_of_question,
    yardstick_of_question,
)
from annotation.services.attempt_score import answered_mask
from fascicle.errors import Conflict

Shapes = Sequence[Contour | Mask]


@dataclass(frozen=True, slots=True)
class Overlay:
    """Shapes of the asked structure in the asked frame, and whose they are."""

    annotation_set: AnnotationSet
    shapes: Shapes


@dataclass(frozen=True, slots=True)
class HeatBand:
    """A band of the error field as a mask to colour."""

    band: ErrorBand
    mask: Mask


@dataclass(frozen=True, slots=True)
class Reveal:
    """A committed answer with the truth about the structure that was asked for, and no other.

    `spans` are the frames, first and last, of a timed scan in which it is to be seen.
    """

    attempt: Attempt
    due_at: datetime
    expert: Overlay
    consensus: Overlay | None
    model: Overlay | None
    heat: Sequence[HeatBand]
    yardstick: Yardstick
    spans: Sequence[tuple[int, int]]
    taken_for: Structure | None


def reveal_of(attempt: Attempt) -> Reveal:
    """The reveal of an attempt.

    Raises Conflict for an earlier answer, and while the question is due again: then the next answer
    comes first.
    """
    question = attempt.question
    card = MemoryCard.objects.get(enrolment=attempt.enrolment_id, question=question)
    newest = attempt.enrolment.attempts.filter(question=question).count()
    if attempt.number < newest:
        raise Conflict("Only the newest answer to a question is shown.", code="superseded")
    if attempt.enrolment.is_active and card.due <= timezone.now():
        raise Conflict("This question is asked again. Answer it first.", code="asked_again")
    truth = truth_of_question(question)
    channel = question.structure.channel
    is_scan = question.mode == PracticeMode.SCAN
    frame = question.first_frame
    spans: list[tuple[int, int]] = []
    if is_scan:
        visible = truth.visible(channel, question.first_frame, question.last_frame)
        spans = _spans(visible, question.first_frame)
        frame = attempt.answer.get("frame", spans[0][0] if spans else frame)
    return Reveal(
        attempt=attempt,
        due_at=card.due,
        expert=Overlay(question.annotation_set, truth.shapes(channel, frame)),
        consensus=_overlay(question, SetPurpose.CONSENSUS, frame),
        model=_overlay(question, SetPurpose.SUGGESTION, frame),
        heat=_heat(attempt, truth),
        yardstick=yardstick_of_question(question),
        spans=spans,
        taken_for=_told(attempt),
    )


def _overlay(question: Question, purpose: SetPurpose, frame: int) -> Overlay | None:
    found = shown_shapes(question.clip, purpose, question.structure.channel, frame)
    return None if found is None else Overlay(*found)


def _heat(attempt: Attempt, truth: Truth) -> list[HeatBand]:
    question = attempt.question
    if question.mode != PracticeMode.DELINEATE:
        return []
    right = truth.labels(question.first_frame) == question.structure.channel
    shape = attempt.answer.get("shape")
    drawn = np.zeros_like(right) if shape is None else answered_mask(question, shape)
    bands = error_bands(right, drawn, question.clip.microns_per_pixel)
    return [HeatBand(band, mask_from_dense(band.mask)) for band in bands]


def _told(attempt: Attempt) -> Structure | None:
    """The structure it was taken for, unless that would answer a question still open."""
    other = attempt.taken_for
    if other is None or attempt.question.mode == PracticeMode.NAME:
        return other
    person = attempt.enrolment.person_id
    open_questions = Question.objects.filter(
        clip=attempt.question.clip_id,
        structure=other,
        course__enrolments__person=person,
        course__enrolments__ended_at__isnull=True,
    ).exclude(attempts__enrolment__person=person)
    return None if open_questions.exists() else other


def _spans(visible: NDArray[np.bool_], first: int) -> list[tuple[int, int]]:
    padded = np.concatenate(([False], visible, [False]))
    starts = np.flatnonzero(padded[1:] & ~padded[:-1])
    stops = np.flatnonzero(~padded[1:] & padded[:-1])
    return [
        (first + int(start), first + int(stop) - 1)
        for start, stop in zip(starts, stops, strict=True)
    ]
