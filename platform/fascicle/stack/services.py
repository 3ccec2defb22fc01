"""The list of what a run consists of. A further process is a further line in `application`."""

from __future__ import annotations

import os
import re
import sys
from dataclasses import dataclass

from fascicle.stack.processes import AnswersHttp, LogShows, ProcessSpec, Restart
from fascicle.stack.state import PROJECT_ROOT, StateFolder

STORES, MIGRATE, DEMO, APPLICATION = range(4)

# one computes while the other's request waits for its turn at the interpreter
WEB_PROCESSES = 2


@dataclass(frozen=True, slots=True)
class Site:
    """Where the web server (`port`) and the hub (`live_port`) listen, and what people type."""

    host: str
    port: int
    address: str
    live_port: int = 0

    @property
    def local_host(self) -> str:
        """A host name under which this machine reaches the server."""
        return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.host, self.host)  # noqa: S104


def application(site: Site, state: StateFolder) -> list[ProcessSpec]:
    """Everything that runs our own code, in the order of its stages."""
    is_demo_wanted = os.environ.get("FASCICLE_DEMO", "1") != "0"
    demo = [once("demo", ("load_demo",), stage=DEMO, required=False)] if is_demo_wanted else []
    scanner = [phantom_scanner(site)] if is_demo_wanted else []
    return [
        once("migrate", ("migrate", "--no-input"), stage=MIGRATE),
        *demo,
        *(web(site, number) for number in range(1, WEB_PROCESSES + 1)),
        ProcessSpec(
            name="hub",
            argv=(
                *(sys.executable, "-m", "inference.live_process"),
                *("--host", site.host, "--port", str(site.live_port)),
            ),
            stage=APPLICATION,
            folder=PROJECT_ROOT,
            ready=AnswersHttp(site.local_host, site.live_port, "/live/health"),
            required=False,
            first_pause=0.1,  # people are looking at its pictures
        ),
        *scanner,
        worker("worker", queues="ingest,predict,export,default", concurrency=2),
        worker("trainer", queues="train", concurrency=1),
        ProcessSpec(
            name="beat",
            argv=(
                *(sys.executable, "-m", "celery", "-A", "fascicle", "beat"),
                *("--schedule", str(state.path / "beat-schedule"), "--pidfile", ""),
                *("--loglevel", "INFO"),
            ),
            stage=APPLICATION,
            folder=PROJECT_ROOT,
            ready=LogShows(re.compile(r"beat: Starting")),
            required=False,
        ),
    ]


def once(name: str, command: tuple[str, ...], *, stage: int, required: bool = True) -> ProcessSpec:
    """A management command that runs to its end at every start."""
    return ProcessSpec(
        name=name,
        argv=(sys.executable, str(PROJECT_ROOT / "manage.py"), *command),
        stage=stage,
        folder=PROJECT_ROOT,
        restart=Restart.NEVER,
        required=required,
    )


def web(site: Site, number: int) -> ProcessSpec:
    """One of the processes that answer requests, on the port they share."""
    return ProcessSpec(
        name="web" if number == 1 else f"web-{number}",
        argv=(
            *(sys.executable, "-m", "fascicle.stack.web", "fascicle.asgi:application"),
            *("--host", site.host, "--port", str(site.port)),
        ),
        stage=APPLICATION,
        environment={"FASCICLE_DATABASE_POOL": "1"},
        folder=PROJECT_ROOT,
        ready=AnswersHttp(site.local_host, site.port, "/api/health/"),
        required=False,
    )


def phantom_scanner(site: Site) -> ProcessSpec:
    """A simulated scanner that streams into the demo project."""
    host = f"[{site.local_host}]" if ":" in site.local_host else site.local_host
    return ProcessSpec(
        name="phantom-scanner",
        argv=(
            *(sys.executable, str(PROJECT_ROOT / "manage.py"), "phantom_scanner"),
            *("--server", f"http://{host}:{site.port}"),
        ),
        stage=APPLICATION,
        folder=PROJECT_ROOT,
        required=False,
    )


def worker(name: str, *, queues: str, concurrency: int) -> ProcessSpec:
    """A Celery worker on `queues`. Jobs it is killed in are taken up again by their lease."""
    return ProcessSpec(
        name=name,
        argv=(
            *(sys.executable, "-m", "celery", "-A", "fascicle", "worker"),
            *("--hostname", f"{name}@%h", "--queues", queues),
            *("--concurrency", str(concurrency), "--loglevel", "INFO"),
        ),
        stage=APPLICATION,
        folder=PROJECT_ROOT,
        ready=LogShows(re.compile(rf"{name}@\S+ ready\.")),
        required=False,
    )
