"""Verbs of training: freeze, start, fit, finalise, cancel."""

from training.services.run_cancel import run_cancel
from training.services.run_start import run_start
from training.services.snapshot_freeze import snapshot_freeze

__all__ = ["run_cancel", "run_start", "snapshot_freeze"]
