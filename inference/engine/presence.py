"""From which confidence a structure counts as seen, decided on frames that were not trained on."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from inference.engine.errors import EngineError


def calibrate_threshold(confidence: ArrayLike, is_there: ArrayLike) -> float:
    """The threshold that best tells frames with the structure from frames without it.

    confidence: (n,) in 0..1, 0 where the model drew nothing; is_there: (n,) truth. Maximises
    Youden's J, sensitivity + specificity - 1 (W. J. Youden, Index for rating diagnostic tests,
    Cancer 3(1), 1950), and takes the middle of the gap it falls into. Raises EngineError unless
    frames of both kinds are given.
    """
    scores = np.asarray(confidence, np.float64)
    truth = np.asarray(is_there, np.bool_)
    if scores.shape != truth.shape or scores.ndim != 1:
        raise EngineError("Presence needs one confidence and one truth for each frame.")
    if truth.all() or not truth.any():
        raise EngineError("Presence needs frames with the structure and frames without it.")
    if not np.isfinite(scores).all() or scores.min() < 0 or scores.max() > 1:
        raise EngineError("Confidences lie between 0 and 1.")
    levels = np.unique(np.append(scores, [0.0, 1.0]))
    # between two neighbouring levels every threshold decides alike
    thresholds = np.append((levels[:-1] + levels[1:]) / 2, levels[-1])
    seen = scores[None, :] >= thresholds[:, None]
    sensitivity = seen[:, truth].mean(axis=1)
    specificity = 1.0 - seen[:, ~truth].mean(axis=1)
    return float(thresholds[int(np.argmax(sensitivity + specificity))])
