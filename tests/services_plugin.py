"""Gives a whole test session its own PostgreSQL and Redis, on free ports, in a temporary folder.

The addresses are chosen and put into the environment before pytest-django reads the settings; the
servers start only when a collected test needs them, so numeric tests stay quick. With
FASCICLE_TEST_DATABASE_URL and FASCICLE_TEST_REDIS_URL set, those services are used instead.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Generator, Sequence
from pathlib import Path

import pytest

from fascicle.stack import control, postgres, redis
from fascicle.stack.child import Child
from fascicle.stack.console import Console
from fascicle.stack.ports import free_port
from fascicle.stack.processes import ProcessSpec
from fascicle.stack.state import StateFolder

_FIXTURES_WITH_SERVICES = {
    "services",
    "db",
    "transactional_db",
    "django_db_setup",
    "django_db_reset_sequences",
    "live_server",
    "celery_worker",
}
_STARTS_WITHIN_SECONDS = 60.0


class TestServices:
    """The two servers of one session: addresses first, processes on demand."""

    __test__ = False

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="fascicle-tests-"))
        self.state = StateFolder(self.folder / "state")
        self.state.make()
        self._owner = os.getpid()
        self._children: list[Child] = []
        self._is_started = False
        if os.geteuid() == 0:
            # the database server runs under another account and passes through here
            self.folder.chmod(0o711)
        self.database_port = free_port()
        self.redis_port = free_port()
        self.given_database = os.environ.get("FASCICLE_TEST_DATABASE_URL")
        self.given_redis = os.environ.get("FASCICLE_TEST_REDIS_URL")
        self.database_url = self.given_database or postgres.url_for(self.state, self.database_port)
        self.redis_url = self.given_redis or redis.url_for(self.state, self.redis_port)

    def environment(self) -> dict[str, str]:
        """What the settings, and processes that tests start, are to read."""
        return {
            "DATABASE_URL": self.database_url,
            "REDIS_URL": self.redis_url,
            "FASCICLE_STATE": str(self.state.path),
            "FASCICLE_MEDIA_ROOT": str(self.state.media),
            "FASCICLE_ADDRESS": "http://127.0.0.1:8000",
            "DJANGO_SECRET_KEY": self.state.secret("secret-key"),
        }

    def start(self) -> None:
        """Start what is not given from outside, and wait until it answers."""
        if self._is_started:
            return
        self._is_started = True
        specs: list[ProcessSpec] = []
        if not self.given_database:
            specs.append(postgres.prepare(self.state, durable=False, port=self.database_port).spec)
        if not self.given_redis:
            specs.append(redis.prepare(self.state, durable=False, port=self.redis_port).spec)
        self._children = [
            Child(spec, self.state.logs / f"{spec.name}.log", os.environ) for spec in specs
        ]
        self._await(self._children)

    def restart(self, name: str, *, away_seconds: float = 0.0) -> None:
        """Stop "redis", which forgets all it held, or "postgres"; start it again at its address.

        Skips the test where that service was given from outside.
        """
        for place, child in enumerate(self._children):
            if child.spec.name == name:
                child.stop()
                time.sleep(away_seconds)
                self._children[place] = Child(child.spec, child.log, os.environ)
                self._await([self._children[place]])
                return
        pytest.skip(f"{name} was given from outside")

    def _await(self, children: Sequence[Child]) -> None:
        deadline = time.monotonic() + _STARTS_WITHIN_SECONDS
        for child in children:
            while not child.is_ready():
                if child.poll() is not None or time.monotonic() > deadline:
                    lines = "\n".join(child.last_lines)
                    pytest.exit(f"{child.spec.name} did not start for the tests:\n{lines}", 3)
                time.sleep(0.05)

    def stop(self) -> None:
        """Stop the servers and delete the folder (in the process that made it only)."""
        if os.getpid() != self._owner or not self.folder.exists():
            return
        for child in reversed(self._children):
            child.stop()
        control.clean(self.state, Console())
        shutil.rmtree(self.folder, ignore_errors=True)


_services: list[TestServices] = []


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests(
    early_config: pytest.Config,
) -> Generator[None, None, None]:
    """Set the environment ahead of pytest-django, which reads the settings in this hook."""
    current = TestServices()
    _services.append(current)
    os.environ.update(current.environment())
    # also after a failing conftest, a usage error and --help
    early_config.add_cleanup(current.stop)
    return (yield)


def pytest_collection_finish(session: pytest.Session) -> None:
    """Start the servers when a selected test needs them."""
    if session.config.option.collectonly:
        return
    if any(_needs_services(item) for item in session.items):
        _services[0].start()


def _needs_services(item: pytest.Item) -> bool:
    names = set(getattr(item, "fixturenames", ()))
    marks = ("django_db", "browser")
    return bool(names & _FIXTURES_WITH_SERVICES) or any(map(item.get_closest_marker, marks))


@pytest.fixture(scope="session")
def services() -> TestServices:
    """The session's PostgreSQL and Redis, running."""
    current = _services[0]
    current.start()
    return current
