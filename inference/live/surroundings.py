"""What the sessions of one hub share."""

import asyncio
from collections import deque
from concurrent.futures import Executor
from dataclasses import dataclass, field
from typing import Any

from inference.live.clock import now_us
from inference.live.engine_worker import EngineWorker
from inference.live.metrics import Metrics
from inference.live.recorder import RecordingClosed
from inference.live.session_inference import SessionInference
from inference.live.wanted import WantedModel


class Engines:
    """One worker a model in use."""

    def __init__(self, start: Any) -> None:
        self._start = start
        self._workers: dict[str, EngineWorker] = {}
        self._ending: set[asyncio.Task[None]] = set()

    def worker_for(
        self, model: WantedModel | None, client: SessionInference
    ) -> EngineWorker | None:
        """The model's worker, joined; the client leaves the one it had. None for no model."""
        for model_id, worker in list(self._workers.items()):
            if client.session_id in worker.clients and (model is None or model.id != model_id):
                worker.leave(client)
        if model is not None:
            if model.id not in self._workers:
                self._workers[model.id] = self._start(model)
            self._workers[model.id].join(client)
        for model_id, worker in list(self._workers.items()):
            if not worker.clients:
                del self._workers[model_id]
                task = asyncio.create_task(worker.stop())
                self._ending.add(task)
                task.add_done_callback(self._ending.discard)
        return None if model is None else self._workers[model.id]

    def check(self) -> None:
        """Now and then: end what hangs."""
        for worker in self._workers.values():
            worker.check()

    def described(self) -> list[dict[str, Any]]:
        """For the debug page."""
        return [
            {
                "model": worker.model.label,
                "state": worker.state,
                "reason": worker.reason,
                "runtime": worker.runtime,
                "process": worker.process_id,
                "restarts": worker.restarts,
                "sessions": len(worker.clients),
            }
            for worker in self._workers.values()
        ]

    async def stop(self) -> None:
        """End all."""
        workers, self._workers = list(self._workers.values()), {}
        await asyncio.gather(*(worker.stop() for worker in workers), *self._ending)


@dataclass(slots=True)
class Surroundings:
    """Shared by the sessions of a hub. `errors` are the last ones, for the debug page."""

    engines: Engines
    metrics: Metrics
    executor: Executor
    recording_closed: RecordingClosed
    errors: deque[str] = field(default_factory=lambda: deque(maxlen=50))
    # epochs go on over a restart of the hub, so that a viewer never takes an old one for newer
    epoch: int = field(default_factory=lambda: now_us() // 1_000_000)

    def next_epoch(self) -> int:
        """A number that no stream of this hub had before."""
        self.epoch = (self.epoch + 1) & 0xFFFFFFFF
        return self.epoch

    def note(self, what: str) -> None:
        """Keep an error for the debug page."""
        self.errors.append(what)
