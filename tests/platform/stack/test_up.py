"""`python -m fascicle.stack` refuses clearly, and breaks nothing when it does."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from fascicle.stack.environment import adopt
from fascicle.stack.errors import StackError
from fascicle.stack.ports import free_port, port_from
from fascicle.stack.redis import find_server
from fascicle.stack.state import StateFolder, StateLock, holder, write_private
from fascicle.stack.up import host_names, live_port_from, prepare_stores, site_from


def stack(*arguments: str, state: Path, **more: str) -> subprocess.CompletedProcess[str]:
    environ = {
        name: value
        for name, value in os.environ.items()
        if name not in ("DATABASE_URL", "REDIS_URL")
    }
    return subprocess.run(
        [sys.executable, "-m", "fascicle.stack", *arguments],
        env={**environ, "FASCICLE_STATE": str(state), **more},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.fixture
def state(tmp_path: Path) -> StateFolder:
    made = StateFolder(tmp_path / "state")
    made.make()
    return made


def test_a_second_run_names_the_first_and_leaves_it_alone(state: StateFolder) -> None:
    write_private(state.status_file, '{"address": "http://127.0.0.1:8123"}')
    with StateLock(state):
        second = stack("up", state=state.path)
        assert second.returncode == 1
        assert f"already runs here (process {os.getpid()}, http://127.0.0.1:8123)" in second.stdout
        assert "Traceback" not in second.stdout + second.stderr
        assert holder(state) == os.getpid()
    assert holder(state) is None


def test_a_taken_port_is_named_before_anything_is_started(state: StateFolder) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        run = stack("up", state=state.path, FASCICLE_PORT=str(port))
    assert run.returncode == 1
    assert f"Port {port}" in run.stdout
    assert "FASCICLE_PORT" in run.stdout
    assert not (state.path / "postgres").exists()
    assert holder(state) is None


@pytest.mark.parametrize("text", ["", "web", "0", "65536", "-1", "80.5"])
def test_a_port_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(StackError, match="FASCICLE_PORT"):
        port_from(text)


def test_status_and_stop_say_when_nothing_runs(state: StateFolder) -> None:
    status = stack("status", state=state.path)
    assert (status.returncode, "does not run" in status.stdout) == (3, True)
    assert stack("stop", state=state.path).returncode == 0


def test_given_services_are_used_as_they_are(state: StateFolder) -> None:
    given = {"DATABASE_URL": "postgresql://db/fascicle", "REDIS_URL": "redis://queue/0"}
    assert prepare_stores(state, given) == ([], given)
    assert not (state.path / "postgres").exists()


def test_the_address_is_one_a_browser_can_open() -> None:
    assert site_from({}).address == "http://127.0.0.1:8000"
    assert site_from({"FASCICLE_HOST": "0.0.0.0"}).address == "http://127.0.0.1:8000"  # noqa: S104
    assert site_from({"FASCICLE_HOST": "::", "FASCICLE_PORT": "81"}).address == "http://[::1]:81"


def test_the_hub_gets_the_next_free_port_or_the_one_asked_for() -> None:
    with socket.socket() as web, socket.socket() as other:
        for taken in (web, other):
            taken.bind(("127.0.0.1", 0))
            taken.listen()
        site = site_from({"FASCICLE_PORT": str(web.getsockname()[1])})
        assert live_port_from({}, site) > site.port
        asked = str(other.getsockname()[1])
        with pytest.raises(StackError, match=f"FASCICLE_LIVE_PORT={int(asked) + 1}"):
            live_port_from({"FASCICLE_LIVE_PORT": asked}, site)
    assert live_port_from({"FASCICLE_LIVE_PORT": asked}, site) == int(asked)
    with pytest.raises(StackError, match="FASCICLE_LIVE_PORT"):
        live_port_from({"FASCICLE_LIVE_PORT": "none"}, site)


def test_a_site_on_the_network_answers_to_the_names_of_this_machine() -> None:
    assert host_names(site_from({})) == ["127.0.0.1", "localhost", "[::1]"]
    everywhere = host_names(
        site_from({"FASCICLE_HOST": "0.0.0.0", "FASCICLE_ADDRESS": "https://ward.example/"})  # noqa: S104
    )
    assert "ward.example" in everywhere
    assert socket.gethostname() in everywhere
    assert "*" not in everywhere


def test_secrets_are_made_once_and_are_private(state: StateFolder) -> None:
    key = state.secret("secret-key")
    assert len(key) >= 50
    assert state.secret("secret-key") == key
    assert (state.path / "secret-key").stat().st_mode & 0o777 == 0o600
    assert state.media.stat().st_mode & 0o777 == 0o700


def test_a_command_beside_a_running_stack_takes_over_its_addresses(state: StateFolder) -> None:
    environ = {"FASCICLE_STATE": str(state.path), "REDIS_URL": "redis://mine/0"}
    write_private(state.environment_file, '{"DATABASE_URL": "postgresql://x/y", "REDIS_URL": "no"}')
    assert not adopt(environ)
    with StateLock(state):
        assert adopt(environ)
    assert environ["DATABASE_URL"] == "postgresql://x/y"
    assert environ["REDIS_URL"] == "redis://mine/0"


def test_without_the_wheel_redis_comes_from_the_path_or_is_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(StackError, match="install redis-server or valkey-server"):
        find_server({"PATH": str(tmp_path)})
    program = tmp_path / "valkey-server"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    assert find_server({"PATH": str(tmp_path)}) == program


def test_a_free_port_can_be_listened_on() -> None:
    port = free_port()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", port))
        probe.listen()
        assert probe.getsockname() == ("127.0.0.1", port)
