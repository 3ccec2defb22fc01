"""A real worker process on the real queue: a job end to end, and a worker killed in the middle."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from django.db import connection

from fascicle.jobs.models import Job, JobState
from fascicle.jobs.services import job_create, job_reap

pytestmark = pytest.mark.django_db(transaction=True)

QUEUE = "test-workers"
PATIENCE_SECONDS = 120.0  # a bound against hanging; nothing is measured


@pytest.fixture
def start_worker(
    repository: Path, tmp_path: Path
) -> Iterator[Callable[[], subprocess.Popen[bytes]]]:
    """Starts workers on the test's own database and queue; none outlives the test."""
    place = connection.settings_dict
    environment = {
        **os.environ,
        "DATABASE_URL": (
            f"postgres://{place['USER']}:{place['PASSWORD']}@{place['HOST']}:{place['PORT']}"
            f"/{place['NAME']}"
        ),
        "FASCICLE_JOB_LEASE_SECONDS": "2",
        "FASCICLE_JOB_HEARTBEAT_SECONDS": "1",
        "PYTHONPATH": os.pathsep.join([str(repository), str(repository / "platform")]),
    }
    workers: list[subprocess.Popen[bytes]] = []

    def start() -> subprocess.Popen[bytes]:
        name = f"w{len(workers)}"
        with (tmp_path / f"{name}.log").open("wb") as log:
            worker = subprocess.Popen(
                [
                    *(sys.executable, "-m", "celery", "-A", "fascicle", "worker"),
                    *("-c", "1", "-Q", QUEUE, "-n", f"{name}-{os.getpid()}@test"),
                    *("--include", "tests.platform.jobs.worker_kinds"),
                    *("--without-gossip", "--without-mingle"),
                ],
                cwd=repository,
                env=environment,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # so that it and its children can be killed as one
            )
        workers.append(worker)
        return worker

    yield start
    for worker in workers:
        kill(worker)
    for log in tmp_path.glob("*.log"):  # shown by pytest when the test has failed
        print(f"--- {log.name}\n{log.read_text(errors='replace')[-4000:]}")  # noqa: T201


def kill(worker: subprocess.Popen[bytes]) -> None:
    """Kill -9 the worker and its children at once."""
    with suppress(ProcessLookupError):
        os.killpg(worker.pid, signal.SIGKILL)
    worker.wait(timeout=30)


def until(job: Job, is_so: Callable[[Job], bool], *, reap: bool = False) -> Job:
    """The job's row once it is so."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        if reap:
            job_reap()  # beat's part
        row = Job.objects.get(pk=job.pk)
        if is_so(row):
            return row
        time.sleep(0.1)
    pytest.fail(f"the job is still {row.state}, attempt {row.attempt}, {row.error!r}")


def test_a_job_is_done_and_a_killed_workers_job_is_done_by_the_next(
    start_worker: Callable[[], subprocess.Popen[bytes]],
) -> None:
    first = start_worker()
    quick = job_create(
        kind="test_quick", queue=QUEUE, owner=None, project=None, payload={"numbers": [1, 2, 3]}
    )
    done = until(quick, lambda row: row.is_finished)
    assert (done.state, done.error) == (JobState.DONE, "")
    assert done.result["sum"] == 6
    assert done.result["pid"] != os.getpid()

    stuck = job_create(kind="test_first_worker_never_ends", queue=QUEUE, owner=None, project=None)
    held = until(stuck, lambda row: row.message == "Holding.")
    assert (held.state, held.attempt) == (JobState.RUNNING, 1)
    kill(first)

    start_worker()
    rescued = until(stuck, lambda row: row.is_finished, reap=True)
    assert rescued.state == JobState.DONE
    assert rescued.attempt == 2
    assert rescued.result["by_attempt"] == 2
    assert rescued.result["pid"] != done.result["pid"]
