"""Reads that other apps and several screens need."""

from annotation.selectors.clips import (
    clip_frames,
    clip_rows,
    clips_to_read_blinded,
)
from annotation.selectors.sets import (
    AcceptedFrame,
    LabelChoice,
    accepted_frames,
    label_maps,
    set_tracks,
)

__all__ = [
    "AcceptedFrame",
    "LabelChoice",
    "accepted_frames",
    "clip_frames",
    "clip_rows",
    "clips_to_read_blinded",
    "label_maps",
    "set_tracks",
]
