"""Where the answers of a network, or of the members of an ensemble, are not to be relied on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from inference.engine.errors import EngineError

# pixels of the network: about the smallest region that counts, a disc of 7 px radius
EVIDENCE_SIDE = 8


@dataclass(frozen=True, slots=True)
class Doubt:
    """Where n answers of a network of (h, w) are shaky, at the network's size.

    pixels: float32 (n, h, w) in 0..1. Of an ensemble how far its members are apart; of one model
    how far the likeliest channel is from certain. evidence: float32 (n, classes) in 0..1, the
    highest mean probability of each structure over any 8x8 pixels: what speaks for its being
    there, whether or not it was drawn.
    """

    pixels: NDArray[np.float32]
    evidence: NDArray[np.float32]


def mean_and_doubt(answers: Iterator[NDArray[np.float32]]) -> tuple[NDArray[np.float32], Doubt]:
    """Probabilities (n, h, w, c) of each member in turn -> their mean, and its doubt.

    The members' distance is sqrt(2 sum_c var_c), at most 1: it is 1 where half of them are certain
    of one structure and half of another (the variance of deep ensembles, B. Lakshminarayanan et
    al., NeurIPS 2017). Raises EngineError without a member.
    """
    total: NDArray[np.float32] | None = None
    squares: NDArray[np.float32] | None = None
    count = 0
    for answer in answers:
        count += 1
        if total is None or squares is None:
            total, squares = answer.copy(), np.square(answer)
        else:
            total += answer
            squares += np.square(answer)
    if total is None or squares is None:
        raise EngineError("An ensemble has at least one member.")
    if count == 1:
        return total, Doubt(hesitation(total), evidence(total))
    total /= np.float32(count)
    squares /= np.float32(count)
    squares -= np.square(total)
    apart = squares[..., 0].copy()
    # a sum plane by plane takes a tenth of NumPy's sum along a short last axis
    for channel in range(1, squares.shape[-1]):
        apart += squares[..., channel]
    apart = np.sqrt(np.clip(np.float32(2.0) * apart, 0.0, 1.0))
    return total, Doubt(apart, evidence(total))


def evidence(probabilities: NDArray[np.float32]) -> NDArray[np.float32]:
    """The highest mean probability of each structure over any 8x8 block, float32 (n, c - 1)."""
    n, height, width, channels = probabilities.shape
    size = (max(1, width // EVIDENCE_SIDE), max(1, height // EVIDENCE_SIDE))
    found = np.empty((n, channels - 1), np.float32)
    for number in range(n):
        for channel in range(1, channels):
            plane = np.ascontiguousarray(probabilities[number, ..., channel])
            found[number, channel - 1] = cv2.resize(plane, size, interpolation=cv2.INTER_AREA).max()
    return found


def hesitation(probabilities: NDArray[np.float32]) -> NDArray[np.float32]:
    """0 where the likeliest channel is certain, 1 where it has no more than half; (n, h, w)."""
    best = probabilities[..., 0].copy()
    for channel in range(1, probabilities.shape[-1]):
        np.maximum(best, probabilities[..., channel], out=best)
    return np.asarray(np.clip(2.0 * (1.0 - best), 0.0, 1.0), np.float32)
