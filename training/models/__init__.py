"""Snapshots, runs, folds, their curves and reports, and exported models."""

from training.models.epoch import Epoch
from training.models.model_export import ModelExport
from training.models.report import RunReport
from training.models.run import Fold, FoldState, RunState, TrainingRun
from training.models.snapshot import DatasetSnapshot

__all__ = [
    "DatasetSnapshot",
    "Epoch",
    "Fold",
    "FoldState",
    "ModelExport",
    "RunReport",
    "RunState",
    "TrainingRun",
]
