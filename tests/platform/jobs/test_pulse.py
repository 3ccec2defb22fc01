"""Signs of life of workers, and what happens to the questions nobody answers."""

from __future__ import annotations

import pytest

from fascicle.jobs import tasks
from fascicle.jobs.models import WorkerPulse

pytestmark = pytest.mark.django_db


def test_every_queue_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr(
        tasks.pulse, "apply_async", lambda args, queue, expires: asked.append(queue)
    )
    tasks.pulse()
    assert asked == list(tasks.QUEUES)


def test_a_queue_that_nobody_reads_is_not_filled_without_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[str] = []
    monkeypatch.setattr(
        tasks.pulse, "apply_async", lambda args, queue, expires: asked.append(queue)
    )
    monkeypatch.setattr(tasks, "_waiting", lambda queue: 100 if queue == "export" else 0)
    tasks.pulse()
    assert asked == [name for name in tasks.QUEUES if name != "export"]


def test_the_length_of_a_queue_is_read_from_the_broker() -> None:
    queue = "test-pulse-length"
    assert tasks._waiting(queue) == 0
    tasks.pulse.apply_async(args=["x"], queue=queue)
    assert tasks._waiting(queue) == 1


def test_an_answer_is_written_once_a_queue() -> None:
    tasks.pulse("default")
    first = WorkerPulse.objects.get(queue="default").at
    tasks.pulse("default")
    assert WorkerPulse.objects.get(queue="default").at >= first
