"""Lines of text on a clip's screen, gathered from several pictures of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from .redaction import Box, Grey
from .region import Scene
from .text import crispness, find_text, look_again, strokes

_LIKELY = 0.9
_CRISP = 0.1
# the detector is hardly ever this sure of tissue, so less has to be seen of the strokes
_CERTAIN = 0.98
_RATHER_CRISP = 0.05
_AGREED = 0.93
_HARDLY_CRISP = 0.03
_RENDERINGS = 3
_MOVING = 2.0  # mean standard deviation over time around letters
_INK = 25  # grey levels above the empty screen
_SAME = 2  # grey levels within which pixels are alike
_MANY = 3  # of eight neighbours
_WIDE = frozenset({"evenness", "stillness"})
_LOWEST_LETTERS = 6
_CLOSE = 1.7  # times the detector's own scale, for letters too small or too crowded for it


@dataclass(frozen=True, slots=True, eq=False)
class ScreenLine:
    """A line of text found on the screen.

    `box` is in source pixels, `confidence` that of the detector. `is_drawn`: its strokes are as
    sharp as a screen's letters, so it is text wherever it stands. `picture` uint8 (H, W) is the one
    in which it was seen. `core` is the smallest of the boxes that `box` was put together from.
    """

    box: Box
    core: Box
    confidence: float
    is_drawn: bool
    picture: Grey

    def whole(self) -> ScreenLine:
        """The line with the parts of it that the detector broke off."""
        box = look_again(self.picture, self.box)
        return ScreenLine(box, self.core, self.confidence, self.is_drawn, self.picture)


def screen_lines(seen: Scene, moments: Sequence[Grey] = ()) -> tuple[ScreenLine, ...]:
    """Lines found in any of a few pictures of the clip, from top to bottom.

    `moments`: further frames uint8 (H, W) at which something was seen to appear.
    """
    sights = [
        _Sight(line.box, line.confidence, crispness(look.judged, line.box), look)
        for look in _looks(seen, moments)
        for line in find_text(look.picture, scale=_closer(look.picture) if look.is_closer else None)
    ]
    merged: list[ScreenLine] = []
    # what is even or still around letters widens their boxes: only for what no other look sees
    for sight in sorted(sights, key=lambda one: one.look.name in _WIDE):
        if sight.look.name in _WIDE and any(
            line.is_drawn and line.box.overlap(sight.box) > 0.5 * sight.box.area for line in merged
        ):
            continue
        is_drawn = sight.box.height >= _LOWEST_LETTERS and (
            sight.is_sharp or _is_agreed(sight, sights)
        )
        line = ScreenLine(sight.box, sight.box, sight.confidence, is_drawn, sight.look.judged)
        merged = _merge(merged, line)
    return tuple(sorted(merged, key=lambda line: (line.box.y0, line.box.x0)))


@dataclass(frozen=True, slots=True, eq=False)
class _Look:
    """A picture to look for text in, and the one in which sharpness is judged."""

    name: str
    picture: Grey
    judged: Grey

    @property
    def is_closer(self) -> bool:
        return self.name == "closer"


@dataclass(frozen=True, slots=True, eq=False)
class _Sight:
    """A line as it was seen in one picture."""

    box: Box
    confidence: float
    crispness: float
    look: _Look

    @property
    def is_sharp(self) -> bool:
        """Whether its strokes are too sharp for echoes."""
        return (self.confidence >= _LIKELY and self.crispness >= _CRISP) or (
            self.confidence >= _CERTAIN and self.crispness >= _RATHER_CRISP
        )


def _is_agreed(sight: _Sight, sights: Sequence[_Sight]) -> bool:
    """Whether the same line is seen in several renderings of the same pixels.

    Letters blurred by video coding still look like letters in each; tissue does in one or two.
    """
    if sight.confidence < _AGREED or sight.crispness < _HARDLY_CRISP:
        return False
    names = {
        other.look.name
        for other in sights
        if other.confidence >= _AGREED
        and other.crispness >= _HARDLY_CRISP
        and sight.box.overlap(other.box) > 0.5 * max(sight.box.area, other.box.area)
    }
    return len(names & {"typical", "closer", "strokes", "lifted"}) >= _RENDERINGS


def _looks(seen: Scene, moments: Sequence[Grey]) -> Iterator[_Look]:
    brightest = np.max(np.stack(seen.samples), axis=0)
    yield _Look("typical", seen.typical, seen.typical)
    yield _Look("closer", seen.typical, seen.typical)
    yield _Look("strokes", strokes(seen.typical), seen.typical)
    yield _Look("evenness", _evenness(seen), seen.typical)
    # scanners also write in dark grey; a square root brings it out
    lifted = (np.sqrt(brightest / 255.0) * 255.0).astype(np.uint8)
    yield _Look("lifted", lifted, brightest)
    if len(seen.samples) > 1 and seen.change.max() > 8:
        # what rests over moving echoes outlasts them in the darkest of each pixel
        darkest = np.min(np.stack(seen.samples), axis=0)
        yield _Look("darkest", darkest, darkest)
        yield _Look("stillness", _stillness(seen), seen.typical)
        # what is typed onto the picture may be there for a part of the clip only
        for index in (0, len(seen.samples) // 2, -1):
            yield _Look("sample", seen.samples[index], seen.samples[index])
    for moment in moments:
        yield _Look("moment", moment, moment)


def _stillness(seen: Scene) -> Grey:
    """White where bright pixels change far less than what surrounds them, black elsewhere.

    Letters over moving echoes, also over those as bright as the letters.
    """
    around = cv2.blur(seen.change, (31, 31))
    rest = 1 - seen.change / np.maximum(0.5 * around, 0.1)
    rest[(around < _MOVING) | (seen.typical < seen.ground + _INK)] = 0
    return np.asarray(np.clip(rest, 0, 1) * 255, dtype=np.uint8)


def _evenness(seen: Scene) -> Grey:
    """White where a bright pixel has the grey level of many of its neighbours, black elsewhere.

    Letters of one level over echoes as bright as they are; echoes are nowhere even.
    """
    grey = seen.typical.astype(np.int16)
    alike = np.zeros(grey.shape, dtype=np.uint8)
    for down, across in ((0, 1), (1, 0), (1, 1), (1, -1)):
        same = np.abs(grey - np.roll(grey, (down, across), (0, 1))) <= _SAME
        alike += same
        alike += np.roll(same, (-down, -across), (0, 1))
    alike[grey < seen.ground + 2 * _INK] = 0
    return np.asarray((alike >= _MANY) * np.uint8(255), dtype=np.uint8)


def _closer(picture: Grey) -> float:
    """The scale of the closer look: no more than about two million pixels."""
    height, width = picture.shape
    return float(min(_CLOSE * max(736 / min(height, width), 1.0), 1600 / max(height, width), 4.0))


def _merge(known: list[ScreenLine], new: ScreenLine) -> list[ScreenLine]:
    """Add a line; those alike that cover each other by half become one."""
    rest = []
    for other in known:
        shared = new.box.overlap(other.box)
        together = new.box.area + other.box.area - shared
        if (
            new.is_drawn == other.is_drawn
            and shared > 0.5 * min(new.box.area, other.box.area)
            # lines that stand aslant or one over the other stay two
            and new.box.around(other.box).area < 1.3 * together
        ):
            confidence = max(new.confidence, other.confidence)
            core = min(new.core, other.core, key=lambda box: box.area)
            box = new.box.around(other.box)
            new = ScreenLine(box, core, confidence, new.is_drawn, other.picture)
        else:
            rest.append(other)
    return [*rest, new]
