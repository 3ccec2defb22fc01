"""Pictures of single frames: the frame, what the reader drew, and what the model made of it."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

PANEL_WIDTH = 300
PANEL_HEIGHT = 300
_GAP = 6
_FILL = 0.25


@dataclass(frozen=True, slots=True)
class GalleryFrame:
    """One frame of the gallery. picture: PNG of three panels; dices by structure code."""

    stem: str
    title: str
    clip: str
    frame_index: int
    fold: int
    iou: float | None
    dices: Mapping[str, float | None]
    picture: bytes


def side_by_side(
    image: NDArray[np.uint8],
    truth: NDArray[np.uint8],
    predicted: NDArray[np.uint8],
    colours: Sequence[str],
) -> bytes:
    """PNG of the frame (H, W) uint8, the same with the truth, and with the prediction.

    colours: "#RRGGBB" of labels 1, 2, ...
    """
    panels = [
        _panel(image, None, colours),
        _panel(image, truth, colours),
        _panel(image, predicted, colours),
    ]
    height, width = panels[0].shape[:2]
    sheet = np.zeros((height, 3 * width + 2 * _GAP, 3), np.uint8)
    for number, panel in enumerate(panels):
        start = number * (width + _GAP)
        sheet[:, start : start + width] = panel
    target = io.BytesIO()
    Image.fromarray(sheet).save(target, format="PNG", optimize=True)
    return target.getvalue()


def _panel(
    image: NDArray[np.uint8], labels: NDArray[np.uint8] | None, colours: Sequence[str]
) -> NDArray[np.uint8]:
    height, width = image.shape
    scale = min(PANEL_WIDTH / width, PANEL_HEIGHT / height)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    grey = cv2.resize(image, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)
    panel = cv2.cvtColor(np.asarray(grey, np.uint8), cv2.COLOR_GRAY2RGB)
    if labels is None:
        return np.asarray(panel, np.uint8)
    placed = cv2.resize(labels, size, interpolation=cv2.INTER_NEAREST)
    for label, colour in enumerate(colours, start=1):
        mask = (placed == label).astype(np.uint8)
        if not mask.any():
            continue
        ink = np.array([int(colour[at : at + 2], 16) for at in (1, 3, 5)], np.float64)
        inside = mask.astype(bool)
        panel[inside] = ((1 - _FILL) * panel[inside] + _FILL * ink).astype(np.uint8)
        outlines, _ = cv2.findContours(mask, cv2.RETR_LIST, cv2.CHAIN_APPROX_NONE)
        cv2.drawContours(panel, outlines, -1, ink.tolist(), 1, cv2.LINE_AA)
    return np.asarray(panel, np.uint8)
