"""What readers said of a clip."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from annotation.geometry import ChannelTrack, annotated_frames


@dataclass(frozen=True, slots=True)
class Reading:
    """One reader's tracks of a clip. reader: the reader's place in the list of all readers."""

    reader: int
    tracks: tuple[ChannelTrack, ...]

    def looked_at(self, frame_count: int) -> NDArray[np.bool_]:
        """In which frames, bool (frame_count,), the reader said anything: see `annotated_frames`.

        In such a frame a structure that has no pixel is one that the reader says is not there.
        """
        seen = np.zeros(frame_count, dtype=np.bool_)
        seen[annotated_frames(self.tracks, frame_count)] = True
        return seen


@dataclass(frozen=True, slots=True)
class ClipReadings:
    """The readings of one clip, by growing reader. Sizes in pixels; the scale None if unknown."""

    clip: int
    subject: str
    width: int
    height: int
    frame_count: int
    microns_per_pixel: float | None
    readings: tuple[Reading, ...]
