"""What a set says of its structures, frame by frame."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from .shapes import Contour, Mask
from .tracks import Track, shape_at


@dataclass(frozen=True, slots=True)
class ChannelTrack:
    """One structure through time with its label in masks."""

    channel: int
    structure_code: str
    track: Track
    not_visible: tuple[tuple[int, int], ...] = ()  # frames in which the structure is not seen

    def shape_at(self, frame_index: int) -> Contour | Mask | None:
        """The shape in a frame: none between keyframes where the structure was judged not visible;
        a shape put at that very frame outweighs the judgement.
        """
        if any(first <= frame_index <= last for first, last in self.not_visible) and not any(
            keyframe.frame_index == frame_index for keyframe in self.track.keyframes
        ):
            return None
        return shape_at(self.track, frame_index)


def annotated_frames(tracks: Iterable[ChannelTrack], frame_count: int) -> list[int]:
    """Frame indices about which a set says anything: from a track's first keyframe to its last, and
    where a structure was judged not visible.

    Between two keyframes every frame is annotated, also where the structure is absent; a frame that
    no track covers was never looked at, so it is not an empty frame to train on.
    """
    covered = np.zeros(frame_count, dtype=bool)
    for channel_track in tracks:
        keyframes = channel_track.track.keyframes
        if keyframes:
            covered[keyframes[0].frame_index : keyframes[-1].frame_index + 1] = True
        for first, last in channel_track.not_visible:
            covered[first : last + 1] = True
    return [int(index) for index in np.flatnonzero(covered)]
