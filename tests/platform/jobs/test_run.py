"""What becomes of a job when its handler returns, fails, is cancelled, or says nothing."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection, transaction
from django.test import override_settings
from django.utils import timezone

from fascicle.errors import InvalidInput
from fascicle.jobs.context import JobContext, JobStopped
from fascicle.jobs.models import Job, JobState
from fascicle.jobs.services import job_cancel, job_claim, job_reap
from fascicle.jobs.tasks import WorkerLeaving, run
from tests.factories import make_user

Work = Callable[..., Job]
Messages = list[tuple[UUID, str]]
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("sent")]


def do(job: Job) -> Job:
    run(str(job.pk))
    return Job.objects.get(pk=job.pk)


def test_a_handler_gets_its_ids_and_its_result_is_kept(work: Work) -> None:
    owner, target = make_user("ada"), uuid4()
    seen: list[JobContext] = []

    def handler(context: JobContext) -> dict[str, Any]:
        seen.append(context)
        context.report(0.25, "A quarter", log="line")
        row = Job.objects.get(pk=context.job_id)
        assert (row.state, row.progress, row.message) == ("running", 0.25, "A quarter")
        return {"clip": "x"}

    job = do(work(handler, owner=owner, target_id=target, payload={"depth": 3}))
    assert (job.state, job.progress, job.result) == (JobState.DONE, 1.0, {"clip": "x"})
    assert (seen[0].owner_id, seen[0].target_id, seen[0].payload) == (
        owner.pk,
        target,
        {"depth": 3},
    )


def test_a_second_message_for_the_same_job_does_nothing(work: Work) -> None:
    calls: list[int] = []
    job = work(lambda _: {"n": calls.append(1)})
    do(job)
    do(job)
    run(str(uuid4()))
    assert calls == [1]


def test_a_sentence_for_the_person_reaches_the_row(work: Work, cleaned: Messages) -> None:
    def handler(_: JobContext) -> dict[str, Any]:
        raise InvalidInput("The file ends in the middle of frame 12. Export it again.")

    job = do(work(handler))
    assert job.state == JobState.FAILED
    assert job.error == "The file ends in the middle of frame 12. Export it again."
    assert cleaned == [(job.pk, job.error)]


def test_an_unexpected_error_shows_the_jobs_number_and_no_inner_word(
    work: Work, cleaned: Messages, caplog: pytest.LogCaptureFixture
) -> None:
    def handler(_: JobContext) -> dict[str, Any]:
        raise ValueError("password=hunter2 at /srv/secret")

    job = do(work(handler))
    assert job.state == JobState.FAILED
    assert str(job.pk) in job.error
    assert "hunter2" not in job.error
    assert "hunter2" in caplog.text
    assert len(cleaned) == 1


def test_a_result_that_is_no_json_fails_the_job_rather_than_hanging_it(work: Work) -> None:
    job = do(work(lambda _: {"bytes": object()}))
    assert job.state == JobState.FAILED


def test_a_kind_that_nobody_does_fails_with_a_sentence(work: Work) -> None:
    job = work()
    Job.objects.filter(pk=job.pk).update(kind="from_the_future")
    assert do(job).state == JobState.FAILED


def test_a_worker_that_leaves_puts_its_job_back(work: Work, cleaned: Messages) -> None:
    def handler(_: JobContext) -> dict[str, Any]:
        raise WorkerLeaving

    job = do(work(handler))
    assert job.state == JobState.QUEUED
    assert cleaned == []


def test_a_database_that_restarts_under_the_work_puts_the_job_back_and_not_for_ever(
    work: Work, cleaned: Messages
) -> None:
    def handler(_: JobContext) -> dict[str, Any]:
        with transaction.atomic(), connection.cursor() as cursor:
            # what a restarting server does to its connections
            cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")
        return {}

    job = do(work(handler))
    assert (job.state, job.attempt, job.error) == (JobState.QUEUED, 1, "")
    assert job.message == "The database was away; waiting to go on."
    assert job_reap().woken == 1
    for _ in range(job.max_attempts):
        job = do(job)
    assert job.attempt == job.max_attempts
    assert cleaned == []
    job_reap()
    job.refresh_from_db()
    assert (job.state, len(cleaned)) == (JobState.FAILED, 1)


def test_a_waiting_job_is_cancelled_at_once(work: Work, cleaned: Messages) -> None:
    owner = make_user("ada")
    calls: list[int] = []
    job = work(lambda _: {"n": calls.append(1)}, owner=owner)

    assert job_cancel(job=job, actor=owner).state == JobState.CANCELLED
    assert [pk for pk, _ in cleaned] == [job.pk]
    assert do(job).state == JobState.CANCELLED
    assert calls == []


def test_a_running_job_stops_at_its_next_report(work: Work, cleaned: Messages) -> None:
    owner = make_user("ada")
    reached: list[str] = []

    def handler(context: JobContext) -> dict[str, Any]:
        row = job_cancel(job=Job.objects.get(pk=context.job_id), actor=owner)
        assert row.state == JobState.RUNNING
        assert row.is_cancel_requested
        reached.append("asked")
        context.report(0.5)
        reached.append("never")
        return {}

    job = do(work(handler, owner=owner))
    assert reached == ["asked"]
    assert job.state == JobState.CANCELLED
    assert cleaned == [(job.pk, "Cancelled.")]


def test_a_handler_that_was_overtaken_stops_and_touches_nothing(
    work: Work, cleaned: Messages
) -> None:
    caught: list[bool] = []

    def handler(context: JobContext) -> dict[str, Any]:
        past = timezone.now() - timedelta(seconds=1)
        Job.objects.filter(pk=context.job_id).update(lease_until=past)
        assert job_claim(job_id=context.job_id, lease_owner="successor") is not None
        try:
            context.report(0.5, "mine")
        except JobStopped as stopped:
            caught.append(stopped.is_lost)
            raise
        return {}

    job = do(work(handler))
    assert caught == [True]
    assert (job.state, job.attempt, job.lease_owner) == (JobState.RUNNING, 2, "successor")
    assert job.message == ""
    assert cleaned == []


def test_a_handler_that_fails_after_it_was_overtaken_cleans_up_nothing(
    work: Work, cleaned: Messages
) -> None:
    def handler(context: JobContext) -> dict[str, Any]:
        past = timezone.now() - timedelta(seconds=1)
        Job.objects.filter(pk=context.job_id).update(lease_until=past)
        job_claim(job_id=context.job_id, lease_owner="successor")
        raise InvalidInput("Too late.")

    assert do(work(handler)).state == JobState.RUNNING
    assert cleaned == []


@override_settings(JOB_LEASE_SECONDS=2, JOB_HEARTBEAT_SECONDS=0.2)
def test_a_silent_handler_keeps_its_lease_through_the_heartbeat(work: Work) -> None:
    ends: list[Any] = []

    def handler(context: JobContext) -> dict[str, Any]:
        before = Job.objects.get(pk=context.job_id).lease_until
        ends.append(before)
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            ends.append(Job.objects.get(pk=context.job_id).lease_until)
            if ends[-1] > before + timedelta(seconds=2.5):
                break  # by then the first lease would be over
            time.sleep(0.05)
        context.check()
        return {}

    job = do(work(handler))
    assert job.state == JobState.DONE
    assert job.attempt == 1
    assert ends[-1] > ends[0] + timedelta(seconds=2.5)


@override_settings(JOB_HEARTBEAT_SECONDS=0.05)
def test_a_silent_handler_learns_of_its_cancellation_through_the_heartbeat(work: Work) -> None:
    owner = make_user("ada")

    def handler(context: JobContext) -> dict[str, Any]:
        job_cancel(job=Job.objects.get(pk=context.job_id), actor=owner)
        deadline = time.monotonic() + 20
        while not context.must_stop and time.monotonic() < deadline:
            time.sleep(0.02)
        context.check()
        return {}

    assert do(work(handler, owner=owner)).state == JobState.CANCELLED
