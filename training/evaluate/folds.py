"""The folds of a run side by side, and all held-out images as one set."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from training.evaluate.report import DISTANCES, OVERLAPS, Evaluation, evaluate_images


def summarise_folds(
    evaluations: Mapping[int, Evaluation], codes: Sequence[str], *, seed: int = 0
) -> dict[str, Any]:
    """JSON-able summary: per fold headlines, their mean and deviation, and the pooled evaluation.

    The pooled figures count every image once, as held out by its fold; intervals are by group.
    """
    headlines = {fold: evaluations[fold].headline() for fold in sorted(evaluations)}
    pooled = evaluate_images(
        [image for fold in sorted(evaluations) for image in evaluations[fold].images],
        codes,
        seed=seed,
    )
    described = pooled.to_json()
    del described["images"]
    figures = ("iou", "share_above_half", "pixel_accuracy")
    of_structures = (*OVERLAPS, "share_above_half", *DISTANCES)
    return {
        "folds": headlines,
        "over_folds": {
            **{name: _spread([each[name] for each in headlines.values()]) for name in figures},
            "structures": {
                code: {
                    name: _spread([each["structures"][code][name] for each in headlines.values()])
                    for name in of_structures
                }
                for code in codes
            },
        },
        "pooled": described,
    }


def _spread(values: Sequence[float | None]) -> dict[str, float | None]:
    """Mean and standard deviation (n - 1) over the folds that have a value."""
    defined = [value for value in values if value is not None]
    return {
        "mean": float(np.mean(defined)) if defined else None,
        "deviation": float(np.std(defined, ddof=1)) if len(defined) > 1 else None,
    }
