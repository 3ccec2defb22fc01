"""The one definition of shapes: curves, masks, interpolation and measures. NumPy only."""

from .channel_tracks import ChannelTrack, annotated_frames
from .codec import decode_shape, encode_shape
from .documents import parse_shape, shape_to_json
from .labels import label_map
from .measure import (
    Box,
    CurvePlace,
    area,
    bounding_box,
    centroid,
    contains,
    nearest_on_contour,
    perimeter,
)
from .raster import shape_mask
from .rle import clipped, dense_from_mask, mask_from_dense, translated
from .shapes import (
    EMPTY_MASK,
    MAX_COORDINATE,
    MAX_POINTS,
    Absent,
    Contour,
    ContourKind,
    Mask,
    Shape,
    ShapeError,
    contour,
)
from .spline import GRID, Outline, outline
from .stored_json import stored_shape_to_json
from .tracks import Blend, Keyframe, Track, blend_shapes, shape_at

__all__ = [
    "EMPTY_MASK",
    "GRID",
    "MAX_COORDINATE",
    "MAX_POINTS",
    "Absent",
    "Blend",
    "Box",
    "ChannelTrack",
    "Contour",
    "ContourKind",
    "CurvePlace",
    "Keyframe",
    "Mask",
    "Outline",
    "Shape",
    "ShapeError",
    "Track",
    "annotated_frames",
    "area",
    "blend_shapes",
    "bounding_box",
    "centroid",
    "clipped",
    "contains",
    "contour",
    "decode_shape",
    "dense_from_mask",
    "encode_shape",
    "label_map",
    "mask_from_dense",
    "nearest_on_contour",
    "outline",
    "parse_shape",
    "perimeter",
    "shape_at",
    "shape_mask",
    "shape_to_json",
    "stored_shape_to_json",
    "translated",
]
