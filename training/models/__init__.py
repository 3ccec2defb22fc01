"""Snapshots, runs, folds and their curves."""

from training.models.epoch import Epoch
from training.models.run import Fold, FoldState, RunState, TrainingRun
from training.models.snapshot import DatasetSnapshot

__all__ = ["DatasetSnapshot", "Epoch", "Fold", "FoldState", "RunState", "TrainingRun"]
