"""Moments of a clip at which something is written on the screen, found while it is decoded."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from .redaction import Grey

WINDOW = 5  # frames; what stands for nine fills a window whole
_MOST = 8
_SHARP = 40  # grey levels a stroke stands above its surroundings
_PATCH = (24, 12)  # pixels, width and height: a few letters
_LEAST = 0.12  # of a patch is ink where letters have appeared
_APART = 2  # windows a patch is remembered after its ink has gone


@dataclass(frozen=True, slots=True)
class Onset:
    """A moment: the index of a frame in which it shows, the frame uint8 (H, W), and the share of
    the densest patch that was drawn there at once, 0 to 1.
    """

    frame_index: int
    grey: Grey
    density: float


class OnsetWatch:
    """Looks at every frame of a clip, in order, and keeps the few where most ink appears at once.

    The darkest of each pixel over five frames suppresses speckle, which changes from frame to
    frame, and leaves letters; a top-hat leaves what is thin. Ink that was not there in the windows
    before is an onset. One pass, memory of a dozen frames however long the clip.
    """

    def __init__(self, most: int = _MOST) -> None:
        self._most = most
        self._darkest: Grey | None = None
        self._held = 0
        self._known: list[NDArray[np.uint8]] = []
        self._onsets: list[Onset] = []

    def add(self, frame_index: int, grey: Grey) -> None:
        """The next frame, uint8 (H, W)."""
        same = self._darkest is not None and self._darkest.shape == grey.shape
        self._darkest = cv2.min(self._darkest, grey) if same else grey
        self._held = self._held + 1 if same else 1
        if self._held == WINDOW:
            self._close(frame_index, grey, np.asarray(self._darkest))
            self._darkest = None

    def _close(self, frame_index: int, grey: Grey, darkest: Grey) -> None:
        disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (9, 9))
        thin = cv2.morphologyEx(darkest, cv2.MORPH_TOPHAT, disc)
        ink = (thin > _SHARP).astype(np.uint8)
        if self._known and self._known[0].shape == ink.shape:
            new = ink.copy()
            for known in self._known:
                new[known > 0] = 0
            density = float(cv2.blur(new.astype(np.float32), _PATCH).max())
            if density >= _LEAST:
                self._keep(Onset(frame_index, grey, round(density, 3)))
        # a picture that trembles by a pixel is no news
        grown = np.asarray(cv2.dilate(ink, np.ones((5, 5), np.uint8)), dtype=np.uint8)
        self._known = [*self._known, grown][-_APART:]

    def _keep(self, onset: Onset) -> None:
        self._onsets.append(onset)
        if len(self._onsets) > self._most:
            self._onsets.remove(min(self._onsets, key=lambda one: one.density))

    def chosen(self) -> tuple[Onset, ...]:
        """The moments kept, in the order of the clip."""
        return tuple(self._onsets)
