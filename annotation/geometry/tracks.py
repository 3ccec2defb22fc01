"""One structure through time: keyframes, and the shape at any frame."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from .contour_blend import ContourBlend, blend_contours
from .mask_blend import MaskBlend, blend_masks
from .raster import whole_mask
from .shapes import Absent, Contour, Mask, Shape, ShapeError


@dataclass(frozen=True, slots=True)
class Keyframe:
    """A shape that was set at a frame; `frame_index` counts from 0 in the clip's frame table."""

    frame_index: int
    shape: Shape


@dataclass(frozen=True, slots=True)
class Blend:
    """The way from one keyframe's shape to the next one's."""

    first: Contour | Mask
    second: Contour | Mask
    between: ContourBlend | MaskBlend | None

    def at(self, step: int, steps: int) -> Contour | Mask:
        """The shape `step` of `steps` equal steps on the way.

        At both ends the keyframe's own shape. Where nothing can be blended (one shape covers no
        pixel) the shape of the nearer end, halfway the first.
        """
        if step <= 0:
            return self.first
        if step >= steps:
            return self.second
        if self.between is None:
            return self.first if 2 * step <= steps else self.second
        return self.between.at(step, steps)


def blend_shapes(first: Contour | Mask, second: Contour | Mask) -> Blend:
    """Prepare interpolation: contours give polygons; a mask on either side gives masks."""
    if isinstance(first, Contour) and isinstance(second, Contour):
        return Blend(first, second, blend_contours(first, second))
    a = whole_mask(first) if isinstance(first, Contour) else first
    b = whole_mask(second) if isinstance(second, Contour) else second
    if a is None or b is None:
        return Blend(first, second, None)
    return Blend(first, second, blend_masks(a, b))


@dataclass(frozen=True, slots=True)
class Track:
    """Keyframes of one structure in strictly growing frame order.

    What is prepared between two keyframes is kept, so asking for many frames costs little more
    than asking for one. Raises ShapeError when the order is wrong.
    """

    keyframes: tuple[Keyframe, ...]
    _indices: tuple[int, ...] = field(init=False, repr=False, compare=False)
    _blends: dict[int, Blend] = field(init=False, repr=False, compare=False, default_factory=dict)

    def __init__(self, keyframes: Sequence[Keyframe]) -> None:
        indices = tuple(keyframe.frame_index for keyframe in keyframes)
        for earlier, later in pairwise(indices):
            if earlier >= later:
                raise ShapeError(
                    f"The keyframes of a track must be in order: frame {later} follows {earlier}."
                )
        object.__setattr__(self, "keyframes", tuple(keyframes))
        object.__setattr__(self, "_indices", indices)
        object.__setattr__(self, "_blends", {})

    def shape_at(self, frame_index: int) -> Contour | Mask | None:
        """The shape at a frame; see the function `shape_at`."""
        after = bisect_right(self._indices, frame_index)
        if after == 0:
            return None
        earlier = self.keyframes[after - 1]
        if isinstance(earlier.shape, Absent):
            return None
        if earlier.frame_index == frame_index:
            return earlier.shape
        if after == len(self.keyframes):
            return None
        later = self.keyframes[after]
        if isinstance(later.shape, Absent):
            return earlier.shape
        blend = self._blends.get(after)
        if blend is None:
            blend = blend_shapes(earlier.shape, later.shape)
            self._blends[after] = blend
        return blend.at(frame_index - earlier.frame_index, later.frame_index - earlier.frame_index)


def shape_at(track: Track, frame_index: int) -> Contour | Mask | None:
    """The shape of a structure at a frame, or None where it is not in the picture.

    At a keyframe its own shape; between two keyframes the interpolated one; before the first and
    after the last keyframe None. An `absent` keyframe ends the structure until the next keyframe;
    before it the earlier shape is held, for there is nothing to turn into.
    """
    return track.shape_at(frame_index)
