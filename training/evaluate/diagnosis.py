"""Beyond the scores: is the model as sure as it is right, what does it mix up, on which frames.

One `ImageDiagnosis` an image while its prediction is at hand, small enough to keep for every image;
`pool` adds them up.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from inference.engine.engine import Segmentation
from inference.engine.preprocess import Preprocessing, place_labels
from training.evaluate.traits import frame_traits

BINS = 10
# Most pixels are background that every model is sure of; they would hide all others.
_FIRST_BIN_THAT_COUNTS = 1
_TINY_PROBABILITY = 1e-7


@dataclass(frozen=True, slots=True)
class Reliability:
    """Pixels by the probability given to one structure, in ten equal bins from 0 to 1.

    count: pixels; confidence: sum of their probabilities; hits: those that truly are the structure.
    """

    count: tuple[int, ...]
    confidence: tuple[float, ...]
    hits: tuple[int, ...]

    @property
    def expected_error(self) -> float | None:
        """Expected calibration error (C. Guo et al., ICML 2017) over pixels given 0.1 or more."""
        first = _FIRST_BIN_THAT_COUNTS
        total = sum(self.count[first:])
        if not total:
            return None
        gaps = (abs(c - h) for c, h in zip(self.confidence[first:], self.hits[first:], strict=True))
        return sum(gaps) / total

    def points(self) -> list[tuple[float, float, int]]:
        """(mean probability, share that is the structure, pixels) of each bin with pixels."""
        rows = zip(self.count, self.confidence, self.hits, strict=True)
        return [(confidence / n, hits / n, n) for n, confidence, hits in rows if n]


@dataclass(frozen=True, slots=True)
class ImageDiagnosis:
    """confusion[t][p]: pixels of true channel t predicted as p, channel 0 the background.

    is_apart: the network's temperature was none fitted on this frame where reliability was read.
    """

    stem: str
    traits: Mapping[str, float | None]
    confusion: tuple[tuple[int, ...], ...]
    reliability: Mapping[str, Reliability]
    is_apart: bool = False

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """All images together; traits stay with their image. is_apart: that of every image."""

    traits: Mapping[str, Mapping[str, float | None]]
    confusion: tuple[tuple[int, ...], ...]
    reliability: Mapping[str, Reliability]
    is_apart: bool = False


def diagnose_image(
    stem: str,
    image: NDArray[np.uint8],
    truth: NDArray[np.uint8],
    seen: Segmentation,
    codes: Sequence[str],
    *,
    preprocessing: Preprocessing,
    soften_by: float | None = None,
) -> ImageDiagnosis:
    """Diagnose one image: frame and true labels uint8 (H, W), where 1 is codes[0], ...

    seen: what the model said of this one frame, with probabilities. Those are at the network's
    size, so the truth is brought there by nearest neighbour, and the padding around the frame is
    left out. Raises ValueError where they were not asked for.

    soften_by: from the model's temperature, which this frame helped to fit, to one that it did not:
    what divides the logits once more before reliability is read.
    """
    if seen.probabilities is None:
        raise ValueError("A diagnosis needs the network's probabilities.")
    channels = len(codes) + 1
    pairs = truth.astype(np.intp) * channels + seen.labels[0]
    counts = np.bincount(pairs.ravel(), minlength=channels * channels).reshape(channels, channels)
    where = preprocessing.placement(*truth.shape)
    placed = place_labels(truth, preprocessing)[where.rows, where.columns]
    given = seen.probabilities[0][where.rows, where.columns]
    if soften_by is not None:
        given = _softened(given, soften_by)
    return ImageDiagnosis(
        stem=stem,
        traits=frame_traits(image, truth),
        confusion=tuple(tuple(int(each) for each in row) for row in counts),
        reliability={
            code: _reliability(given[..., channel], placed == channel)
            for channel, code in enumerate(codes, start=1)
        },
        is_apart=soften_by is not None,
    )


def pool(diagnoses: Sequence[ImageDiagnosis], codes: Sequence[str]) -> Diagnosis:
    """Add up the diagnoses of many images."""
    channels = len(codes) + 1
    confusion = np.zeros((channels, channels), np.int64)
    for each in diagnoses:
        confusion += np.array(each.confusion, np.int64)
    return Diagnosis(
        traits={each.stem: each.traits for each in diagnoses},
        confusion=tuple(tuple(int(cell) for cell in row) for row in confusion),
        reliability={code: _sum([each.reliability[code] for each in diagnoses]) for code in codes},
        is_apart=all(each.is_apart for each in diagnoses),
    )


def diagnosis_from_json(described: Mapping[str, Any]) -> ImageDiagnosis:
    """Read back what `ImageDiagnosis.to_json` wrote."""
    return ImageDiagnosis(
        stem=described["stem"],
        traits=described["traits"],
        confusion=tuple(tuple(row) for row in described["confusion"]),
        reliability={
            code: Reliability(*(tuple(each[name]) for name in ("count", "confidence", "hits")))
            for code, each in described["reliability"].items()
        },
        is_apart=described.get("is_apart", False),
    )


def _softened(probabilities: NDArray[np.float32], by: float) -> NDArray[np.float32]:
    """Probabilities (..., c) of a softmax whose logits are divided by so much once more."""
    logits = np.log(np.maximum(probabilities, _TINY_PROBABILITY)) / np.float32(by)
    odds = np.exp(logits - logits.max(axis=-1, keepdims=True))
    found: NDArray[np.float32] = odds / odds.sum(axis=-1, keepdims=True)
    return found


def _reliability(given: NDArray[np.float32], is_true: NDArray[np.bool_]) -> Reliability:
    values = given.ravel().astype(np.float64)
    places = np.clip((values * BINS).astype(np.intp), 0, BINS - 1)
    count = np.bincount(places, minlength=BINS)
    confidence = np.bincount(places, weights=values, minlength=BINS)
    hits = np.bincount(places, weights=is_true.ravel(), minlength=BINS)
    return Reliability(
        tuple(int(each) for each in count),
        tuple(round(float(each), 3) for each in confidence),
        tuple(int(each) for each in hits),
    )


def _sum(parts: Sequence[Reliability]) -> Reliability:
    def column(name: str) -> Any:
        rows = [getattr(part, name) for part in parts]
        return np.sum(rows, axis=0) if rows else np.zeros(BINS)

    return Reliability(
        tuple(int(each) for each in column("count")),
        tuple(float(each) for each in column("confidence")),
        tuple(int(each) for each in column("hits")),
    )
