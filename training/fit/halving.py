"""Remembers in a fold's folder that memory held only part of the batch that was asked for."""

from __future__ import annotations

import json
import shutil

from training.fit.plan import FitPlan

FILE = "batch-size.json"


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
