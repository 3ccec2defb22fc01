"""Fits one fold: feed, step, checkpoint, curves, then the model file and its predictions."""

from training.fit.loop import fit_fold
from training.fit.plan import FitError, FitPlan, FitStopped, FoldResult

__all__ = ["FitError", "FitPlan", "FitStopped", "FoldResult", "fit_fold"]
