"""Where a run's folds work on this machine.

Nothing in it outlives the run, but for the checkpoints of one that failed: who tries it again
within a week goes on from them.
"""

import shutil
from datetime import timedelta
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from training.models import Fold, FoldState, RunState, TrainingRun

FAILED_ARE_KEPT = timedelta(days=7)
ENDED = (RunState.DONE, RunState.FAILED, RunState.CANCELLED)


def run_folder(run_id: UUID) -> Path:
    """The run's folder: `data/` holds the snapshot's files, `out/` what the folds write."""
    return _root() / str(run_id)


def run_folder_discard(run_id: UUID) -> bool:
    """Delete the folder once the run has ended and no fold is still being stopped; whether it did.

    Of a run that failed the checkpoints stay.
    """
    run = TrainingRun.objects.filter(pk=run_id, state__in=ENDED).first()
    if run is None:
        return False
    if Fold.objects.filter(run_id=run_id, state=FoldState.RUNNING).exists():
        return False
    folder = run_folder(run_id)
    if run.state == RunState.FAILED and run.finished_at is not None:
        is_kept = run.finished_at + FAILED_ARE_KEPT > timezone.now()
        folder = folder / "data" if is_kept else folder  # data is written again from the snapshot
    shutil.rmtree(folder, ignore_errors=True)
    return True


def run_folders_sweep() -> int:
    """Delete folders of failed runs whose time is over, and of runs that are gone; how many."""
    removed = 0
    for folder in _root().iterdir() if _root().is_dir() else ():
        run_id = _run_id(folder)
        if run_id is None:
            continue
        if not TrainingRun.objects.filter(pk=run_id).exists():
            shutil.rmtree(folder, ignore_errors=True)
        else:
            run_folder_discard(run_id)
        removed += not folder.exists()
    return removed


def _root() -> Path:
    return Path(settings.STATE_DIR) / "training"


def _run_id(folder: Path) -> UUID | None:
    try:
        return UUID(folder.name)
    except ValueError:  # exports work beside them
        return None
