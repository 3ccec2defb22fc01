"""A run whose rows are wanted by two at once: who waits sees what the other made of it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar
from uuid import UUID

import pytest
from django.db import connection, transaction

from fascicle.errors import Conflict
from fascicle.jobs.models import Job, JobState
from fascicle.jobs.services import job_claim, job_fail
from tests.factories import Team
from tests.training.runs.phantom_project import fold_of, phantom_team, tiny_run
from training.models import Fold, FoldState, RunState, TrainingRun
from training.services import run_cancel, run_locks, run_pause, run_resume, run_retry
from training.services.run_locks import TRIES, lock_run
from training.services.run_settle import run_settle

pytestmark = pytest.mark.django_db(transaction=True)

T = TypeVar("T")


@pytest.fixture
def team() -> Team:
    return phantom_team()


@pytest.fixture
def run(team: Team) -> TrainingRun:
    return tiny_run(team, epochs=1, subjects=2)


def someone_waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT 1 FROM pg_stat_activity WHERE datname = current_database()"
            " AND wait_event_type = 'Lock')"
        )
        return bool(cursor.fetchone()[0])


def while_it_is_held(first: Callable[[], object], second: Callable[[], T]) -> T:
    """What `second` gives that begins once `first` is done but not committed, and waits for it."""
    done, waited = threading.Event(), threading.Event()

    def hold() -> None:
        try:
            with transaction.atomic():
                first()
                done.set()
                assert waited.wait(20), "nobody waited"
        finally:
            connection.close()

    def follow() -> T:
        try:
            assert done.wait(20)
            return second()
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        held, followed = pool.submit(hold), pool.submit(follow)
        # asked outside of any transaction, within which PostgreSQL repeats its first answer
        while not held.done() and not someone_waits():
            time.sleep(0.01)
        waited.set()
        held.result()
        return followed.result()


def fail(run: TrainingRun) -> None:
    job = job_claim(job_id=fold_of(run, 0).job_id, lease_owner="worker")
    assert job is not None
    job_fail(job_id=job.pk, attempt=job.attempt, error="The disk is full.")
    run_settle(run_id=run.pk)
    run.refresh_from_db()
    assert run.state == RunState.FAILED


def test_who_cancels_a_run_that_is_being_resumed_cancels_it(team: Team, run: TrainingRun) -> None:
    run_pause(run=run, actor=team.admin)
    former = {fold.job_id for fold in run.folds.all()}
    while_it_is_held(
        lambda: run_resume(run=run, actor=team.admin),
        lambda: run_cancel(run=run, actor=team.admin),
    )
    run.refresh_from_db()
    assert run.state == RunState.CANCELLED
    folds = list(run.folds.select_related("job"))
    assert not former & {fold.job_id for fold in folds}, "it was resumed"
    assert {fold.state for fold in folds} == {FoldState.CANCELLED}
    assert {fold.job.state for fold in folds} == {JobState.CANCELLED}


def test_a_run_that_is_tried_again_is_not_settled_by_the_jobs_before(
    team: Team, run: TrainingRun
) -> None:
    fail(run)
    settled = while_it_is_held(
        lambda: run_retry(run=run, actor=team.admin),
        lambda: run_settle(run_id=run.pk),
    )
    assert settled.state == RunState.RUNNING
    run.refresh_from_db()
    assert (run.state, run.error) == (RunState.RUNNING, "")
    assert {fold.state for fold in run.folds.all()} == {FoldState.QUEUED}


def test_who_cancels_while_registering_is_tried_again_cancels_that_too(
    team: Team, run: TrainingRun
) -> None:
    fail(run)
    Fold.objects.filter(run=run).update(state=FoldState.DONE)
    while_it_is_held(
        lambda: run_retry(run=run, actor=team.admin),
        lambda: run_cancel(run=run, actor=team.admin),
    )
    run.refresh_from_db()
    assert run.state == RunState.CANCELLED
    assert run.finalise_job is not None
    assert run.finalise_job.state == JobState.CANCELLED


def test_starting_over_holds_nothing_that_a_worker_wants(
    run: TrainingRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    named = run_locks._fold_jobs
    asked: list[bool] = []

    def is_free() -> bool:
        try:
            with transaction.atomic():
                TrainingRun.objects.select_for_update(nowait=True).get(pk=run.pk)
                list(Job.objects.select_for_update(nowait=True).filter(target_id=run.pk))
            return True
        finally:
            connection.close()

    def once_stale(run_id: UUID) -> set[UUID]:
        if not asked:  # as one who read them before they were replaced
            asked.append(True)
            return {fold_of(run, 0).job_id}
        with ThreadPoolExecutor(1) as pool:
            asked.append(pool.submit(is_free).result())
        return named(run_id)

    monkeypatch.setattr(run_locks, "_fold_jobs", once_stale)
    with transaction.atomic():
        locked = lock_run(run.pk)
    assert asked == [True, True]
    assert {job.pk for job in locked.jobs} == {fold.job_id for fold in locked.folds}


def test_a_run_that_never_keeps_still_is_refused_in_a_sentence(
    team: Team, run: TrainingRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries: list[UUID] = []

    def stale(run_id: UUID) -> set[UUID]:
        tries.append(run_id)
        return set()

    monkeypatch.setattr(run_locks, "_fold_jobs", stale)
    with pytest.raises(Conflict, match="Others are changing this run") as refused:
        run_cancel(run=run, actor=team.admin)
    assert refused.value.code == "run_busy"
    assert tries == [run.pk] * TRIES
    run.refresh_from_db()
    assert run.state == RunState.QUEUED
