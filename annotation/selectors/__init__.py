"""Reads that other apps and several screens need."""

from annotation.selectors.clips import (
    clip_frames,
    clip_rows,
    clips_to_read_blinded,
)
from annotation.selectors.sets import (
    AcceptedFrame,
    LabelChoice,
    ReaderWork,
    accepted_frames,
    accepted_readers,
    label_maps,
    set_tracks,
)

__all__ = [
    "AcceptedFrame",
    "LabelChoice",
    "ReaderWork",
    "accepted_frames",
    "accepted_readers",
    "clip_frames",
    "clip_rows",
    "clips_to_read_blinded",
    "label_maps",
    "set_tracks",
]
