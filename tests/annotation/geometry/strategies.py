"""Random shapes for property tests."""

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from annotation.geometry import Contour, Mask, contour, mask_from_dense

# sixteenths of a pixel: a whole-pixel move then changes no rounding of the input itself
coordinates = st.integers(-20 * 16, 90 * 16).map(lambda value: value / 16)
points = st.tuples(coordinates, coordinates)


@st.composite
def contours(draw: st.DrawFn, *, least: int = 0) -> Contour:
    placed = draw(st.lists(points, min_size=least, max_size=14))
    flags = draw(st.lists(st.booleans(), min_size=len(placed), max_size=len(placed)))
    return contour(draw(st.sampled_from(["spline", "polygon"])), placed, flags)


@st.composite
def star_shaped(draw: st.DrawFn) -> Contour:
    """A contour that does not cross itself: one radius for each of evenly spaced directions."""
    n = draw(st.integers(5, 12))
    radii = np.array(draw(st.lists(st.integers(12, 30), min_size=n, max_size=n)))
    angle = 2 * np.pi * np.arange(n) / n
    offsets = radii[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    return contour("polygon", np.round(offsets * 16) / 16 + 40)


@st.composite
def masks(draw: st.DrawFn) -> Mask:
    shape = draw(st.tuples(st.integers(1, 14), st.integers(1, 14)))
    dense = draw(arrays.arrays(np.bool_, shape))
    return mask_from_dense(dense, draw(st.integers(-30, 60)), draw(st.integers(-30, 60)))
