"""The engine's process: shared by sessions, the newest frame of each in turn, started again."""

import asyncio
import os
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from inference.engine.errors import EngineError
from inference.live import engine_worker
from inference.live.engine_child import Seen
from inference.live.engine_worker import EngineWorker
from inference.live.picture import Picture
from inference.live.wire import decode_frame
from tests.inference.live.fake_engine import CRASHES_AT, HANGS_AT, serve
from tests.inference.live.hub_rig import MODEL, frame


class Looker:
    """A session as the worker knows it."""

    channels = (1,)

    def __init__(self, session_id: str, worker: EngineWorker) -> None:
        self.session_id, self._worker = session_id, worker
        self.waiting: Picture | None = None
        self.answers: list[tuple[int, Seen | None]] = []
        self.states: list[str] = []
        self._changed = asyncio.Event()
        worker.join(self)

    def next_picture(self) -> Picture | None:
        picture, self.waiting = self.waiting, None
        return picture

    def answered(self, picture: Picture, seen: Seen | None) -> None:
        self.answers.append((picture.frame.sequence, seen))
        self._changed.set()

    def worker_changed(self) -> None:
        self.states.append(self._worker.state)
        self._changed.set()

    def offer(self, sequence: int) -> None:
        picture = Picture(decode_frame(frame(sequence)), order=sequence, arrived_s=0.0)
        self.waiting = picture
        self._worker.wake()

    async def until(self, what: Callable[[], bool]) -> None:
        async with asyncio.timeout(30):
            while not what():
                self._changed.clear()
                await self._changed.wait()


def run(what: Callable[[EngineWorker], Awaitable[None]], paths: list[Path] | None = None) -> None:
    async def whole() -> None:
        worker = EngineWorker(
            MODEL,
            fetch=lambda members: paths or [Path("model")],
            cache=None,
            pauses=(0.01, 0.02),
            main=serve,
        )
        try:
            await what(worker)
        finally:
            await worker.stop()

    asyncio.run(whole())


def test_sessions_take_turns_and_only_the_newest_frame_is_looked_at():
    async def what(worker: EngineWorker) -> None:
        one, two = Looker("one", worker), Looker("two", worker)
        await one.until(lambda: worker.state == "running")
        assert worker.codes == ("median",)
        for sequence in (1, 2, 3):
            one.offer(sequence)
            two.offer(sequence)
        await one.until(lambda: len(one.answers) == 2 and len(two.answers) == 1)
        # the first was taken at once, the third was the newest when its turn came
        assert [sequence for sequence, _ in one.answers] == [1, 3]
        assert [sequence for sequence, _ in two.answers] == [3]
        seen = one.answers[0][1]
        assert seen is not None
        assert seen.took_us == len(
            decode_frame(frame(1)).segments[0].data
        )  # the whole picture went over

    run(what)


def test_a_process_that_crashes_is_started_again_and_the_frame_let_go():
    async def what(worker: EngineWorker) -> None:
        one = Looker("one", worker)
        await one.until(lambda: worker.state == "running")
        first = worker.process_id
        one.offer(CRASHES_AT)
        await one.until(lambda: one.states[-2:] == ["loading", "running"])
        assert "failed" in one.states
        assert one.answers == [(CRASHES_AT, None)]
        assert worker.process_id != first
        one.offer(1)
        await one.until(lambda: len(one.answers) == 2)
        assert one.answers[1][1] is not None

    run(what)


def test_a_process_that_hangs_is_ended(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(engine_worker, "ANSWERS_WITHIN_S", 0.0)

    async def what(worker: EngineWorker) -> None:
        one = Looker("one", worker)
        await one.until(lambda: worker.state == "running")
        one.offer(HANGS_AT)
        worker.check()
        await one.until(lambda: one.states.count("running") == 2)
        assert one.answers == [(HANGS_AT, None)]

    run(what)


def test_a_model_that_cannot_be_loaded_says_why():
    async def what(worker: EngineWorker) -> None:
        one = Looker("one", worker)
        await one.until(lambda: "failed" in one.states)
        assert "it is damaged." in worker.reason or worker.state != "failed"
        assert "running" not in one.states

    run(what, [Path("damaged")])


def test_a_file_that_is_not_there_says_why():
    def gone(members: object) -> list[Path]:
        raise EngineError("the file is gone.")

    async def whole() -> None:
        worker = EngineWorker(MODEL, fetch=gone, cache=None, pauses=(5, 5), main=serve)
        one = Looker("one", worker)
        await one.until(lambda: worker.state == "failed")
        assert "the file is gone." in worker.reason
        await worker.stop()

    asyncio.run(whole())


def test_the_process_ends_with_its_worker():
    pids: list[int] = []

    async def what(worker: EngineWorker) -> None:
        one = Looker("one", worker)
        await one.until(lambda: worker.state == "running")
        assert worker.process_id is not None
        pids.append(worker.process_id)

    run(what)
    with pytest.raises(ProcessLookupError):
        os.kill(pids[0], 0)
