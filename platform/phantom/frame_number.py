"""A frame number written into the pixels, for proving which frame a decoder, a browser or a network
has shown.

Along the lower edge lie two rows of cells, each row `max(8, H / 32)` pixels high: a start mark, 16
bits with the highest first, two parity bits and an end mark. The lower row is the negative of the
upper one, so a bit is the sign of a difference and survives changes of gain; an ordinary picture
does not show 23 such pairs.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_BITS = 16
_START = (1, 0, 1)
_END = (0, 1)
_CELLS = len(_START) + _BITS + 2 + len(_END)
_LEAST_CONTRAST = 72
_LEAST_WIDTH = 4 * _CELLS
_LEAST_HEIGHT = 32


def burn_index(image: NDArray[np.uint8], index: int) -> NDArray[np.uint8]:
    """Return a copy of uint8 (H, W) or (H, W, C) with `index` written along its lower edge.

    Raises ValueError for an index outside 0 to 65535 or an image under 92 x 32 pixels.
    """
    if not 0 <= index < 1 << _BITS:
        raise ValueError(f"a frame number of 0 to {(1 << _BITS) - 1} can be written, got {index}")
    height, width = image.shape[:2]
    if width < _LEAST_WIDTH or height < _LEAST_HEIGHT:
        raise ValueError(
            f"a frame number needs {_LEAST_WIDTH} x {_LEAST_HEIGHT} pixels, "
            f"the image has {width} x {height}"
        )
    bits = [index >> place & 1 for place in reversed(range(_BITS))]
    cells = np.array((*_START, *bits, *_parity(bits), *_END), np.uint8) * 255
    columns = np.arange(width) * _CELLS // width
    row = cells[columns]
    if image.ndim == 3:
        row = row[:, None]
    band = _band(height)
    marked = image.copy()
    marked[height - 2 * band : height - band] = row
    marked[height - band :] = 255 - row
    return marked


def read_index(image: NDArray[np.uint8]) -> int | None:
    """Return the frame number written in uint8 (H, W) or (H, W, C), or None where there is none
    that can be trusted.
    """
    height, width = image.shape[:2]
    if width < _LEAST_WIDTH or height < _LEAST_HEIGHT:
        return None
    grey = (
        image.astype(np.float32)
        if image.ndim == 2
        else image[..., :3].mean(axis=-1, dtype=np.float32)
    )
    band = _band(height)
    margin = band // 4
    upper = grey[height - 2 * band + margin : height - band - margin].mean(axis=0)
    lower = grey[height - band + margin : height - margin].mean(axis=0)
    difference = upper - lower
    cell_width = width / _CELLS
    bits = []
    for cell in range(_CELLS):
        # the middle half of a cell is clear of ringing from its neighbours
        left, right = (cell + 0.25) * cell_width, (cell + 0.75) * cell_width
        contrast = float(difference[round(left) : max(round(right), round(left) + 1)].mean())
        if abs(contrast) < _LEAST_CONTRAST:
            return None
        bits.append(int(contrast > 0))
    start, rest = tuple(bits[: len(_START)]), bits[len(_START) :]
    number, parity, end = rest[:_BITS], tuple(rest[_BITS : _BITS + 2]), tuple(rest[_BITS + 2 :])
    if start != _START or end != _END or parity != _parity(number):
        return None
    return int("".join(map(str, number)), 2)


def _parity(bits: list[int]) -> tuple[int, int]:
    """Return odd parity of the bits at even places, even parity of those at odd places."""
    return 1 - sum(bits[::2]) % 2, sum(bits[1::2]) % 2


def _band(height: int) -> int:
    return max(8, round(height / 32))
