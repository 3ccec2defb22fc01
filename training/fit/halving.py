"""Remembers in a fold's folder that memory held only part of the batch that was asked for."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from training.fit.memory import is_out_of_memory
from training.fit.plan import FitPlan

FILE = "batch-size.json"


class BatchTooLarge(Exception):  # noqa: N818 - a reason to take a smaller one, not an end
    """Memory did not hold a batch that can be halved."""


@contextmanager
def batch_in_memory(batch_size: int) -> Iterator[None]:
    """Within it, memory that runs out raises BatchTooLarge, unless a batch is one image already.

    Only for what is trained and validated in batches: nothing else needs less with smaller ones.
    """
    try:
        yield
    except Exception as problem:
        if batch_size == 1 or not is_out_of_memory(problem):
            raise
        raise BatchTooLarge from problem


def remembered_batch_size(plan: FitPlan) -> int:
    """The batch size that fitted into memory before, or the recipe's."""
    try:
        kept = json.loads((plan.out / FILE).read_text(encoding="utf-8"))
        if kept["asked"] == plan.recipe.batch_size:
            return int(kept["used"])
    except (OSError, ValueError, KeyError, TypeError):
        pass
    return plan.recipe.batch_size


def halve_batch(plan: FitPlan, batch_size: int) -> int:
    """Keep half of batch_size for this fold and drop what was trained with more; returns it."""
    used = max(1, batch_size // 2)
    described = {"asked": plan.recipe.batch_size, "used": used}
    (plan.out / FILE).write_text(json.dumps(described) + "\n", encoding="utf-8")
    # steps are counted in batches: a checkpoint of larger ones cannot be gone on with
    shutil.rmtree(plan.out / "checkpoint", ignore_errors=True)
    return used
