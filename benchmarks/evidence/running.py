"""Works down the plan: each fold in a process of its own, which goes on from its checkpoint."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Sequence
from pathlib import Path

from benchmarks.evidence.plan import Fold
from benchmarks.evidence.record import valid_record
from benchmarks.evidence.taking import take_fold, this_machine
from training.cli import EXIT_STOPPED
from training.fit.plan import FitError
from training.fit.stopping import StopSignal

_POLL_SECONDS = 0.5


def run_folds(
    folds: Iterable[Fold], *, root: Path, work: Path, records: Path, minutes: float | None
) -> int:
    """Run what is not done, in order, for at most so many minutes; returns how many were finished.

    A fold that time runs out for keeps its checkpoint in `work`, and the next call goes on from
    there. SIGTERM and SIGINT end it in the same way. FitError where a fold fails.
    """
    deadline = None if minutes is None else time.monotonic() + 60.0 * minutes
    finished = 0
    with StopSignal() as is_asked_to_stop:
        for fold in folds:
            if valid_record(fold, records) is not None:
                continue
            fold.data.pairs(root)  # other files than the plan's are refused before they cost hours
            out = fold.run_folder(work)
            print(f"{fold.name}:", flush=True)
            if not _fitted(_command(fold, root, out), fold, deadline, is_asked_to_stop):
                print(f"{fold.name} stopped; the same command goes on from its checkpoint.")
                return finished
            take_fold(
                fold,
                out / f"fold-{fold.fold}",
                root=root,
                records=records,
                commit=_commit(),
                machine=this_machine(),
            )
            finished += 1
            print(f"Wrote {fold.record_file(records)}", flush=True)
    return finished


def _fitted(
    command: Sequence[str], fold: Fold, deadline: float | None, is_asked_to_stop: StopSignal
) -> bool:
    """Whether the fold came to its end; else it was stopped and has its checkpoint."""
    process = subprocess.Popen(command)
    is_told = False
    while (status := process.poll()) is None:
        is_late = deadline is not None and time.monotonic() >= deadline
        if (is_late or is_asked_to_stop()) and not is_told:
            process.send_signal(signal.SIGTERM)
            is_told = True
        time.sleep(_POLL_SECONDS)
    # a method from before networks keeps no checkpoint: it dies of the signal and begins anew
    if status == EXIT_STOPPED or (is_told and status == -signal.SIGTERM):
        return False
    if status != 0:
        raise FitError(f"{fold.name} ended with exit status {status}; what it said stands above.")
    return True


def _command(fold: Fold, root: Path, out: Path) -> list[str]:
    folders = (
        *("--images", str(root / fold.data.name / "images")),
        *("--masks", str(root / fold.data.name / "masks")),
        *("--classes", fold.data.classes, "--folds", str(fold.data.folds)),
        *("--fold", str(fold.fold), "--out", str(out)),
    )
    start = [sys.executable, "-m", "training"]
    if fold.is_classical:
        return [*start, "classical", "--method", fold.recipe, *folders]
    recipe = fold.network_recipe
    return [
        *start,
        *("fit", "--recipe", fold.recipe, *folders, "--parent-watch"),
        *("--epochs", str(recipe.epochs), "--precision", recipe.precision),
    ]


def _commit() -> str | None:
    """The commit that is checked out, marked where the files differ from it."""
    try:
        said = subprocess.run(
            ["git", "describe", "--always", "--abbrev=12", "--exclude=*", "--dirty=+changes"],
            check=True,
            capture_output=True,
            text=True,
        )
    except (OSError, subprocess.CalledProcessError):
        return None
    return said.stdout.strip()
