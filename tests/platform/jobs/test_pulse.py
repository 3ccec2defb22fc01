"""Signs of life of workers, and what happens to the questions nobody answers."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from fascicle.jobs import tasks
from fascicle.jobs.models import Job, WorkerPulse
from fascicle.jobs.selectors import is_queue_served
from fascicle.jobs.services import job_claim, job_create, job_finish

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


def test_a_queue_is_served_by_one_who_answers_or_works_there() -> None:
    job = job_create(kind="x", queue="train", owner=None, project=None)
    assert not is_queue_served("train"), "work that waits is no sign of a worker"
    tasks.pulse("default")
    assert not is_queue_served("train")
    claimed = job_claim(job_id=job.pk, lease_owner="worker")
    assert claimed is not None
    assert (is_queue_served("train"), claimed.is_stranded) == (True, False)
    job_finish(job_id=job.pk, attempt=1, result={})
    assert is_queue_served("train"), "it takes up the next at once"
    long_ago = timezone.now() - timedelta(minutes=5)
    Job.objects.update(finished_at=long_ago, heartbeat_at=long_ago)
    assert not is_queue_served("train")
    tasks.pulse("train")
    assert is_queue_served("train")


def test_work_is_stranded_from_the_end_of_its_lease_until_it_is_taken_up() -> None:
    job = job_create(kind="x", queue="train", owner=None, project=None)
    assert not job.is_stranded
    job_claim(job_id=job.pk, lease_owner="worker")
    past = timezone.now() - timedelta(seconds=1)
    Job.objects.update(lease_until=past, heartbeat_at=past - timedelta(minutes=1))
    assert Job.objects.get().is_stranded
    assert not is_queue_served("train")
    again = job_claim(job_id=job.pk, lease_owner="another")
    assert again is not None
    assert not again.is_stranded
