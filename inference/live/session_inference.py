"""Masks for one session's frames, made by the hub's engine.

A frame waits for its mask a short while; the newest waits, others are let go. A mask is only ever
sent in the message of the picture that it was made from. When the engine cannot keep up, pictures
go on alone, at once, and the state says so.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from inference.live.engine_child import Seen
from inference.live.engine_worker import EngineWorker
from inference.live.labelling import ModelMisfitError, channels_of, in_order
from inference.live.picture import Picture
from inference.live.wanted import WantedModel
from inference.live.wire import Codec, Flag, Kind, Segment, confidence_segment

# up to here a picture with its mask, late, is better than one without
HOLD_S = 0.150
# so many answers in time, one after another, then pictures wait for masks again
QUICK_AGAIN = 8

SLOW = "The model is too slow here: pictures go on without masks."
PUBLISHER_INFERS = "The bridge makes the masks."


class SessionInference:
    """What stands between a session's frames and its viewers while a model runs."""

    def __init__(
        self,
        session_id: str,
        *,
        workers: Callable[[WantedModel | None, "SessionInference"], EngineWorker | None],
        publish: Callable[[Picture], None],
        changed: Callable[[], None],
        hold_s: float = HOLD_S,
    ) -> None:
        self.session_id = session_id
        self.channels: tuple[int, ...] = ()
        self.model: WantedModel | None = None
        self.answered_count = 0
        self.let_go_count = 0
        self._workers, self._publish, self._changed = workers, publish, changed
        self._structures: list[dict[str, Any]] = []
        self._worker: EngineWorker | None = None
        self._refusal = ""
        self._waiting: Picture | None = None
        self._running: Picture | None = None
        self._is_slow = False
        self._quick = 0
        self._hold_s = hold_s
        self._timer: asyncio.TimerHandle | None = None

    def choose(self, model: WantedModel | None, structures: Sequence[dict[str, Any]]) -> None:
        """Run this model from now on, or none; label values are the structures' channels."""
        is_same = (model and model.id) == (self.model and self.model.id)
        if is_same and list(structures) == self._structures:
            return
        self._structures = list(structures)
        self.model = model
        self.let_go()
        self._is_slow = False
        self._worker = self._workers(model, self)
        self._fit()
        self._changed()

    def offer(self, picture: Picture) -> bool:
        """Take the picture in. False: it is not waited for, and to be published as it is."""
        if self._worker is None or self._worker.state != "running" or self._refusal:
            return False
        if self._waiting is not None:
            self.let_go_count += 1
        # published before its mask is there when the engine is slow: the mask is then let go
        self._waiting = picture
        self._worker.wake()
        if self._is_slow:
            return False
        if self._timer is None:
            self._watch()
        return True

    def look_at(self, picture: Picture) -> None:
        """A picture that stands, and is out already, is published again once it has its mask."""
        is_free = self._waiting is None and self._running is None
        if self._worker is None or self._worker.state != "running" or self._refusal or not is_free:
            return
        self._waiting = picture.standing()
        self._worker.wake()

    def let_go(self) -> None:
        """Forget frames that wait, as when the stream begins anew."""
        self._waiting = self._running = None
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def described(self) -> dict[str, Any] | None:
        """The model for viewers: `state` is loading, running, slow, failed or refused."""
        if self.model is None:
            return None
        state, reason, runtime = "loading", "", ""
        if self._worker is not None:
            state, reason = self._worker.state, self._worker.reason
            runtime = self._worker.runtime
        if self._refusal:
            state, reason = "refused", self._refusal
        elif self._is_slow and state == "running":
            state, reason = "slow", SLOW
        return {
            "id": self.model.id,
            "number": self.model.number,
            "label": self.model.label,
            "state": state,
            "reason": reason,
            "runtime": runtime,
        }

    # what the worker calls

    def next_picture(self) -> Picture | None:
        """The newest frame that waits, taken out."""
        picture, self._waiting = self._waiting, None
        if picture is not None:
            self._running = picture
        return picture

    def answered(self, picture: Picture, seen: Seen | None) -> None:
        """Publish the picture with its mask, unless it has gone out alone already."""
        is_ours, self._running = self._running is picture, None
        if not is_ours:
            return
        loop = asyncio.get_running_loop()
        is_quick = loop.time() - picture.arrived_s < self._hold_s
        if self._is_slow:
            self._quick = self._quick + 1 if is_quick and seen is not None else 0
            if self._quick >= QUICK_AGAIN:
                self._is_slow = False
                self._changed()
            if seen is not None and not seen.error:
                # the picture is out: its mask is for one that stands still
                self._publish(self._with_mask(picture, seen))
            return
        if seen is None or seen.error:
            self._publish(picture)
        else:
            self.answered_count += 1
            self._publish(self._with_mask(picture, seen))
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._waiting is not None:
            self._watch()

    def worker_changed(self) -> None:
        """The worker has loaded, failed or come back."""
        self._fit()
        if self._worker is not None and self._worker.state != "running":
            waiting = self._waiting or self._running
            self.let_go()
            if waiting is not None and not self._is_slow:
                self._publish(waiting)
        self._changed()

    def _watch(self) -> None:
        oldest = self._running or self._waiting
        if oldest is None:
            return
        loop = asyncio.get_running_loop()
        self._timer = loop.call_at(oldest.arrived_s + self._hold_s, self._overdue)

    def _overdue(self) -> None:
        self._timer = None
        newest = self._waiting or self._running
        if newest is None:
            return
        self._is_slow, self._quick = True, 0
        self._publish(newest)
        self._changed()

    def _fit(self) -> None:
        self._refusal, self.channels = "", ()
        if self._worker is None or not self._worker.codes:
            return
        by_code = {each["code"]: int(each["channel"]) for each in self._structures}
        try:
            self.channels = channels_of(self._worker.codes, by_code)
        except ModelMisfitError as misfit:
            self._refusal = str(misfit)

    def _with_mask(self, picture: Picture, seen: Seen) -> Picture:
        order = [int(each["channel"]) for each in self._structures]
        sure = in_order(seen.confidence, self.channels, order)
        frame = picture.frame.with_segments(
            Segment(Kind.LABELS, Codec.ZLIB, seen.width, seen.height, seen.labels),
            confidence_segment(sure),
            flags=Flag.INFERRED,
        )
        number = self.model.number if self.model else 0
        frame = replace(frame, model=number, inference_us=seen.took_us)
        return Picture(frame, order=picture.order, arrived_s=picture.arrived_s)
