"""Looking at, stopping and deleting a stack from a second terminal."""

from __future__ import annotations

import os
import shutil
import signal
import time
from pathlib import Path

from fascicle.stack.console import Console
from fascicle.stack.state import StateFolder, StateLock, already_running, holder, read_json

NOT_RUNNING = 3  # as `systemctl status` and init scripts answer


def status(state: StateFolder, console: Console) -> int:
    """One line a service. Returns 0 when a stack runs, else 3."""
    pid = holder(state)
    if pid is None:
        console.line(f"Fascicle does not run in {state.path}.")
        return NOT_RUNNING
    content = read_json(state.status_file)
    if not isinstance(content, dict):
        console.line(f"Fascicle is starting (process {pid}).")
        return 0
    console.line(f"  Fascicle at {content.get('address')}, process {pid}")
    for row in content.get("services", []):
        minutes, seconds = divmod(int(time.time() - row["since"]), 60)
        words = f"{row['state']} for {minutes} min {seconds:02d} s"
        if row["restarts"]:
            words += f", started again {row['restarts']} times"
        good = row["state"] in ("ready", "done")
        console.service(row["name"], words, "green" if good else "yellow")
    return 0


def stop(state: StateFolder, console: Console, *, seconds: float = 90.0) -> int:
    """Ask the running stack to stop and wait for it. Returns 0 when none runs afterwards."""
    pid = holder(state)
    if not pid:
        console.line(f"Fascicle does not run in {state.path}.")
        return 0
    os.kill(pid, signal.SIGTERM)
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if holder(state) is None:
            console.line("Stopped.")
            return 0
        time.sleep(0.1)
    console.line(f"Process {pid} has not stopped within {seconds:.0f} s, see {state.logs}.")
    return 1


def clean(state: StateFolder, console: Console) -> int:
    """Delete the state folder and the database, wherever it is kept. Returns 1 while in use."""
    if not state.path.exists():
        return 0
    if holder(state) is not None:
        console.line(already_running(state))
        return 1
    with StateLock(state):
        pointer = state.path / "postgres" / "location"
        if pointer.exists():
            shelter = Path(pointer.read_text(encoding="utf-8").strip())
            if (shelter / "belongs-to").exists():
                shutil.rmtree(shelter)
        shutil.rmtree(state.path)
    return 0
