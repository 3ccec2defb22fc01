"""Remembers in a fold's folder that memory held only part of the batch that was asked for."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from training.fit.checkpoint import CHECKPOINT
from training.fit.memory import is_out_of_memory

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


def remembered_batch_size(fold: Path, asked: int) -> int:
    """The batch size that fitted into memory before in this folder, or that of the recipe."""
    try:
        kept = json.loads((fold / FILE).read_text(encoding="utf-8"))
        if kept["asked"] == asked:
            return int(kept["used"])
    except (OSError, ValueError, KeyError, TypeError):
        pass
    return asked


def halve_batch(fold: Path, asked: int) -> int:
    """Keep half of what was used last for this fold, drop what was trained with more; returns it.

    One image stays one image.
    """
    used = max(1, remembered_batch_size(fold, asked) // 2)
    (fold / FILE).write_text(json.dumps({"asked": asked, "used": used}) + "\n", encoding="utf-8")
    # steps are counted in batches: a checkpoint of larger ones cannot be gone on with
    shutil.rmtree(fold / CHECKPOINT, ignore_errors=True)
    return used
