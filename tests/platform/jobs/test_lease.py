"""Claiming, fencing, giving back: who may write to a job, and when."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connection
from django.utils import timezone

from fascicle.jobs.models import Job, JobState
from fascicle.jobs.services import (
    job_claim,
    job_fail,
    job_finish,
    job_heartbeat,
    job_release,
)

Work = Callable[..., Job]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sent")]


def claim(job: Job, owner: str = "worker") -> Job:
    claimed = job_claim(job_id=job.pk, lease_owner=owner)
    assert claimed is not None
    return claimed


def run_out(job: Job) -> None:
    Job.objects.filter(pk=job.pk).update(lease_until=timezone.now() - timedelta(seconds=1))


def test_a_claim_starts_the_first_attempt_under_a_lease(work: Work) -> None:
    claimed = claim(work())
    assert claimed.state == JobState.RUNNING
    assert claimed.attempt == 1
    assert claimed.lease_until is not None
    assert claimed.lease_until > timezone.now()


def test_a_job_that_is_held_cannot_be_claimed(work: Work) -> None:
    job = work()
    claim(job)
    assert job_claim(job_id=job.pk, lease_owner="other") is None
    assert Job.objects.get(pk=job.pk).lease_owner == "worker"


@pytest.mark.django_db(transaction=True)
def test_of_many_claimers_at_once_exactly_one_wins(work: Work) -> None:
    job = work()
    line = threading.Barrier(6)

    def race(number: int) -> bool:
        try:
            line.wait(timeout=20)
            return job_claim(job_id=job.pk, lease_owner=f"worker {number}") is not None
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        won = list(pool.map(race, range(6)))

    assert won.count(True) == 1
    row = Job.objects.get(pk=job.pk)
    assert row.attempt == 1
    assert row.lease_owner == f"worker {won.index(True)}"


@pytest.mark.django_db(transaction=True)
def test_of_many_claimers_of_an_expired_lease_exactly_one_wins(work: Work) -> None:
    job = work()
    claim(job)
    run_out(job)
    line = threading.Barrier(6)

    def race(number: int) -> bool:
        try:
            line.wait(timeout=20)
            return job_claim(job_id=job.pk, lease_owner=f"worker {number}") is not None
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        won = list(pool.map(race, range(6)))

    assert won.count(True) == 1
    assert Job.objects.get(pk=job.pk).attempt == 2


def test_an_attempt_that_lost_its_lease_can_change_nothing(work: Work) -> None:
    job = work()
    zombie = claim(job, "first")
    run_out(job)
    successor = claim(job, "second")
    assert successor.attempt == 2
    before = Job.objects.filter(pk=job.pk).values().get()

    held = {"job_id": job.pk, "attempt": zombie.attempt}
    assert job_heartbeat(**held, progress=0.9, message="still here", log="mine") is None
    assert job_finish(**held, result={"by": "zombie"}) is False
    assert job_fail(**held, error="zombie") is False
    assert job_release(**held, message="zombie") is False
    assert Job.objects.filter(pk=job.pk).values().get() == before

    assert job_finish(job_id=job.pk, attempt=2, result={"by": "second"})
    assert Job.objects.get(pk=job.pk).result == {"by": "second"}


def test_a_late_heartbeat_saves_a_lease_that_nobody_has_taken(work: Work) -> None:
    job = claim(work())
    run_out(job)
    assert job_heartbeat(job_id=job.pk, attempt=1) is False
    assert job_claim(job_id=job.pk, lease_owner="other") is None


def test_a_heartbeat_writes_progress_and_only_the_end_of_a_long_log(work: Work) -> None:
    job = claim(work())
    log = "x" * 20_000 + "the end"
    assert job_heartbeat(job_id=job.pk, attempt=1, progress=0.5, message="Half", log=log) is False
    row = Job.objects.get(pk=job.pk)
    assert (row.progress, row.message) == (0.5, "Half")
    assert row.log_tail.endswith("the end")
    assert len(row.log_tail) == 8000


@pytest.mark.parametrize("end", [JobState.DONE, JobState.FAILED, JobState.CANCELLED])
def test_a_job_that_has_ended_is_never_claimed_or_written_again(work: Work, end: JobState) -> None:
    job = claim(work())
    if end == JobState.DONE:
        job_finish(job_id=job.pk, attempt=1, result={})
    else:
        job_fail(job_id=job.pk, attempt=1, error="No.", is_cancelled=end == JobState.CANCELLED)
    row = Job.objects.get(pk=job.pk)
    assert row.state == end
    assert row.is_finished
    assert row.finished_at is not None
    assert job_claim(job_id=job.pk, lease_owner="late") is None
    assert job_heartbeat(job_id=job.pk, attempt=1) is None
    assert not job_finish(job_id=job.pk, attempt=1, result={"late": True})


def test_a_job_out_of_attempts_is_not_claimed(work: Work) -> None:
    job = work(max_attempts=1)
    claim(job)
    run_out(job)
    assert job_claim(job_id=job.pk, lease_owner="other") is None


def test_a_worker_that_leaves_gives_the_job_back_without_spending_an_attempt(
    work: Work, sent: list[tuple[UUID, str]]
) -> None:
    job = claim(work(max_attempts=1))
    assert job_release(job_id=job.pk, attempt=1, message="Waiting for another worker.")
    row = Job.objects.get(pk=job.pk)
    assert row.state == JobState.QUEUED
    assert row.lease_until is None
    assert job_heartbeat(job_id=job.pk, attempt=1) is None
    assert claim(job, "next").attempt == 2
    assert job_finish(job_id=job.pk, attempt=2, result={})
