"""Does a newcomer's first `make run` work? Clones HEAD into an empty folder and tries it.

Waits until /api/health/ answers 200, logs in with a demo log-in, stops with Ctrl-C, and looks for
processes and ports left behind. Then starts a second time, which must be quick. Prints the times.
"""

from __future__ import annotations

import contextlib
import http.cookiejar
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import IO
from urllib.parse import urlsplit

import psutil

from fascicle.stack.ports import can_bind, free_port

ROOT = Path(__file__).resolve().parents[1]
FIRST_START_SECONDS = 45 * 60
SECOND_START_SECONDS = 5 * 60
STOP_SECONDS = 90
# a newcomer has none of these
_PRIVATE = (
    "FASCICLE_",
    "DJANGO_",
    "DATABASE_URL",
    "REDIS_URL",
    "VIRTUAL_ENV",
    "PYTHONPATH",
    "MAKE",
)


class FreshError(Exception):
    """What did not work for the newcomer."""


def main() -> int:
    """Run the whole check. Returns 0 when everything held."""
    folder = Path(tempfile.mkdtemp(prefix="fascicle-fresh-"))
    try:
        check(folder)
    except (FreshError, subprocess.CalledProcessError) as error:
        print(f"make fresh: {error}", file=sys.stderr)
        return 1
    finally:
        tidy(folder)
    print("make fresh: all well.")
    return 0


def check(folder: Path) -> None:
    """Clone, start, log in, stop, start again, stop."""
    clone = folder / "fascicle"
    changed = subprocess.run(
        ["git", "status", "--porcelain"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    if changed:
        print("Note: uncommitted changes are not part of this check.")
    subprocess.run(["git", "clone", "--quiet", "--no-hardlinks", ROOT, clone], check=True)
    port = free_port()
    for name, limit in (("first", FIRST_START_SECONDS), ("second", SECOND_START_SECONDS)):
        began = time.monotonic()
        with (folder / f"{name}.log").open("w+", encoding="utf-8") as output:
            make = start(clone, port, output)
            try:
                wait_for_health(make, port, limit, output)
                print(f"{name} start: healthy after {time.monotonic() - began:.0f} s")
                print(f"{name} start: logged in as {log_in(clone, port)}")
                ports = [port, *store_ports(clone)]
                began = time.monotonic()
                stop(make, output)
                print(f"{name} start: stopped in {time.monotonic() - began:.1f} s")
            finally:
                if make.poll() is None:
                    with contextlib.suppress(ProcessLookupError):
                        os.killpg(make.pid, signal.SIGTERM)
                    make.wait(STOP_SECONDS)
        require_nothing_left(folder, ports)


def start(clone: Path, port: int, output: IO[str]) -> subprocess.Popen[str]:
    """`make run` in a session of its own, as a terminal would hold it."""
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(_PRIVATE)
    }
    inside = str(ROOT / ".venv")
    environment["PATH"] = os.pathsep.join(
        part for part in environment["PATH"].split(os.pathsep) if not part.startswith(inside)
    )
    return subprocess.Popen(
        ["make", "run"],
        cwd=clone,
        env={**environment, "FASCICLE_PORT": str(port)},
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def wait_for_health(
    make: subprocess.Popen[str], port: int, seconds: float, output: IO[str]
) -> None:
    """Until /api/health/ answers 200."""
    deadline = time.monotonic() + seconds
    answer = "no answer"
    while time.monotonic() < deadline:
        if make.poll() is not None:
            raise FreshError(f"`make run` ended with status {make.returncode}:\n{said(output)}")
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/api/health/", timeout=10):
                return
        except urllib.error.HTTPError as error:
            answer = f"{error.code} {error.read(2000).decode('utf-8', 'replace')}"
        except OSError as error:
            answer = str(error)
        time.sleep(0.5)
    raise FreshError(f"not healthy after {seconds:.0f} s ({answer}):\n{said(output)}")


def log_in(clone: Path, port: int) -> str:
    """Log in with the first demo log-in through the headless API; return its e-mail."""
    logins = clone / ".fascicle" / "demo-logins.json"
    if not logins.exists():
        raise FreshError("there are no demo log-ins: load_demo wrote no demo-logins.json")
    person = json.loads(logins.read_text(encoding="utf-8"))[0]
    jar = http.cookiejar.CookieJar()
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
    base = f"http://127.0.0.1:{port}/_allauth/browser/v1"
    try:
        browser.open(f"{base}/config", timeout=30).read()
        token = next((str(cookie.value) for cookie in jar if cookie.name == "csrftoken"), "")
        request = urllib.request.Request(  # noqa: S310
            f"{base}/auth/login",
            data=json.dumps({"email": person["email"], "password": person["password"]}).encode(),
            headers={
                "Content-Type": "application/json",
                "X-CSRFToken": token,
                "Referer": f"http://127.0.0.1:{port}/",
            },
        )
        browser.open(request, timeout=30).read()
        session = json.load(browser.open(f"{base}/auth/session", timeout=30))
    except urllib.error.HTTPError as error:
        body = error.read(2000).decode("utf-8", "replace")
        raise FreshError(f"log-in failed at {error.url}: {error.code} {body}") from error
    if not session["meta"]["is_authenticated"]:
        raise FreshError(f"the log-in of {person['email']} gave no session")
    return str(person["email"])


def store_ports(clone: Path) -> list[int]:
    """The ports of the embedded PostgreSQL and Redis, while they run."""
    kept = json.loads((clone / ".fascicle" / "environment.json").read_text(encoding="utf-8"))
    ports = [urlsplit(kept[name]).port for name in ("DATABASE_URL", "REDIS_URL")]
    return [port for port in ports if port is not None]


def stop(make: subprocess.Popen[str], output: IO[str]) -> None:
    """Ctrl-C: the terminal sends SIGINT to make and to what it runs."""
    os.killpg(make.pid, signal.SIGINT)
    try:
        make.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired as error:
        raise FreshError(f"not stopped {STOP_SECONDS} s after Ctrl-C:\n{said(output)}") from error
    if "Stopped." not in said(output) or "Error" in said(output):
        raise FreshError(f"`make run` did not stop cleanly:\n{said(output)}")


def require_nothing_left(folder: Path, ports: list[int]) -> None:
    """No process that works in, was started from or was told of `folder`; no port still held."""
    left = [words for process in psutil.process_iter() if (words := belongs(process, folder))]
    if left:
        raise FreshError("processes are left:\n  " + "\n  ".join(left))
    held = [port for port in ports if can_bind("127.0.0.1", port) is not None]
    if held:
        raise FreshError(f"ports are still held: {held}")


def belongs(process: psutil.Process, folder: Path) -> str:
    """A description of `process` when it has to do with `folder`, else an empty string."""
    if process.pid == os.getpid():
        return ""
    seen: list[str] = []
    for look in (process.cmdline, lambda: [process.cwd()], lambda: process.environ().values()):
        with contextlib.suppress(psutil.Error, OSError):
            seen.extend(look())
    if any(str(folder) in text for text in seen):
        with contextlib.suppress(psutil.Error):
            return f"{process.pid} {' '.join(process.cmdline())} ({process.status()})"
    return ""


def said(output: IO[str]) -> str:
    """What `make run` printed."""
    output.flush()
    return Path(output.name).read_text(encoding="utf-8", errors="replace")


def tidy(folder: Path) -> None:
    """Delete the clone, and the database where that lies elsewhere."""
    python = folder / "fascicle" / ".venv" / "bin" / "python"
    if python.exists():
        subprocess.run(
            [python, "-m", "fascicle.stack", "clean"], cwd=folder / "fascicle", check=False
        )
    shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
