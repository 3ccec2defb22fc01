"""Scanner screens made of the phantom: a picture, a layout around it, and text at known places."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from annotation.deidentify import Box
from phantom import Scene

Grey = NDArray[np.uint8]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Screen:
    """Frames uint8 (H, W), which pixels are the picture, and the pixels of the text drawn."""

    frames: tuple[Grey, ...]
    picture: Flags
    text: tuple[Flags, ...]


@dataclass(frozen=True, slots=True)
class Label:
    """One line of text: its upper left corner, letter height in pixels and grey level."""

    words: str
    x: int
    y: int
    size: int
    level: int = 230
    font: str = "pillow"


@cache
def echoes(frames: int, height: int = 300, width: int = 360, seed: int = 3) -> tuple[Grey, ...]:
    """A clip of the phantom, read-only."""
    drawn = []
    for frame in Scene("axillary", seed, height, width).frames(frames):
        image = np.ascontiguousarray(frame.image)
        image.flags.writeable = False
        drawn.append(image)
    return tuple(drawn)


def linear_screen(
    labels: tuple[Label, ...] = (),
    *,
    frames: int = 8,
    size: tuple[int, int] = (480, 640),
    place: tuple[int, int] = (90, 120),
    picture: tuple[int, int] = (300, 360),
    ground: int = 0,
    seed: int = 3,
) -> Screen:
    """A linear probe's rectangle, its upper left corner at `place` (row, column)."""
    inside = np.zeros(size, dtype=np.bool_)
    rows, columns = slice(place[0], place[0] + picture[0]), slice(place[1], place[1] + picture[1])
    inside[rows, columns] = True
    drawn = []
    for image in echoes(frames, *picture, seed):
        frame = np.full(size, ground, dtype=np.uint8)
        frame[rows, columns] = image
        drawn.append(frame)
    return _labelled(drawn, inside, labels)


def sector_screen(
    labels: tuple[Label, ...] = (),
    *,
    frames: int = 8,
    size: tuple[int, int] = (480, 640),
    apex: tuple[float, float] = (-60.0, 320.0),
    radii: tuple[float, float] = (110.0, 480.0),
    half_angle: float = 0.55,
    seed: int = 3,
) -> Screen:
    """A curved probe's sector about `apex` (row, column), the phantom bent into it."""
    rows, columns = np.mgrid[: size[0], : size[1]].astype(np.float32)
    down, across = rows + 0.5 - apex[0], columns + 0.5 - apex[1]
    radius, angle = np.hypot(down, across), np.arctan2(across, down)
    inside = (radius >= radii[0]) & (radius <= radii[1]) & (np.abs(angle) <= half_angle)
    depth = (radius - radii[0]) / (radii[1] - radii[0]) * 299
    line = (angle / half_angle + 1) / 2 * 359
    drawn = []
    for image in echoes(frames, seed=seed):
        bent = cv2.remap(image, line.astype(np.float32), depth.astype(np.float32), cv2.INTER_LINEAR)
        drawn.append(np.where(inside, bent, 0).astype(np.uint8))
    return _labelled(drawn, np.asarray(inside, dtype=np.bool_), labels)


def with_ruler(
    screen: Screen, column: int, first: int, spacing: int, ticks: int
) -> tuple[Screen, Box]:
    """The screen with a depth ruler of ticks 6 x 1 pixels, and the ruler's box."""
    for frame in screen.frames:
        for tick in range(ticks):
            frame[first + tick * spacing, column : column + 6] = 200
    return screen, Box(column, first, column + 6, first + (ticks - 1) * spacing + 1)


def covered(proposal_mask: Flags, text: Flags) -> float:
    """Share of text pixels that are not kept."""
    return float((~proposal_mask)[text].mean())


def kept_pixels(redaction: object, height: int, width: int) -> Flags:
    """The source pixels a redaction keeps, bool (height, width)."""
    from annotation.deidentify import Redaction

    assert isinstance(redaction, Redaction)
    kept = np.zeros((height, width), dtype=np.bool_)
    crop = redaction.crop or Box(0, 0, width, height)
    kept[crop.y0 : crop.y1, crop.x0 : crop.x1] = redaction.keep_mask(height, width) > 0
    return kept


def _labelled(frames: list[Grey], inside: Flags, labels: tuple[Label, ...]) -> Screen:
    texts = []
    for label in labels:
        ink = _ink(label, frames[0].shape)
        texts.append(ink > 64)
        for frame in frames:
            weight = ink.astype(np.float32) / 255
            frame[:] = np.round(frame * (1 - weight) + label.level * weight).astype(np.uint8)
    return Screen(tuple(frames), inside, tuple(texts))


def _ink(label: Label, shape: tuple[int, ...]) -> Grey:
    """Coverage 0 to 255 of a label's letters."""
    if label.font == "pillow":
        canvas = Image.new("L", (shape[1], shape[0]), 0)
        font = ImageFont.load_default(size=label.size)
        ImageDraw.Draw(canvas).text((label.x, label.y), label.words, fill=255, font=font)
        return np.array(canvas, dtype=np.uint8)
    drawn = np.zeros(shape, dtype=np.uint8)
    cv2.putText(
        drawn,
        label.words,
        (label.x, label.y + label.size),
        cv2.FONT_HERSHEY_SIMPLEX,
        label.size / 22,
        255,
        max(1, round(label.size / 10)),
        cv2.LINE_AA,
    )
    return drawn
