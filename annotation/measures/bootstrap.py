"""Intervals by resampling groups: subjects vary, and frames of one subject are not independent."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

RESAMPLES = 1000
Interval = tuple[float, float]
# Sums over rows (..., columns) -> a figure (...), NaN where it does not exist
Figure = Callable[[NDArray[np.float64]], NDArray[np.float64]]


def cluster_weights(
    groups: Sequence[str], seed: int, resamples: int = RESAMPLES
) -> NDArray[np.float64] | None:
    """How often each row counts in each resample, (resamples, n); None for fewer than 2 groups.

    groups: of each row. Whole groups are drawn with replacement, as many as there are (the cluster
    bootstrap: Davison and Hinkley, Bootstrap Methods and their Application, 1997, section 3.8).
    """
    names = sorted(set(groups))
    if len(names) < 2:  # one subject says nothing about others
        return None
    place = {name: number for number, name in enumerate(names)}
    member = np.array([place[group] for group in groups])
    rng = np.random.default_rng(seed)
    drawn = rng.multinomial(len(names), np.full(len(names), 1.0 / len(names)), size=resamples)
    return drawn[:, member].astype(np.float64)


def interval(
    weights: NDArray[np.float64] | None, columns: NDArray[np.float64], figure: Figure
) -> Interval | None:
    """The 95 % percentile interval of a figure of sums.

    columns: what is summed, (n, columns). Resamples in which the figure does not exist are left
    out. None where rows of one group alone have anything to sum: the figure would be the same in
    every resample, which says nothing of other groups.
    """
    if weights is None:
        return None
    counting = weights[:, columns.any(axis=1)]  # rows of one group are drawn alike
    if counting.shape[1] == 0 or (counting == counting[:, :1]).all():
        return None
    figures = figure(weights @ columns)
    figures = figures[np.isfinite(figures)]
    if not len(figures):
        return None
    low, high = np.percentile(figures, (2.5, 97.5))
    return float(low), float(high)


def ratio(numerator: NDArray[np.float64], denominator: NDArray[np.float64]) -> NDArray[np.float64]:
    """numerator / denominator, NaN where the denominator is zero."""
    missing = np.full(np.shape(numerator), np.nan)
    np.divide(numerator, denominator, out=missing, where=np.asarray(denominator) != 0)
    return missing
