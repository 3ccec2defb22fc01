"""Where a run's folds work on this machine. Nothing in it outlives the run."""

import shutil
from pathlib import Path
from uuid import UUID

from django.conf import settings

from training.models import Fold, FoldState, RunState, TrainingRun


def run_folder(run_id: UUID) -> Path:
    """The run's folder: `data/` holds the snapshot's files, `out/` what the folds write."""
    return Path(settings.STATE_DIR) / "training" / str(run_id)


def run_folder_discard(run_id: UUID) -> bool:
    """Delete the folder once the run has ended and no fold is still being stopped."""
    ended = [RunState.DONE, RunState.FAILED, RunState.CANCELLED]
    if not TrainingRun.objects.filter(pk=run_id, state__in=ended).exists():
        return False
    if Fold.objects.filter(run_id=run_id, state=FoldState.RUNNING).exists():
        return False
    shutil.rmtree(run_folder(run_id), ignore_errors=True)
    return True
