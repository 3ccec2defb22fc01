"""Coefficients of agreement on whether a structure is visible, from sums over items.

Every function takes sums (..., columns) as float64 and gives (...), NaN where the coefficient does
not exist because nothing varies: all readers always say the same. Agreement is then perfect and
chance agreement too, so that the share of agreement is the figure to read.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from annotation.measures import ratio

Floats = NDArray[np.float64]


def observed_agreement(counts: Floats) -> Floats:
    """Share of frames in which two readers say the same; counts (..., 4): neither, first, second,
    both.
    """
    return ratio(counts[..., 0] + counts[..., 3], counts.sum(axis=-1))


def cohen_kappa(counts: Floats) -> Floats:
    """Cohen's kappa of two readers; counts (..., 4): neither, only first, only second, both.

    J. Cohen, Educ. Psychol. Meas. 20(1), 1960.
    """
    total = counts.sum(axis=-1)
    observed = observed_agreement(counts)
    first, second = counts[..., 1] + counts[..., 3], counts[..., 2] + counts[..., 3]
    chance = ratio(first * second + (total - first) * (total - second), total * total)
    return ratio(observed - chance, 1.0 - chance)


def item_sums(present: Floats, ratings: Floats) -> Floats:
    """What the two functions below need of each item, (n, 7), to be summed up over items.

    present: how many readers say visible, ratings: how many looked; items with fewer than two
    ratings say nothing and give zeros.
    """
    counts = ratings >= 2
    n, yes = np.where(counts, ratings, 2.0), np.where(counts, present, 0.0)
    no = n - yes
    agreeing = (yes * (yes - 1.0) + no * (no - 1.0)) / (n * (n - 1.0))
    mixed = yes * no / (n - 1.0)
    columns = np.stack([np.ones_like(n), agreeing, yes / n, n, yes, no, mixed], axis=-1)
    return np.where(counts[..., None], columns, 0.0)


def fleiss_kappa(sums: Floats) -> Floats:
    """Fleiss' kappa of several readers from summed `item_sums`.

    J. L. Fleiss, Psychol. Bull. 76(5), 1971. Where items differ in the number of ratings, every
    item counts the same; with equal numbers this is Fleiss' own formula.
    """
    items, agreeing, share = sums[..., 0], sums[..., 1], sums[..., 2]
    observed, visible = ratio(agreeing, items), ratio(share, items)
    chance = visible * visible + (1.0 - visible) * (1.0 - visible)
    return ratio(observed - chance, 1.0 - chance)


def krippendorff_alpha(sums: Floats) -> Floats:
    """Krippendorff's alpha for nominal data, missing ratings allowed, from summed `item_sums`.

    K. Krippendorff, Computing Krippendorff's Alpha-Reliability, 2011, section D: with two values
    alpha = 1 - (n - 1) o_01 / (n_0 n_1).
    """
    values, yes, no, mixed = (sums[..., place] for place in (3, 4, 5, 6))
    return 1.0 - ratio((values - 1.0) * mixed, yes * no)
