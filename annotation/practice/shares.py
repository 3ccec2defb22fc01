"""A share of answers with its interval, so that three right ones do not look like a hundred."""

from __future__ import annotations

import math
from dataclasses import dataclass

Z_95 = 1.959963984540054


@dataclass(frozen=True, slots=True)
class Share:
    """`count` of `total`, 0 to 1, and its 95 % interval; None of nothing."""

    count: int
    total: int
    value: float | None
    low: float | None
    high: float | None


def share(count: int, total: int) -> Share:
    """The score interval of a proportion (E. B. Wilson, J. Am. Stat. Assoc. 22, 1927), which holds
    for few answers too.
    """
    if total == 0:
        return Share(0, 0, None, None, None)
    part, square = count / total, Z_95 * Z_95
    middle = (part + square / (2 * total)) / (1 + square / total)
    reach = Z_95 * math.sqrt(part * (1 - part) / total + square / (4 * total * total))
    reach /= 1 + square / total
    return Share(count, total, part, max(0.0, middle - reach), min(1.0, middle + reach))
