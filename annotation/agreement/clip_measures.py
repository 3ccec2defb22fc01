"""Compares the readers of one clip, frame by frame and structure by structure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from annotation.agreement.readings import ClipReadings
from annotation.agreement.table import BOTH, FIRST, FRAME_ROW, NEITHER, SECOND
from annotation.geometry import ChannelTrack, shape_mask
from annotation.geometry.rle import box_from_mask
from annotation.geometry.shapes import Mask
from annotation.measures import (
    RegionCounts,
    Regions,
    distances_between,
    find_regions,
    match_regions,
    minimum_region_area,
    surface,
)
from annotation.measures.regions import MINIMUM_OVERLAP

UNSEEN, ABSENT, PRESENT = -1, 0, 1


@dataclass(frozen=True, slots=True)
class ClipMeasures:
    """rows: FRAME_ROW (n,). visible: int8 (channels, readings, frames): PRESENT, ABSENT, or UNSEEN
    where the reader, or everyone else, did not look at the frame.
    """

    clip: int
    subject: str
    rows: NDArray[np.void]
    visible: NDArray[np.int8]


@dataclass(slots=True)
class _Drawn:
    """A structure's pixels in a frame, bool in a box at (left, top), never empty."""

    left: int
    top: int
    pixels: NDArray[np.bool_]
    minimum_area: float
    area: int = field(init=False)
    is_one_piece: bool = field(init=False)
    _regions: Regions | None = None
    _surface: NDArray[np.float32] | None = None

    def __post_init__(self) -> None:
        self.area = int(np.count_nonzero(self.pixels))
        self.is_one_piece = self.area >= self.minimum_area and _is_one_piece(self.pixels)

    @property
    def right(self) -> int:
        return self.left + int(self.pixels.shape[1])

    @property
    def bottom(self) -> int:
        return self.top + int(self.pixels.shape[0])

    @property
    def region_count(self) -> int:
        return 1 if self.is_one_piece else self.regions.count

    @property
    def regions(self) -> Regions:
        if self._regions is None:
            self._regions = find_regions(self.pixels, self.minimum_area)
        return self._regions

    @property
    def surface(self) -> NDArray[np.float32]:
        if self._surface is None:
            self._surface = surface(self.pixels, self.left, self.top)
        return self._surface


def _is_one_piece(pixels: NDArray[np.bool_]) -> bool:
    """Whether every row is one run that meets the next row's: most structures are, and this is
    known sooner than the regions. False says nothing.
    """
    count = pixels.sum(axis=1)
    begin = pixels.argmax(axis=1)
    end = pixels.shape[1] - pixels[:, ::-1].argmax(axis=1)  # exclusive
    if not count.all() or (end - begin != count).any():
        return False
    return bool(((begin[1:] <= end[:-1]) & (end[1:] >= begin[:-1])).all())


def measure_clip(clip: ClipReadings, channels: Sequence[int]) -> ClipMeasures:
    """Compare each pair of readings in the frames that both looked at.

    channels: the structures to compare, as `ChannelTrack.channel` names them.
    """
    looked = np.stack([each.looked_at(clip.frame_count) for each in clip.readings])
    compared = np.flatnonzero(looked.sum(axis=0) >= 2)
    visible = np.full((len(channels), *looked.shape), UNSEEN, dtype=np.int8)
    visible[:, :, compared] = np.where(looked[:, compared], ABSENT, UNSEEN)
    minimum_area = minimum_region_area(clip.height, clip.width)
    rows: list[tuple[Any, ...]] = []
    tracks = [
        [[one for one in reading.tracks if one.channel == channel] for reading in clip.readings]
        for channel in channels
    ]
    readers = [reading.reader for reading in clip.readings]
    for frame in compared.tolist():
        lookers = np.flatnonzero(looked[:, frame]).tolist()
        pairs = list(combinations(lookers, 2))
        for place, channel in enumerate(channels):
            drawn = {}
            for reading in lookers:
                found = _drawn(tracks[place][reading], frame, clip, minimum_area)
                if found is not None:
                    drawn[reading] = found
                    visible[place, reading, frame] = PRESENT
            rows.extend(
                (
                    *(clip.clip, frame, channel, readers[first], readers[second]),
                    *_compared(drawn.get(first), drawn.get(second)),
                )
                for first, second in pairs
            )
    return ClipMeasures(clip.clip, clip.subject, np.array(rows, dtype=FRAME_ROW), visible)


def _drawn(
    tracks: Sequence[ChannelTrack], frame: int, clip: ClipReadings, minimum_area: float
) -> _Drawn | None:
    """The pixels that a reader's tracks of one structure cover together."""
    masks = [
        mask
        for track in tracks
        if (shape := track.shape_at(frame)) is not None
        and not (mask := shape_mask(shape, clip.width, clip.height)).is_empty
    ]
    if not masks:
        return None
    left, top, pixels = _united(masks)
    return _Drawn(left, top, pixels, minimum_area)


def _united(masks: Sequence[Mask]) -> tuple[int, int, NDArray[np.bool_]]:
    if len(masks) == 1:
        return masks[0].x, masks[0].y, box_from_mask(masks[0])
    left, top = min(mask.x for mask in masks), min(mask.y for mask in masks)
    right = max(mask.x + mask.width for mask in masks)
    bottom = max(mask.y + mask.height for mask in masks)
    pixels = np.zeros((bottom - top, right - left), dtype=np.bool_)
    for mask in masks:
        x, y = mask.x - left, mask.y - top
        pixels[y : y + mask.height, x : x + mask.width] |= box_from_mask(mask)
    return left, top, pixels


def _compared(first: _Drawn | None, second: _Drawn | None) -> tuple[Any, ...]:
    """The members of a row from `state` on."""
    if first is None and second is None:
        return (NEITHER, 0, 0, 0, np.nan, np.nan, 0, 0, 0, 0)
    if first is None or second is None:
        first_px, first_count = (0, 0) if first is None else (first.area, first.region_count)
        second_px, second_count = (0, 0) if second is None else (second.area, second.region_count)
        state = SECOND if first is None else FIRST
        return (state, first_px, second_px, 0, np.nan, np.nan, first_count, 0, second_count, 0)
    shared, counts = _overlap(first, second)
    hausdorff, mean = distances_between(first.surface, second.surface)
    return (
        *(BOTH, first.area, second.area, shared, hausdorff, mean),
        *(counts.true, counts.true_matched, counts.predicted, counts.predicted_matched),
    )


def _overlap(first: _Drawn, second: _Drawn) -> tuple[int, RegionCounts]:
    """Shared pixels, and matched regions with the first reader's as the true ones."""
    left, top = max(first.left, second.left), max(first.top, second.top)
    right, bottom = min(first.right, second.right), min(first.bottom, second.bottom)
    if left >= right or top >= bottom:
        return 0, RegionCounts(second.region_count, 0, first.region_count, 0)

    def part(of: _Drawn) -> tuple[slice, slice]:
        return slice(top - of.top, bottom - of.top), slice(left - of.left, right - of.left)

    shared = int(np.count_nonzero(first.pixels[part(first)] & second.pixels[part(second)]))
    if first.is_one_piece and second.is_one_piece:
        found = int(shared > MINIMUM_OVERLAP * max(first.area, second.area))
        return shared, RegionCounts(1, found, 1, found)
    counts = match_regions(
        first.regions,
        second.regions,
        first.regions.labels[part(first)],
        second.regions.labels[part(second)],
    )
    return shared, counts
