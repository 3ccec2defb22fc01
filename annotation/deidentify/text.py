"""Where text stands in a picture. It is found, never read.

The text detector of PP-OCRv4 (Differentiable Binarization: Liao et al. 2020, AAAI 34:11474), as it
ships in the wheel of rapidocr-onnxruntime, gives for each pixel how much it belongs to a line of
text. No recogniser is loaded, so no word is ever in memory as characters.
"""

from __future__ import annotations

import importlib.util
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, cast

import cv2
import numpy as np
import onnxruntime
from numpy.typing import NDArray

from .problem import DeidentifyError
from .redaction import Box, Grey

_MODEL = "models/ch_PP-OCRv4_det_infer.onnx"
_STRIDE = 32  # the network halves its input five times
# the network was trained on letters of some 20 pixels and more; scanners write with 8 to 14
_SHORT_SIDE = 736
_LONG_SIDE = 1600
_LIKELY = 0.3  # a pixel of text (the authors' threshold)
_UNCLIP = 1.8  # lines are predicted shrunken (the authors: 1.5); too much is better than too little
_SMALLEST = 3
_LOOK_HEIGHT = 30  # pixels a line is made high for a second look


@dataclass(frozen=True, slots=True)
class TextLine:
    """A line of text: its box in source pixels and the mean probability inside, 0 to 1."""

    box: Box
    confidence: float


def find_text(
    grey: Grey, *, at_least: float = 0.4, scale: float | None = None
) -> tuple[TextLine, ...]:
    """Lines of text in a picture uint8 (H, W), from top to bottom.

    `at_least` is the mean probability below which a place is not taken for text. `scale` is how
    many times larger the picture is made before it is looked at; None fits it to the detector.
    """
    height, width = grey.shape
    likely = _probability(grey, _fitting(height, width) if scale is None else scale)
    rows, columns = likely.shape
    pixels = (likely > _LIKELY).astype(np.uint8)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(pixels, connectivity=8)
    lines = []
    for index in range(1, count):
        x, y, w, h = (int(value) for value in stats[index, :4])
        if min(w, h) < _SMALLEST:
            continue
        window = (slice(y, y + h), slice(x, x + w))
        confidence = float(likely[window][labels[window] == index].mean())
        if confidence < at_least:
            continue
        # DB's offset D = A r / L, Liao et al. eq. 10
        grow = w * h * _UNCLIP / (2 * (w + h))
        lines.append(
            TextLine(
                Box(
                    max(int((x - grow) * width / columns), 0),
                    max(int((y - grow) * height / rows), 0),
                    min(int((x + w + grow) * width / columns) + 1, width),
                    min(int((y + h + grow) * height / rows) + 1, height),
                ),
                confidence,
            )
        )
    return tuple(sorted(lines, key=lambda line: (line.box.y0, line.box.x0)))


def crispness(grey: Grey, box: Box) -> float:
    """How sharply what stands in a box is drawn: 0 for smooth tissue, 0.1 and more for letters.

    The share of pixels that differ from a neighbour by more than 0.4 of the box's contrast, scaled
    up for tall boxes, whose strokes have less edge for their area. Echoes are blurred by the beam
    over several pixels; letters change within one or two. 0 where the contrast is below 20 levels.
    """
    window = grey[box.y0 : box.y1, box.x0 : box.x1].astype(np.int16)
    if min(window.shape) < 5:
        return 0.0
    dark, bright = np.percentile(window, (40, 98))
    contrast = float(bright - dark)
    if contrast < 20:
        return 0.0
    steps = np.maximum(
        np.abs(np.diff(window, axis=1))[:-1], np.abs(np.diff(window, axis=0))[:, :-1]
    )
    return float((steps > 0.4 * contrast).mean()) * min(max(box.height / 40, 1.0), 2.0)


def look_again(grey: Grey, box: Box) -> Box:
    """The box of a whole line of text, of which `box` may hold only a part.

    The detector breaks lines at wide gaps and where the ground changes. What stands beside `box`
    within three of its heights is looked at once more, enlarged and with its contrast stretched.
    """
    rows, columns = grey.shape
    high = box.height
    part = Box(
        max(box.x0 - 3 * high, 0),
        max(box.y0 - high // 2, 0),
        min(box.x1 + 3 * high, columns),
        min(box.y1 + high // 2 + 1, rows),
    )
    tile = grey[part.y0 : part.y1, part.x0 : part.x1]
    tile = cv2.normalize(tile, None, 0, 255, cv2.NORM_MINMAX).astype(np.uint8)
    scale = min(max(_LOOK_HEIGHT / high, 1.0), 4.0, _LONG_SIDE / max(tile.shape))
    for line in find_text(tile, at_least=0.6, scale=scale):
        found = Box(
            line.box.x0 + part.x0,
            line.box.y0 + part.y0,
            line.box.x1 + part.x0,
            line.box.y1 + part.y0,
        )
        shared = min(found.y1, box.y1) - max(found.y0, box.y0)
        if shared >= 0.6 * min(found.height, high) and found.height <= 1.6 * high:
            box = box.around(found)
    return box


def strokes(grey: Grey) -> Grey:
    """What is bright and thin in a picture uint8 (H, W), made brighter: letters, not echoes.

    The white top-hat of a disc as wide as the strokes of large letters.
    """
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (9, 9))
    return np.asarray(
        cv2.convertScaleAbs(cv2.morphologyEx(grey, cv2.MORPH_TOPHAT, disc), alpha=1.6),
        dtype=np.uint8,
    )


def _fitting(height: int, width: int) -> float:
    """How many times larger a whole picture is made for the detector."""
    scale = max(_SHORT_SIDE / min(height, width), 1.0)
    scale = min(scale, max(_LONG_SIDE / max(height, width), 1.0), 4.0)
    # very large pictures are made smaller: their letters are large too
    return min(scale, _LONG_SIDE / max(height, width)) if scale <= 1.0 else scale


def _probability(grey: Grey, scale: float) -> NDArray[np.float32]:
    """Probability of text, float32 (rows, columns), at the network's own scale."""
    height, width = grey.shape
    rows = max(round(height * scale / _STRIDE), 1) * _STRIDE
    columns = max(round(width * scale / _STRIDE), 1) * _STRIDE
    enlarged = cv2.resize(grey, (columns, rows), interpolation=cv2.INTER_LINEAR)
    plane = enlarged.astype(np.float32) * np.float32(1 / 127.5) - np.float32(1)
    session = _session()
    (answer,) = session.run(None, {session.get_inputs()[0].name: np.stack((plane,) * 3)[None]})
    return cast("NDArray[np.float32]", answer[0, 0])


@cache
def _session() -> Any:
    """The network on one core, loaded at its first use in this process."""
    package = importlib.util.find_spec("rapidocr_onnxruntime")
    if package is None or package.origin is None:
        raise DeidentifyError("The text finder is not installed: rapidocr-onnxruntime is missing.")
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    return onnxruntime.InferenceSession(
        str(Path(package.origin).parent / _MODEL), options, providers=["CPUExecutionProvider"]
    )
