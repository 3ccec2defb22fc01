"""An animated phantom, for demonstrations, tests and setting up without a scanner."""

from __future__ import annotations

import threading
import time

import numpy as np
from numpy.typing import NDArray

from inference.bridge.picture import CommandRefusedError, Sink, SourceError
from inference.bridge.sources import SourceOptions
from inference.bridge.sources.pace import Pace

# drawn once, then shown to and fro, so that the hand and the pulse go on without a jump
FRAMES_KEPT = 90
NUMBERS = 1 << 16


class PhantomSource:
    """Frames of `phantom.Scene`; freeze and gain work as on a scanner."""

    kind = "phantom"
    commands: tuple[str, ...] = ("freeze", "gain")

    def __init__(self, anatomy: str, options: SourceOptions) -> None:
        self.device = f"Phantom ({anatomy})"
        self.rate = options.rate
        self._anatomy = anatomy
        self._options = options
        self._is_frozen = threading.Event()
        self._gain_percent = 50.0
        self._sink: Sink | None = None

    def run(self, sink: Sink, stop: threading.Event) -> None:
        """See Source."""
        from phantom import Scene, burn_index

        options = self._options
        try:
            scene = Scene(
                self._anatomy,
                options.seed,
                height=options.height,
                width=options.width,
                frames_per_second=options.rate,
            )
        except ValueError as error:
            raise SourceError(f"The phantom cannot be drawn: {error}.", retry=False) from error
        self._sink = sink
        sink.connected("The phantom draws no image.")
        kept: list[NDArray[np.uint8]] = []
        pace, shown, begun_ns = Pace(), 0, time.monotonic_ns()
        while pace.wait(shown / options.rate, stop):
            if not self._is_frozen.is_set():
                index = _to_and_fro(shown)
                while len(kept) <= index:
                    kept.append(scene.frame(len(kept)).image)
                grey = self._with_gain(kept[index])
                if options.burn_index:
                    grey = burn_index(grey, shown % NUMBERS)
                sink.picture(
                    grey,
                    t_source_ns=time.monotonic_ns() - begun_ns,
                    microns_per_pixel=scene.microns_per_pixel,
                )
            shown += 1

    def command(self, name: str, value: float | None) -> None:
        """See Source."""
        if name == "freeze":
            wanted = not self._is_frozen.is_set() if value is None else bool(value)
            if wanted:
                self._is_frozen.set()
            else:
                self._is_frozen.clear()
            if self._sink is not None:
                self._sink.frozen(is_frozen=wanted)
        elif name == "gain" and value is not None and 0 <= value <= 100:
            self._gain_percent = value
        else:
            raise CommandRefusedError("The phantom knows freeze, and gain from 0 to 100 percent.")

    def _with_gain(self, image: NDArray[np.uint8]) -> NDArray[np.uint8]:
        if self._gain_percent == 50.0:
            return image
        levels = np.arange(256) + (self._gain_percent - 50.0) * 1.6
        # the black beside the sector stays black
        levels[0] = 0
        return np.asarray(np.clip(levels, 0, 255).astype(np.uint8)[image], np.uint8)


def _to_and_fro(shown: int) -> int:
    place = shown % (2 * FRAMES_KEPT - 2)
    return place if place < FRAMES_KEPT else 2 * FRAMES_KEPT - 2 - place
