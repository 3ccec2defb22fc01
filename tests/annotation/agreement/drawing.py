"""Readings drawn in a line, for tests of agreement."""

from __future__ import annotations

from collections.abc import Mapping

from annotation.agreement import ClipReadings, Reading
from annotation.geometry import Absent, ChannelTrack, Contour, Keyframe, Shape, Track, contour

WIDTH, HEIGHT = 256, 256


def square(left: float, top: float, side: float = 40.0) -> Contour:
    """Its pixels are the whole columns left..left+side-1 and rows top..top+side-1."""
    right, bottom = left + side, top + side
    return contour("polygon", [[left, top], [right, top], [right, bottom], [left, bottom]])


def track(channel: int, shapes: Mapping[int, Shape]) -> ChannelTrack:
    """Shapes by frame, each held until the next."""
    keyframes = [Keyframe(frame, shape) for frame, shape in sorted(shapes.items())]
    return ChannelTrack(channel, f"s{channel}", Track(keyframes))


def never_seen(channel: int, first: int, last: int) -> ChannelTrack:
    """Judged not visible from the first frame to the last."""
    return ChannelTrack(channel, f"s{channel}", Track([]), ((first, last),))


def clip(
    *tracks: tuple[ChannelTrack, ...],
    number: int = 0,
    subject: str = "S-001",
    frame_count: int = 10,
    microns_per_pixel: float | None = None,
) -> ClipReadings:
    """A clip with a reading for each argument."""
    return ClipReadings(
        number,
        subject,
        WIDTH,
        HEIGHT,
        frame_count,
        microns_per_pixel,
        tuple(Reading(reader, each) for reader, each in enumerate(tracks)),
    )


ABSENT = Absent()
