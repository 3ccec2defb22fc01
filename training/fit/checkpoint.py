"""Checkpoints that survive a kill at any moment: draft, fsync, rename; the one before is kept."""

from __future__ import annotations

import json
import os
import zipfile
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from training.datasets.problem import BadInputError

CHECKPOINT = "checkpoint"  # in a fold's folder
CURRENT = "state.npz"
PREVIOUS = "state.previous.npz"


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a fold has come: whole epochs, then steps into the next one.

    No random state is kept because none exists: every draw is a function of (seed, epoch, image).
    losses holds the batch losses of the unfinished epoch; curves the finished epochs' events.
    """

    epoch: int = 0
    step: int = 0
    losses: tuple[float, ...] = ()
    curves: tuple[dict[str, Any], ...] = ()


def save_checkpoint(
    folder: Path, model: Any, optimiser: Any, progress: Progress, fingerprint: str
) -> None:
    """Write weights, optimiser state and progress; a kill at any point leaves one good file.

    Raises OSError where the disk refuses (full, read-only); the earlier checkpoint then stands.
    """
    folder.mkdir(parents=True, exist_ok=True)
    state: dict[str, NDArray[Any]] = {}
    for prefix, variables in (("model", model.variables), ("optimiser", optimiser.variables)):
        for number, variable in enumerate(variables):
            state[f"{prefix}{number}"] = np.asarray(variable)
    described = {
        "fingerprint": fingerprint,
        "epoch": progress.epoch,
        "step": progress.step,
        "losses": progress.losses,
        "curves": progress.curves,
    }
    state["progress"] = np.array(json.dumps(described))
    draft = folder / f".{CURRENT}.{os.getpid()}.draft"
    try:
        with draft.open("wb") as file:
            np.savez(file, allow_pickle=False, **state)
            file.flush()
            os.fsync(file.fileno())
        current = folder / CURRENT
        if current.exists():
            current.replace(folder / PREVIOUS)
        draft.replace(current)
    finally:
        draft.unlink(missing_ok=True)


def load_checkpoint(
    folder: Path, model: Any, optimiser: Any, fingerprints: Collection[str]
) -> Progress | None:
    """Put the newest good checkpoint into the model and the (built) optimiser.

    Returns None where there is none. Raises BadInputError for a checkpoint of another plan, one
    with none of the fingerprints.
    """
    for name in (CURRENT, PREVIOUS):
        state = _read(folder / name)
        if state is None:
            continue
        described = json.loads(str(state.pop("progress")))
        if described["fingerprint"] not in fingerprints:
            raise BadInputError(
                f"{folder} holds a checkpoint of other images, masks, classes or another recipe; "
                "choose another --out, or remove it to start afresh."
            )
        for prefix, variables in (("model", model.variables), ("optimiser", optimiser.variables)):
            for number, variable in enumerate(variables):
                variable.assign(state[f"{prefix}{number}"])
        return Progress(
            epoch=int(described["epoch"]),
            step=int(described["step"]),
            losses=tuple(described["losses"]),
            curves=tuple(described["curves"]),
        )
    return None


def _read(path: Path) -> dict[str, NDArray[Any]] | None:
    """All arrays of a checkpoint file, or None where it is missing or damaged."""
    try:
        with np.load(path, allow_pickle=False) as archive:
            return {name: archive[name] for name in archive.files}
    except (OSError, ValueError, EOFError, KeyError, zipfile.BadZipFile):
        return None
