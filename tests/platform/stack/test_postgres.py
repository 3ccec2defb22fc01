"""The embedded PostgreSQL: real servers on throw-away folders."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from fascicle.stack import control, postgres
from fascicle.stack.child import Child
from fascicle.stack.console import Console
from fascicle.stack.errors import StackError
from fascicle.stack.state import StateFolder

from .conftest import wait_until


@pytest.fixture
def state() -> Iterator[StateFolder]:
    import tempfile

    # not pytest's own folder, which other users may not enter
    folder = Path(tempfile.mkdtemp(prefix="fascicle-postgres-"))
    folder.chmod(0o711)
    made = StateFolder(folder / "state")
    made.make()
    yield made
    control.clean(made, Console())
    folder.rmdir()


@contextmanager
def running(server: postgres.EmbeddedPostgres, state: StateFolder) -> Iterator[Child]:
    child = Child(server.spec, state.logs / "postgres.log", os.environ)
    try:
        wait_until(child.is_ready, 30, lambda: "\n".join(child.last_lines))
        yield child
    finally:
        child.stop()


def note(server: postgres.EmbeddedPostgres, text: str) -> None:
    with psycopg.connect(server.url) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS note (text text)")
        connection.execute("INSERT INTO note VALUES (%s)", (text,))


def notes(server: postgres.EmbeddedPostgres) -> list[str]:
    with psycopg.connect(server.url) as connection:
        return [row[0] for row in connection.execute("SELECT text FROM note ORDER BY text")]


def test_what_was_written_is_there_after_a_stop_and_a_start(state: StateFolder) -> None:
    first = postgres.prepare(state, durable=False)
    with running(first, state):
        note(first, "kept")
    second = postgres.prepare(state, durable=False)
    with running(second, state):
        assert notes(second) == ["kept"]


def test_a_killed_server_recovers_with_what_was_committed(state: StateFolder) -> None:
    first = postgres.prepare(state)
    with running(first, state) as child:
        note(first, "committed")
        os.kill(child.pid, signal.SIGKILL)
        child.process.wait()
    assert (first.data / "postmaster.pid").exists()
    second = postgres.prepare(state)
    with running(second, state):
        assert notes(second) == ["committed"]


def test_a_stale_lock_naming_a_living_stranger_does_not_stop_the_start(
    state: StateFolder,
) -> None:
    server = postgres.prepare(state, durable=False)
    stranger = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    try:
        # as after a reboot: the recorded process id belongs to another program now
        (server.data / "postmaster.pid").write_text(
            f"{stranger.pid}\n{server.data}\n1700000000\n5432\n\n127.0.0.1\n1 1\nready\n"
        )
        with running(server, state):
            note(server, "fine")
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def test_a_server_that_outlived_its_supervisor_is_ended_first(state: StateFolder) -> None:
    first = postgres.prepare(state, durable=False)
    with running(first, state) as orphan:
        second = postgres.prepare(state, durable=False)
        with running(second, state):
            assert orphan.poll() is not None
            note(second, "alone")


def test_data_of_a_version_that_is_not_shipped_is_named_and_left_alone(
    state: StateFolder,
) -> None:
    server = postgres.prepare(state, durable=False)
    (server.data / "PG_VERSION").write_text("13\n")
    before = sorted(path.name for path in server.data.iterdir())
    with pytest.raises(StackError, match="made by PostgreSQL 13; this Fascicle brings 18 and 16"):
        postgres.prepare(state, durable=False)
    assert sorted(path.name for path in server.data.iterdir()) == before


def test_data_of_an_older_version_that_is_shipped_still_runs(
    state: StateFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    every = postgres.shipped()
    if len(every) < 2:
        pytest.skip("the wheel ships one version")
    monkeypatch.setattr(postgres, "shipped", lambda: every[1:])
    old = postgres.prepare(state, durable=False)
    with running(old, state):
        note(old, "from long ago")
    monkeypatch.undo()
    again = postgres.prepare(state, durable=False)
    with running(again, state):
        assert notes(again) == ["from long ago"]


def test_a_folder_that_is_no_database_is_left_alone(state: StateFolder) -> None:
    stray = state.path / "postgres" / "data" / "thesis.txt"
    stray.parent.mkdir(parents=True)
    stray.write_text("years of work")
    with pytest.raises(StackError, match="not a PostgreSQL data folder"):
        postgres.prepare(state)
    assert stray.read_text() == "years of work"


def test_an_interrupted_first_start_begins_anew(state: StateFolder) -> None:
    half = state.path / "postgres" / "data.partial-abc" / "data"
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("18\n")
    server = postgres.prepare(state, durable=False)
    with running(server, state):
        note(server, "whole")
    assert not half.exists()


def test_a_lost_shelter_is_reported(state: StateFolder) -> None:
    home = state.path / "postgres"
    home.mkdir()
    (home / "location").write_text("/no/such/folder\n")
    with pytest.raises(StackError, match="/no/such/folder, which is gone"):
        postgres.prepare(state)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs PostgreSQL as somebody else")
def test_root_may_work_in_a_folder_nobody_else_can_enter(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    state = StateFolder(tmp_path / "state")
    state.make()
    server = postgres.prepare(state, durable=False)
    shelter = server.data.parent
    assert tmp_path not in server.data.parents
    with running(server, state):
        note(server, "sheltered")
    again = postgres.prepare(state, durable=False)
    assert again.data == server.data
    with running(again, state):
        assert notes(again) == ["sheltered"]
    assert control.clean(state, Console()) == 0
    assert not shelter.exists()
