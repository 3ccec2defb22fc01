"""Verbs of training: freeze, start, fit, pause, try again, finalise, cancel."""

from training.services.run_cancel import run_cancel
from training.services.run_pause import run_pause, run_resume
from training.services.run_retry import run_retry
from training.services.run_start import run_start
from training.services.snapshot_freeze import snapshot_freeze

__all__ = [
    "run_cancel",
    "run_pause",
    "run_resume",
    "run_retry",
    "run_start",
    "snapshot_freeze",
]
