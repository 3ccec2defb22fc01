"""How an answer in the practice room is scored. NumPy and SciPy only; docs/practice.md has the
rules and their sources.
"""

from .delineating import DelineateScore, ErrorBand, error_bands, error_field, score_delineation
from .finding import FindScore, distance_to, interior_point, score_click
from .proposing import propose_frames, propose_scan
from .rating import Outcome, Recall, recall_of, yardstick_of
from .scanning import ScanScore, score_scan
from .shares import Share, share

__all__ = [
    "DelineateScore",
    "ErrorBand",
    "FindScore",
    "Outcome",
    "Recall",
    "ScanScore",
    "Share",
    "distance_to",
    "error_bands",
    "error_field",
    "interior_point",
    "propose_frames",
    "propose_scan",
    "recall_of",
    "score_click",
    "score_delineation",
    "score_scan",
    "share",
    "yardstick_of",
]
