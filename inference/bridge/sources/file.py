"""A stored clip, at its own pace, over and over."""

from __future__ import annotations

import threading
from pathlib import Path

from inference.bridge.picture import CommandRefusedError, Sink, SourceError
from inference.bridge.sources.pace import Pace

RATE_WITHOUT_TIMES = 25.0


class FileSource:
    """Every kind of clip that an upload takes. Each round is an epoch of its own."""

    kind = "file"
    commands: tuple[str, ...] = ("freeze",)

    def __init__(self, path: Path) -> None:
        self.device = path.name
        self.rate = RATE_WITHOUT_TIMES
        self._path = path
        self._is_frozen = threading.Event()
        self._sink: Sink | None = None

    def run(self, sink: Sink, stop: threading.Event) -> None:
        """See Source."""
        from annotation.frames.opening import open_source
        from annotation.frames.problem import UnreadableSourceError

        self._sink = sink
        if not self._path.exists():
            raise SourceError(f"There is no file {self._path}.", retry=False)
        pace = Pace()
        is_first = True
        while not stop.is_set():
            try:
                clip = open_source(self._path)
                if not is_first:
                    sink.restarted()
                is_first = False
                pace.again()
                sink.connected(f"{self._path.name} shows no frames.")
                self.rate = clip.nominal_rate or RATE_WITHOUT_TIMES
                microns = clip.facts.microns_per_pixel or 0.0
                for number, frame in enumerate(clip.frames()):
                    seconds = number / self.rate if frame.time_s is None else frame.time_s
                    if not pace.wait(seconds, stop):
                        return
                    while self._is_frozen.is_set() and not stop.is_set():
                        stop.wait(0.05)
                    sink.picture(
                        frame.grey,
                        t_source_ns=round(seconds * 1e9),
                        microns_per_pixel=microns,
                    )
                stop.wait(1 / self.rate)
            except UnreadableSourceError as error:
                raise SourceError(f"{self._path.name}: {error}", retry=False) from error

    def command(self, name: str, value: float | None) -> None:
        """See Source."""
        if name != "freeze":
            raise CommandRefusedError("A file knows freeze only.")
        wanted = not self._is_frozen.is_set() if value is None else bool(value)
        if wanted:
            self._is_frozen.set()
        else:
            self._is_frozen.clear()
        if self._sink is not None:
            self._sink.frozen(is_frozen=wanted)
