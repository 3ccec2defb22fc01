"""One source, one intake, one uplink, kept running."""

from __future__ import annotations

import asyncio
import logging
import random
import threading
from collections.abc import Callable
from typing import Any

from inference.bridge.crop import Crop
from inference.bridge.intake import Intake
from inference.bridge.labels import BridgeModel
from inference.bridge.picture import Source, SourceError
from inference.bridge.scale import ScaleKeeper
from inference.bridge.uplink import Uplink

FIRST_DELAY, MOST_DELAY, HOPELESS_DELAY = 0.5, 10.0, 30.0
STATE_EVERY = 0.5


class SourceThread:
    """Runs a source, and again after it ended, with growing pauses."""

    def __init__(self, source: Source, intake: Intake) -> None:
        self._source = source
        self._intake = intake
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="source", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self, seconds: float = 5.0) -> None:
        """Ask the source to end and wait for it a while."""
        self._stop.set()
        self._thread.join(seconds)

    def _run(self) -> None:
        failures = 0
        while not self._stop.is_set():
            received = self._intake.received
            try:
                self._source.run(self._intake, self._stop)
                sentence, may_retry = "The source ended.", True
            except SourceError as error:
                sentence, may_retry = str(error), error.retry
            except Exception as error:
                # a fault of a driver or of this program ends one attempt, not the bridge
                logging.getLogger(__name__).exception("The source failed.")
                sentence, may_retry = f"The source failed: {type(error).__name__}: {error}.", True
            if self._stop.is_set():
                return
            self._intake.failed(sentence)
            failures = 1 if self._intake.received > received else failures + 1
            delay = min(MOST_DELAY, FIRST_DELAY * 2 ** min(failures - 1, 8))
            if not may_retry:
                delay = HOPELESS_DELAY
            self._stop.wait(delay * random.uniform(0.5, 1.0))
            if not self._stop.is_set():
                self._intake.restarted()


class Agent:
    """The bridge as it runs; `say` prints a line for the person who started it."""

    def __init__(
        self,
        *,
        source: Source,
        intake: Intake,
        uplink: Uplink,
        address: str,
        crop: Crop | None,
        say: Callable[[str], None],
        scale: ScaleKeeper | None = None,
        model: BridgeModel | None = None,
        recordings: Callable[[], int] = lambda: 0,
    ) -> None:
        self._source = source
        self._intake = intake
        self._uplink = uplink
        self._address = address
        self._crop = crop
        self._scale = scale
        self._model = model
        self._say = say
        self._recordings = recordings

    def status(self) -> dict[str, Any]:
        """Both halves, scanner and server, for the status page."""
        condition, view = self._intake.condition(), self._uplink.view
        return {
            "scanner": {
                "source": self._source.kind,
                "device": self._source.device,
                "state": str(condition.state),
                "reason": condition.reason,
                "frames_per_second": round(self._intake.rate(), 2),
                "received": self._intake.received,
                "skipped": self._intake.replaced,
            },
            "server": {
                "address": self._address,
                "is_up": view.is_up,
                "sentence": view.sentence,
                "session": view.session,
                "hub": view.hub,
                "window": view.window,
                "sent": view.sent,
                "acknowledged": view.acknowledged,
                "connections": view.connections,
                "acknowledged_after_ms": round(view.ack_ms, 1),
            },
            "crop": self._crop.text() if self._crop else None,
            "scale": self._scale_text(),
            "model": self._model.view() if self._model else None,
            "recordings": self._recordings(),
        }

    def _scale_text(self) -> str | None:
        if self._scale is not None and (by_hand := self._scale.text()):
            return by_hand
        last = self._intake.last()
        microns = last.microns_per_pixel if last else 0.0
        return f"{microns:.1f} µm a pixel" if microns > 0 else None

    async def run(self) -> None:
        """Until cancelled."""
        thread = SourceThread(self._source, self._intake)
        thread.start()
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._uplink.run())
                tasks.create_task(self._narrate())
        finally:
            await asyncio.to_thread(thread.stop)

    async def _narrate(self) -> None:
        told = None
        while True:
            condition = self._intake.condition()
            if condition.state is not told:
                self._say(f"Scanner: {condition.state}. {condition.reason}".strip())
                told = condition.state
            await asyncio.sleep(STATE_EVERY)
