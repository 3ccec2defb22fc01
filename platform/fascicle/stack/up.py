"""`./manage.py up`: everything on one machine, until Ctrl-C."""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import socket
import sys
import time
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import replace
from urllib.parse import urlsplit

import psutil

from fascicle.stack import postgres, redis
from fascicle.stack.console import Console
from fascicle.stack.environment import SHARED_NAMES
from fascicle.stack.errors import StackError
from fascicle.stack.ports import next_free_port, port_from, require_free
from fascicle.stack.processes import ProcessSpec
from fascicle.stack.services import STORES, Site, application
from fascicle.stack.state import PROJECT_ROOT, StateFolder, StateLock, read_json, write_private
from fascicle.stack.supervisor import Supervisor


def main(argv: Sequence[str] = ()) -> int:
    """Run the stack in the foreground. Returns 0 after a requested stop, 1 when it cannot run."""
    parser = argparse.ArgumentParser(
        prog="manage.py up",
        description="Start databases, web server and workers, and stop them with Ctrl-C. "
        "FASCICLE_PORT, FASCICLE_HOST and FASCICLE_STATE choose port, interface and state folder, "
        "FASCICLE_LIVE_PORT the port of the live pictures (the next free one after FASCICLE_PORT); "
        "with DATABASE_URL or REDIS_URL set, those services are used instead of embedded ones.",
    )
    parser.parse_args(argv)
    console = Console()
    try:
        return up(os.environ, console)
    except StackError as error:
        console.line(console.paint(str(error), "red"))
        return 1
    except KeyboardInterrupt:
        # during preparation, before anything was started
        console.line()
        return 130


def up(environ: Mapping[str, str], console: Console) -> int:
    """Prepare the state folder and supervise. Raises StackError before anything was started."""
    state = StateFolder.from_environment(environ)
    site = site_from(environ)
    state.make()
    with StateLock(state):
        require_free(site.host, site.port)
        site = replace(site, live_port=live_port_from(environ, site))
        stores, urls = prepare_stores(state, environ)
        shared = {
            **urls,
            "DJANGO_SECRET_KEY": environ.get("DJANGO_SECRET_KEY") or state.secret("secret-key"),
            "FASCICLE_STATE": str(state.path),
            "FASCICLE_MEDIA_ROOT": environ.get("FASCICLE_MEDIA_ROOT") or str(state.media),
            "FASCICLE_ADDRESS": site.address,
            "FASCICLE_HOST": site.host,
            "FASCICLE_PORT": str(site.port),
            "FASCICLE_LIVE_PORT": str(site.live_port),
        }
        if not environ.get("DJANGO_ALLOWED_HOSTS"):
            shared["DJANGO_ALLOWED_HOSTS"] = ",".join(host_names(site))
        write_private(state.environment_file, json.dumps({n: shared[n] for n in SHARED_NAMES}))
        console.line(f"  Fascicle, state and logs in {state.path}")
        supervisor = _Run(
            [*stores, *application(site, state)],
            state=state,
            site=site,
            console=console,
            environment={**environ, **shared, "PYTHONUNBUFFERED": "1"},
            stop_with_parent=environ.get("FASCICLE_STOP_WITH_PARENT") == "1",
        )
        try:
            return supervisor.run()
        finally:
            state.status_file.unlink(missing_ok=True)
            state.environment_file.unlink(missing_ok=True)


def site_from(environ: Mapping[str, str]) -> Site:
    """FASCICLE_HOST, FASCICLE_PORT and FASCICLE_ADDRESS. Raises StackError for a bad port."""
    host = environ.get("FASCICLE_HOST") or "127.0.0.1"
    port = port_from(environ.get("FASCICLE_PORT") or "8000")
    site = Site(host, port, "")
    name = f"[{site.local_host}]" if ":" in site.local_host else site.local_host
    return Site(host, port, environ.get("FASCICLE_ADDRESS") or f"http://{name}:{port}")


def live_port_from(environ: Mapping[str, str], site: Site) -> int:
    """FASCICLE_LIVE_PORT, else the next free port after the web server's.

    Raises StackError for a bad port, or when the one that is asked for is taken.
    """
    name = "FASCICLE_LIVE_PORT"
    if environ.get(name):
        port = port_from(environ[name], name)
        require_free(site.host, port, name)
        return port
    return next_free_port(site.host, site.port + 1)


def host_names(site: Site) -> list[str]:
    """The names a browser may ask for: this machine's own too when others can reach the site."""
    names = ["127.0.0.1", "localhost", "[::1]", urlsplit(site.address).hostname or ""]
    if site.host not in ("127.0.0.1", "::1", "localhost"):
        names += [socket.gethostname(), socket.getfqdn(), f"{socket.gethostname()}.local"]
        for addresses in psutil.net_if_addrs().values():
            for address in addresses:
                if address.family is socket.AF_INET:
                    names.append(address.address)
                elif address.family is socket.AF_INET6:
                    names.append(f"[{address.address.partition('%')[0]}]")
    # the order is kept, the repetitions and the unknown are not
    return list(dict.fromkeys(filter(None, names)))


def prepare_stores(
    state: StateFolder, environ: Mapping[str, str]
) -> tuple[list[ProcessSpec], dict[str, str]]:
    """The embedded stores to start, and the URLs of both (given ones are taken as they are)."""
    specs: list[ProcessSpec] = []
    urls = {name: environ[name] for name in ("DATABASE_URL", "REDIS_URL") if environ.get(name)}
    if "REDIS_URL" not in urls:
        queue = redis.prepare(state, stage=STORES, environ=environ)
        specs.append(queue.spec)
        urls["REDIS_URL"] = queue.url
    if "DATABASE_URL" not in urls:
        database = postgres.prepare(state, stage=STORES)
        specs.insert(0, database.spec)
        urls["DATABASE_URL"] = database.url
    return specs, urls


class _Run(Supervisor):
    """The supervisor, telling the terminal and the status file how things stand."""

    def __init__(
        self,
        specs: Sequence[ProcessSpec],
        *,
        state: StateFolder,
        site: Site,
        console: Console,
        environment: Mapping[str, str],
        stop_with_parent: bool,
    ) -> None:
        self._state = state
        self._site = site
        self._began = time.time()
        self._terminal = console
        # commands find the project whatever folder they start in, ahead of an installed copy
        paths = [
            str(PROJECT_ROOT),
            str(PROJECT_ROOT / "platform"),
            environment.get("PYTHONPATH", ""),
        ]
        super().__init__(
            specs,
            logs=state.logs,
            environment={**environment, "PYTHONPATH": os.pathsep.join(filter(None, paths))},
            run=uuid.uuid4().hex,
            console=console,
            stop_with_parent=stop_with_parent,
        )

    def on_change(self) -> None:
        status = {
            "pid": os.getpid(),
            "address": self._site.address,
            "started": self._began,
            "services": self.snapshot(),
        }
        # a full disk must not end the services
        with contextlib.suppress(OSError):
            write_private(self._state.status_file, json.dumps(status, indent=1))

    def on_all_ready(self) -> None:
        self._terminal.welcome(self._site.address + "/", read_json(self._state.demo_logins_file))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
