"""The one definition of a clip's pixels: 8-bit grey, full range.

- A YUV picture gives its luma plane. Studio range (16 to 235, the default of H.264 and MPEG-4
  Part 2) is stretched to 0 to 255 and clipped, as libswscale converts to "gray" (ITU-R BT.601-7,
  2.5.3: Y = 219 E + 16); full range (JPEG, "yuvj", pc) is taken as it is.
- An RGB or palette picture gives the luma of ITU-R BT.601, 0.299 R + 0.587 G + 0.114 B, rounded,
  so a grey picture stored as RGB keeps its exact values.
- Deeper than 8 bits: the high byte of 16-bit stills; libswscale's rounding for video.

Quarter turns and mirroring stored in the container are applied, so that the picture stands as the
scanner showed it. Pixel aspect ratio is not: pixels are stored pixels.
"""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

_FIXED_ONE = 1 << 16  # display matrices are 16.16 fixed point
_FULL_RANGE = 2  # AVCOL_RANGE_JPEG
# Formats whose first plane is 8-bit luma; a "yuvj" one is full range by its name.
_LUMA_FIRST = frozenset(
    f"yuv{letter}{sampling}p" for letter in ("", "j") for sampling in (410, 411, 420, 422, 440, 444)
) | {"nv12", "nv16", "nv24"}


def _studio_to_full() -> NDArray[np.uint8]:
    luma = np.arange(256, dtype=np.int64)
    # libswscale's lumRangeToJpeg in its 15-bit fixed point: (255 / 219) (Y - 16), clipped
    wide = (np.minimum(luma << 7, 30189) * 19077 - 39057361) >> 14
    return np.asarray(np.clip((wide + 64) >> 7, 0, 255), dtype=np.uint8)


STUDIO_TO_FULL = _studio_to_full()


def grey_from_picture(picture: Image.Image) -> NDArray[np.uint8]:
    """Grey uint8 (H, W) of a loaded Pillow picture of any mode."""
    if picture.mode.startswith("I;16"):
        return np.ascontiguousarray(np.asarray(picture) >> 8, dtype=np.uint8)
    return np.array(picture.convert("L"), dtype=np.uint8)


def display_matrix(frame: Any) -> NDArray[np.int32] | None:
    """The display matrix of an `av.VideoFrame`, int32 (9,), None when it stands as stored."""
    for side in frame.side_data:
        if side.type.name == "DISPLAYMATRIX":
            return np.frombuffer(bytes(side), dtype="<i4")[:9].astype(np.int32)
    return None


def grey_from_video_frame(frame: Any, matrix: NDArray[np.int32] | None = None) -> NDArray[np.uint8]:
    """Grey uint8 (H, W) of an `av.VideoFrame`, turned upright by `matrix`."""
    if frame.format.is_rgb or frame.format.has_palette:
        grey = grey_from_picture(Image.fromarray(frame.to_ndarray(format="rgb24")))
    elif frame.format.name in _LUMA_FIRST:
        grey = _full_range_luma(frame)
    else:
        grey = frame.to_ndarray(format="gray")
    if matrix is not None:
        grey = upright(grey, matrix)
    return np.ascontiguousarray(grey, dtype=np.uint8)


def _full_range_luma(frame: Any) -> NDArray[np.uint8]:
    """What `to_ndarray(format="gray")` gives, without a pass of libswscale."""
    plane = frame.planes[0]
    if plane.line_size < frame.width:  # stored upside down
        return np.asarray(frame.to_ndarray(format="gray"), dtype=np.uint8)
    stored = np.frombuffer(plane, dtype=np.uint8)[: plane.line_size * frame.height]
    luma = stored.reshape(frame.height, plane.line_size)[:, : frame.width]
    if frame.color_range == _FULL_RANGE or frame.format.name.startswith("yuvj"):
        return luma
    return np.asarray(cv2.LUT(luma, STUDIO_TO_FULL), dtype=np.uint8)


def upright(grey: NDArray[np.uint8], matrix: NDArray[np.int32]) -> NDArray[np.uint8]:
    """Turn (H, W) by a display matrix, int32 (9,) in the order of ISO/IEC 14496-12, 8.2.2.

    A stored pixel (x, y) is shown at (a x + c y, b x + d y) with a, b = matrix[0:2] and
    c, d = matrix[3:5]. Quarter turns and mirroring are applied; any other matrix is left alone,
    since it would need resampling.
    """
    a, b, c, d = (round(int(matrix[at]) / _FIXED_ONE, 3) for at in (0, 1, 3, 4))
    if abs(a) == abs(d) == 1 and b == c == 0:
        columns, rows = a, d
    elif abs(b) == abs(c) == 1 and a == d == 0:
        grey, columns, rows = grey.T, c, b
    else:
        return grey
    return grey[:: int(rows), :: int(columns)]
