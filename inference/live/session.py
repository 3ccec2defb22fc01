"""One live session at the hub: its bridge, its viewers, the last picture, and its state."""

import asyncio
from dataclasses import asdict
from typing import Any

from inference.live.clock import Stages, now_us
from inference.live.closing import Close, Refused
from inference.live.control import control
from inference.live.picture import Picture
from inference.live.publisher import Publisher
from inference.live.recorder import Recorder
from inference.live.session_inference import PUBLISHER_INFERS, SessionInference
from inference.live.surroundings import Surroundings
from inference.live.viewer import Viewer
from inference.live.wanted import WantedModel, WantedSession
from inference.live.wire import Flag, Kind

STALLED_AFTER_S = 0.9  # said within a second, with the time until it is looked at again
# a recording goes on over a short cut of the network
RECORDING_LOST_AFTER_S = 15.0
MOST_VIEWERS = 64

GONE = "The bridge is not connected. It is waited for."
NOT_YET = "The bridge has not connected yet."


class Session:
    """All methods run on the hub's loop."""

    def __init__(self, wanted: WantedSession, surroundings: Surroundings) -> None:
        self.wanted = wanted
        self.publisher: Publisher | None = None
        self.viewers: set[Viewer] = set()
        self.stages = Stages()
        self.state, self.reason = "CONNECTING", NOT_YET
        self.last: Picture | None = None
        self.last_frame_s: float | None = None
        self.recorder: Recorder | None = None
        self._surroundings = surroundings
        self._loop = asyncio.get_running_loop()
        self.empty_since_s = self._loop.time()
        self._order = 0
        self._closed_recordings: set[str] = set()
        self._was_watched = False
        # what the last bridge said of itself holds while it is away: it comes back as it was
        self._infers_elsewhere = False
        self._tasks: set[asyncio.Task[Any]] = set()
        self.inference = SessionInference(
            wanted.id,
            workers=surroundings.engines.worker_for,
            publish=self._publish,
            changed=self._tell_model,
        )
        self.follow(wanted)

    @property
    def channels(self) -> frozenset[int]:
        """The label values there may be."""
        return frozenset(int(each["channel"]) for each in self.wanted.structures)

    @property
    def classes(self) -> list[dict[str, Any]]:
        """The structures as viewers and bridges are told them; `index` is the label value."""
        return [
            {"index": each["channel"], **{n: each[n] for n in ("code", "name", "colour", "kind")}}
            for each in self.wanted.structures
        ]

    # the bridge

    async def take_over(self, publisher: Publisher) -> None:
        """This bridge publishes from now on; the one before is sent away."""
        before, self.publisher = self.publisher, publisher
        self._infers_elsewhere = publisher.hello.infers
        self._begin_anew()
        if before is not None:
            await before.peer.close(Close.TAKEN_OVER, "Another bridge took this session over.")
        self._run_wanted_model()
        await publisher.say("welcome", session=self.wanted.id, window=2, classes=self.classes)
        self._greet_viewers()
        self._judge_state()

    def left(self, publisher: Publisher) -> None:
        """The bridge has gone."""
        if self.publisher is publisher:
            self.publisher = None
            self._begin_anew()
            self._greet_viewers()
            self._judge_state()

    async def take(self, publisher: Publisher, message: bytes) -> None:
        """A frame of the bridge. Raises Refused."""
        if not publisher.frames.spend() or not publisher.bytes.spend(len(message)):
            raise Refused(Close.TOO_FAST, "too_fast", "More than a hub takes from one bridge.")
        taken = publisher.stream.take(
            message, offset_us=publisher.clock.offset_us, channels=self.channels
        )
        await publisher.say("ack", sequence=taken.sequence, epoch=taken.epoch)
        metrics = self._surroundings.metrics
        if taken.frame is None:
            metrics.dropped.labels("stale").inc()
            return
        metrics.frames.inc()
        self._order += 1
        self.last_frame_s = self._loop.time()
        frame = taken.frame
        self._time("uplink", (frame.t_hub_in_us - frame.t_bridge_us) / 1e3)
        if self.recorder is not None:
            frame = frame.with_segments(flags=Flag.RECORDING)
        picture = Picture(frame, order=self._order, arrived_s=self.last_frame_s)
        if self.recorder is not None:
            self.recorder.take(picture)
        if self.state != "LIVE":
            self._judge_state()
        # masks are for those who watch: nobody, no work
        is_for_engine = bool(self.viewers) and frame.segment(Kind.LABELS) is None
        if not (is_for_engine and self.inference.offer(picture)):
            self._publish(picture)

    # the viewers

    def join(self, viewer: Viewer) -> None:
        """Greet a viewer, and show it the last picture at once. Raises Refused for one too many."""
        if len(self.viewers) >= MOST_VIEWERS:
            raise Refused(Close.TOO_FAST, "too_many", "This session has as many viewers as it can.")
        self.viewers.add(viewer)
        self._was_watched = True
        self._run_wanted_model()
        viewer.tell(self._hello(viewer))
        if self.last is not None:
            viewer.show(self.last)
        self._finish_still()

    def leave(self, viewer: Viewer) -> None:
        """A viewer has gone."""
        self.viewers.discard(viewer)
        self._note_empty()

    async def command(self, viewer: Viewer, number: str, name: str, value: object) -> None:
        """Send a viewer's command to the bridge, or say why not."""

        def done(error: str | None) -> None:
            viewer.tell(control("done", id=number, error=error))

        if not viewer.ticket.may_command:
            done("Only experts and admins of the project command a scanner.")
        elif self.publisher is None:
            done("The bridge is not connected.")
        elif name not in self.publisher.hello.commands:
            done(f"This source has no command {name}.")
        else:
            await self.publisher.command(name, value, done)

    # what the web wants

    def follow(self, wanted: WantedSession) -> None:
        """Bring about what is wanted now."""
        is_new_words = wanted.structures != self.wanted.structures
        self.wanted = wanted
        self._run_wanted_model()
        if is_new_words:
            self._greet_viewers()
        running = self.recorder
        recording = None if wanted.is_ended else wanted.recording
        if running is not None and (recording is None or recording.id != running.wanted.id):
            self._stop_recording("")
        if (
            recording is not None
            and self.recorder is None
            and recording.id not in self._closed_recordings
        ):
            self.recorder = Recorder(
                recording,
                now_s=self._loop.time(),
                closed=self._surroundings.recording_closed,
            )
            self._tell_recording("")

    # time

    async def each_moment(self) -> None:
        """A few times a second."""
        self._judge_state()
        recorder, now_s = self.recorder, self._loop.time()
        if recorder is not None:
            heard_s = max(self.last_frame_s or recorder.began_s, recorder.began_s)
            if recorder.must_end(now_s):
                self._stop_recording(recorder.trouble or "The longest recording is over.")
            elif now_s - heard_s > RECORDING_LOST_AFTER_S and self.state != "FROZEN":
                self._stop_recording("The pictures stopped: what had come was kept.")

    def each_second(self) -> None:
        """Figures to the viewers."""
        shared = {
            "source_fps": self.frames_per_second(),
            "inferred": self.inference.answered_count,
            "let_go": self.inference.let_go_count,
            "viewers": len(self.viewers),
            "stages": self.stages.summary(),
        }
        for viewer in self.viewers:
            viewer.tell(control("stats", **shared, **viewer.each_second()))
        if self.recorder is not None:
            self._tell_recording("")

    def frames_per_second(self) -> float:
        """Of the source, over the last two seconds."""
        return self.publisher.stream.frames_per_second() if self.publisher else 0.0

    def seen(self) -> dict[str, Any]:
        """For the web, every second."""
        frame = self.last.frame if self.last else None
        return {
            "state": self.state,
            "reason": self.reason,
            "frames_per_second": self.frames_per_second(),
            "viewers": len(self.viewers),
            "microns_per_pixel": frame.microns_per_pixel if frame else 0.0,
            "width": frame.width if frame else 0,
            "height": frame.height if frame else 0,
            "model": self._model(),
            "recording": self._recording(),
            "device": asdict(self.publisher.hello) if self.publisher else None,
        }

    async def close(self, code: Close, reason: str) -> None:
        """End all connections, keep what is recorded."""
        self.inference.choose(None, [])
        self._stop_recording(reason)
        peers = [viewer.peer for viewer in self.viewers]
        if self.publisher is not None:
            peers.append(self.publisher.peer)
        await asyncio.gather(*(peer.close(code, reason) for peer in peers), *self._tasks)

    # within

    def _publish(self, picture: Picture) -> None:
        if self.last is not None and picture.order <= self.last.order:
            if picture.order == self.last.order and self._stands():
                self._complete(picture)
            else:
                self._surroundings.metrics.dropped.labels("late").inc()
            return
        self.last = picture
        frame = picture.frame
        if frame.flags & Flag.INFERRED:
            self._time("inference", frame.inference_us / 1e3)
        self._time("hub", (now_us() - frame.t_hub_in_us) / 1e3)
        for viewer in self.viewers:
            viewer.show(picture)

    def _stands(self) -> bool:
        """Whether the last picture stands still, and has no mask yet."""
        is_bare = self.last is not None and self.last.frame.segment(Kind.LABELS) is None
        return self.state == "FROZEN" and is_bare

    def _complete(self, picture: Picture) -> None:
        """The frozen picture again, now with the mask that was made from it."""
        if picture.frame.segment(Kind.LABELS) is None:
            return
        self.last = picture
        for viewer in self.viewers:
            viewer.show(picture, is_again=True)

    def _finish_still(self) -> None:
        """Have a mask made for a frozen picture that went out without, where somebody looks."""
        if self.viewers and self.last is not None and self._stands():
            self.inference.look_at(self.last)

    def _time(self, stage: str, milliseconds: float) -> None:
        self.stages.add(stage, milliseconds)
        self._surroundings.metrics.stages.labels(stage).observe(milliseconds)

    def _begin_anew(self) -> None:
        self.inference.let_go()
        self._note_empty()

    def _note_empty(self) -> None:
        if self.publisher is None and not self.viewers:
            self.empty_since_s = self._loop.time()

    def _run_wanted_model(self) -> None:
        # loaded for the first who watches, and kept: a stream alone costs no model's memory
        is_off = self._infers_elsewhere or self.wanted.is_ended or not self._was_watched
        model: WantedModel | None = None if is_off else self.wanted.model
        self.inference.choose(model, self.wanted.structures)

    def _judge_state(self) -> None:
        state, reason = self._state_now()
        if (state, reason) == (self.state, self.reason):
            return
        was_moving = self.state in {"LIVE", "FROZEN"}
        self.state, self.reason = state, reason
        if was_moving and state in {"STALLED", "LOST"} and self.last is not None:
            # whoever joins now sees the last picture, and no overlay on it
            self.last = self.last.without_overlay()
        told = control("state", state=state, reason=reason)
        for viewer in self.viewers:
            viewer.tell(told)
        self._finish_still()

    def _state_now(self) -> tuple[str, str]:
        publisher = self.publisher
        if publisher is None:
            return ("LOST", GONE) if self.last_frame_s is not None else ("CONNECTING", NOT_YET)
        if publisher.declared == "FROZEN":
            return "FROZEN", publisher.declared_reason or "The scanner's picture is frozen."
        age_s = None if self.last_frame_s is None else self._loop.time() - self.last_frame_s
        if age_s is not None and age_s <= STALLED_AFTER_S:
            return "LIVE", ""
        # no frames: what the bridge says of its source tells why
        if publisher.declared in {"CONNECTING", "LOST"}:
            return publisher.declared, publisher.declared_reason
        if age_s is None:
            return "CONNECTING", "No picture has come yet."
        return "STALLED", publisher.declared_reason or "No new picture arrives."

    def _stop_recording(self, reason: str) -> None:
        recorder, self.recorder = self.recorder, None
        if recorder is None:
            return
        self._closed_recordings.add(recorder.wanted.id)
        if recorder.trouble:
            self._surroundings.note(f"{self.wanted.id}: {recorder.trouble}")
        task = asyncio.create_task(recorder.close())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        self._tell_recording(reason)

    def _hello(self, viewer: Viewer) -> str:
        commands = list(self.publisher.hello.commands) if self.publisher else []
        return control(
            "hello",
            session=self.wanted.id,
            project=self.wanted.project_name,
            source=self.wanted.source,
            device=self.wanted.device_name,
            state=self.state,
            reason=self.reason,
            model=self._model(),
            classes=self.classes,
            may_command=viewer.ticket.may_command,
            commands=commands,
            recording=self._recording(),
        )

    def _greet_viewers(self) -> None:
        for viewer in self.viewers:
            viewer.tell(self._hello(viewer))

    def _model(self) -> dict[str, Any] | None:
        if self._infers_elsewhere:
            return {
                "id": None,
                "number": self.last.frame.model if self.last else 0,
                "label": PUBLISHER_INFERS,
                "state": "running",
                "reason": "",
                "runtime": "",
            }
        return self.inference.described()

    def _tell_model(self) -> None:
        for viewer in self.viewers:
            viewer.tell(control("model", model=self._model()))
        self._finish_still()

    def _recording(self) -> dict[str, Any] | None:
        if self.recorder is None:
            return None
        return {
            "id": self.recorder.wanted.id,
            "seconds": round(self._loop.time() - self.recorder.began_s, 1),
            "frames": self.recorder.frame_count,
            "lost": self.recorder.lost_count,
        }

    def _tell_recording(self, reason: str) -> None:
        told = control("recording", recording=self._recording(), reason=reason)
        for viewer in self.viewers:
            viewer.tell(told)
