"""The state folder: where a run keeps its database, queues, media, logs, secrets and its lock."""

from __future__ import annotations

import fcntl
import json
import os
import secrets
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

from fascicle.stack.errors import StackError

# platform/fascicle/stack/state.py -> the repository
PROJECT_ROOT = Path(__file__).resolve().parents[3]


@dataclass(frozen=True, slots=True)
class StateFolder:
    """Paths under one state folder (default `.fascicle/` in the project, or FASCICLE_STATE)."""

    path: Path

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> StateFolder:
        """The folder that FASCICLE_STATE names, relative to the project, else `.fascicle/`."""
        named = environ.get("FASCICLE_STATE") or ".fascicle"
        return cls((PROJECT_ROOT / Path(named).expanduser()).resolve())

    @property
    def logs(self) -> Path:
        return self.path / "logs"

    @property
    def media(self) -> Path:
        return self.path / "media"

    @property
    def status_file(self) -> Path:
        return self.path / "status.json"

    @property
    def environment_file(self) -> Path:
        return self.path / "environment.json"

    @property
    def lock_file(self) -> Path:
        return self.path / "lock"

    @property
    def demo_logins_file(self) -> Path:
        return self.path / "demo-logins.json"

    def make(self) -> None:
        """Create the folders. Raises StackError when this user may not write there."""
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            if os.geteuid() == 0:
                # PostgreSQL refuses to run as root: its own user must be able to pass through
                self.path.chmod(0o711)
            else:
                self.path.chmod(0o700)
            for private in (self.logs, self.media):
                private.mkdir(exist_ok=True)
                private.chmod(0o700)
        except OSError as error:
            raise StackError(
                f"The state folder {self.path} cannot be used: {error.strerror}. "
                "Make it writable for this user, or name another with FASCICLE_STATE."
            ) from error

    def secret(self, name: str) -> str:
        """The secret kept in file `name`, made on first use, readable by its owner only."""
        file = self.path / name
        if not file.exists() or not file.read_text().strip():
            write_private(file, secrets.token_urlsafe(48) + "\n")
        return file.read_text().strip()


def write_private(file: Path, text: str) -> None:
    """Write `text` in one step, with mode 0600: a reader sees the old file or the new one."""
    descriptor, partial = tempfile.mkstemp(prefix=f".{file.name}-", dir=file.parent)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
            stream.write(text)
        Path(partial).replace(file)
    except BaseException:
        Path(partial).unlink(missing_ok=True)
        raise


def read_json(file: Path) -> Any:
    """The content of a JSON file, or None when it is absent or half-written."""
    try:
        return json.loads(file.read_text(encoding="utf-8"))
    except (FileNotFoundError, json.JSONDecodeError):
        return None


class StateLock:
    """An exclusive lock on a state folder; the kernel releases it when its holder dies."""

    def __init__(self, state: StateFolder) -> None:
        self._state = state
        self._descriptor: int | None = None

    def __enter__(self) -> StateLock:
        descriptor = os.open(self._state.lock_file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            raise StackError(already_running(self._state)) from None
        os.ftruncate(descriptor, 0)
        os.write(descriptor, f"{os.getpid()}\n".encode())
        self._descriptor = descriptor
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


def holder(state: StateFolder) -> int | None:
    """Process id of the supervisor that holds the state folder now, or None."""
    try:
        descriptor = os.open(state.lock_file, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        text = os.read(descriptor, 32).decode().strip()
        return int(text) if text.isdigit() else 0
    finally:
        os.close(descriptor)
    return None


def already_running(state: StateFolder) -> str:
    """The message for a second run beside the first."""
    pid = holder(state)
    status = read_json(state.status_file)
    address = status.get("address") if isinstance(status, dict) else None
    where = f", {address}" if address else ""
    return (
        f"Fascicle already runs here (process {pid or 'unknown'}{where}). "
        "Nothing was changed. Stop it with Ctrl-C in its terminal or "
        "`.venv/bin/python -m fascicle.stack stop`; for a second one set FASCICLE_STATE "
        "and FASCICLE_PORT."
    )
