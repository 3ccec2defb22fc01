"""Stranded work comes back, and hopeless work ends."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.utils import timezone

from fascicle.jobs import registry, tasks
from fascicle.jobs.models import Job, JobState
from fascicle.jobs.services import job_claim, job_reap, job_release

Work = Callable[..., Job]
Messages = list[tuple[UUID, str]]
pytestmark = pytest.mark.django_db(transaction=True)


def ago(**how_long: float) -> Any:
    return timezone.now() - timedelta(**how_long)


def set_row(job: Job, **changes: Any) -> None:
    Job.objects.filter(pk=job.pk).update(**changes)


def lose_worker(job: Job) -> None:
    job_claim(job_id=job.pk, lease_owner="killed")
    set_row(job, lease_until=ago(seconds=1), sent_at=ago(seconds=3))


def test_a_fresh_job_wakes_a_worker_once_and_is_left_alone(work: Work, sent: Messages) -> None:
    job = work(queue="ingest")
    assert sent == [(job.pk, "ingest")]
    assert job_reap().woken == 0
    assert sent == [(job.pk, "ingest")]


def test_a_lost_message_is_sent_again(work: Work, sent: Messages) -> None:
    job = work(queue="train")
    set_row(job, sent_at=ago(seconds=40), created_at=ago(seconds=40))
    assert job_reap().woken == 1
    assert sent[1:] == [(job.pk, "train")]
    assert job_reap().woken == 0


def test_a_job_that_waits_in_a_busy_queue_is_asked_about_less_and_less(
    work: Work, sent: Messages
) -> None:
    job = work()
    set_row(job, created_at=ago(minutes=30), sent_at=ago(seconds=100))
    assert job_reap().woken == 0
    set_row(job, sent_at=ago(seconds=121))
    assert job_reap().woken == 1
    assert len(sent) == 2


def test_a_killed_workers_job_is_offered_as_soon_as_its_lease_is_over(
    work: Work, sent: Messages
) -> None:
    job = work()
    lose_worker(job)
    assert job_reap().woken == 1
    assert sent[-1] == (job.pk, "default")
    again = job_claim(job_id=job.pk, lease_owner="second")
    assert again is not None
    assert again.attempt == 2


def test_a_job_under_a_living_lease_is_not_touched(work: Work, sent: Messages) -> None:
    job = work()
    job_claim(job_id=job.pk, lease_owner="worker")
    set_row(job, sent_at=ago(hours=1))
    assert job_reap() == type(job_reap())(0, 0, 0)
    assert len(sent) == 1


def test_a_job_given_back_is_offered_at_the_next_round(work: Work, sent: Messages) -> None:
    job = work()
    job_claim(job_id=job.pk, lease_owner="leaving")
    job_release(job_id=job.pk, attempt=1, message="Waiting for another worker.")
    assert job_reap().woken == 1
    assert len(sent) == 2


def test_a_job_whose_workers_die_each_time_is_given_up_with_one_clean_up(
    work: Work, sent: Messages, cleaned: Messages
) -> None:
    job = work(max_attempts=2)
    lose_worker(job)
    job_reap()
    lose_worker(job)
    messages = len(sent)

    assert job_reap().given_up == 1
    row = Job.objects.get(pk=job.pk)
    assert row.state == JobState.FAILED
    assert row.error.startswith("The worker was lost 2 times")
    assert len(sent) == messages
    assert cleaned == [(job.pk, row.error)]
    assert job_reap().given_up == 0
    assert len(cleaned) == 1


def test_a_cancelled_job_whose_worker_died_ends_as_cancelled(
    work: Work, sent: Messages, cleaned: Messages
) -> None:
    job = work(max_attempts=1)
    lose_worker(job)
    set_row(job, is_cancel_requested=True)
    assert job_reap().given_up == 1
    assert Job.objects.get(pk=job.pk).state == JobState.CANCELLED
    assert cleaned == [(job.pk, "Cancelled.")]
    assert len(sent) == 1


def test_a_clean_up_that_fails_keeps_no_other_job_from_being_reaped(
    work: Work, sent: Messages, cleaned: Messages
) -> None:
    def broken(_: object, __: str) -> None:
        raise OSError("disk")

    first, second = work(max_attempts=1), work(max_attempts=1)
    registry.register(first.kind, lambda _: {}, after_failure=broken)
    lose_worker(first)
    lose_worker(second)
    assert job_reap().given_up == 2
    assert {job.state for job in Job.objects.all()} == {JobState.FAILED}
    assert [job for job, _ in cleaned] == [second.pk]
    assert len(sent) == 2


def test_a_broker_that_is_away_neither_loses_the_job_nor_fails_the_request(
    work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(**_: object) -> None:
        raise ConnectionError("connection refused")

    monkeypatch.setattr(tasks.run, "apply_async", away)
    job, other = work(), work()
    for each in (job, other):
        set_row(each, sent_at=ago(seconds=40), created_at=ago(seconds=40))
    assert job_reap().woken == 2
    assert {row.state for row in Job.objects.all()} == {JobState.QUEUED}


def test_what_a_killed_worker_did_not_clean_up_after_is_cleaned_up_later(
    work: Work, sent: Messages, cleaned: Messages
) -> None:
    job = work()
    set_row(job, state=JobState.FAILED, error="Disk full.", finished_at=ago(seconds=30))
    assert job_reap().tidied == 0, "whoever ended it may still be at it"
    set_row(job, finished_at=ago(seconds=90))
    assert job_reap().tidied == 1
    assert cleaned == [(job.pk, "Disk full.")]
    assert job_reap().tidied == 0
    assert cleaned == [(job.pk, "Disk full.")]


def test_a_clean_up_that_fails_is_tried_again(work: Work, sent: Messages) -> None:
    job = work()
    tries: list[str] = []

    def clean(context: Any, error: str) -> None:
        tries.append(error)
        if len(tries) == 1:
            raise OSError("the storage is away")

    registry._after_failure[job.kind] = clean
    set_row(job, state=JobState.CANCELLED, error="Cancelled.", finished_at=ago(seconds=90))
    assert [job_reap().tidied, job_reap().tidied, job_reap().tidied] == [1, 1, 0]
    assert tries == ["Cancelled.", "Cancelled."]
