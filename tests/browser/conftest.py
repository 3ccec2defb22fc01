"""A whole running Fascicle, a real Chromium, and people who log in through the page."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from fascicle.stack.ports import free_port

REPOSITORY = Path(__file__).resolve().parents[2]
PASSWORD = "a-quiet-room-to-read"
HEALTHY_WITHIN_SECONDS = 240.0
PICTURES = Path(os.environ.get("FASCICLE_PICTURES", REPOSITORY / "test-results"))

expect.set_options(timeout=20_000)


@dataclass(frozen=True)
class Site:
    """A running stack: its address, and its command line."""

    address: str
    environment: dict[str, str]

    def manage(self, *arguments: str, text: str = "") -> str:
        """Run a management command beside the stack and return what it printed."""
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=REPOSITORY,
            env=self.environment,
            input=text,
            capture_output=True,
            text=True,
            check=False,
            timeout=600,
        )
        assert done.returncode == 0, f"{arguments}: {done.stdout}\n{done.stderr}"
        return done.stdout

    def create_person(self, email: str, name: str, *, is_staff: bool = False) -> None:
        """An account with PASSWORD."""
        staff = ["--staff"] if is_staff else []
        command = ["create_person", email, "--name", name, "--password-stdin", *staff]
        self.manage(*command, text=f"{PASSWORD}\n")


@pytest.fixture(scope="session")
def site() -> Iterator[Site]:
    """PostgreSQL, Redis, web and workers in a folder of their own, without the demo."""
    with running_site() as site:
        yield site


@contextmanager
def running_site() -> Iterator[Site]:
    """A stack of its own until the block ends, or the one that FASCICLE_BROWSER_SITE names."""
    running = os.environ.get("FASCICLE_BROWSER_SITE")
    if running:  # a stack started by hand, for writing tests quickly
        state = os.environ.get("FASCICLE_BROWSER_STATE", str(REPOSITORY / ".fascicle"))
        yield Site(running, _own_environment() | {"FASCICLE_STATE": state})
        return
    if not (REPOSITORY / "frontend" / "dist" / "index.html").is_file():
        pytest.fail("The front end is not built: run `make test-browser`, which builds it first.")
    folder = Path(tempfile.mkdtemp(prefix="fascicle-browser-"))
    folder.chmod(0o711)  # the database server may run under another account
    port = free_port()
    environment = _own_environment() | {
        "FASCICLE_STATE": str(folder / "state"),
        "FASCICLE_PORT": str(port),
        "FASCICLE_DEMO": "0",
        "CUDA_VISIBLE_DEVICES": "",
    }
    log = (folder / "up.log").open("wb")
    process = subprocess.Popen(
        [sys.executable, "manage.py", "up"],
        cwd=REPOSITORY,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=subprocess.STDOUT,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_until_healthy(address, process, folder)
        yield Site(address, environment)
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(timeout=60)
        except subprocess.TimeoutExpired:
            process.kill()
        log.close()
        _keep_logs(folder)
        shutil.rmtree(folder, ignore_errors=True)


def _own_environment() -> dict[str, str]:
    """Without the session's test services, which are not for this stack."""
    theirs = {"DATABASE_URL", "REDIS_URL", "DJANGO_SECRET_KEY"}
    return {
        name: value
        for name, value in os.environ.items()
        if name not in theirs and not name.startswith("FASCICLE_")
    }


def _wait_until_healthy(address: str, process: subprocess.Popen[bytes], folder: Path) -> None:
    deadline = time.monotonic() + HEALTHY_WITHIN_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(f"{address}/api/health/", timeout=5) as answer:
                if answer.status == 200:
                    return
        except OSError:
            pass
        time.sleep(0.5)
    pytest.fail(f"Fascicle did not come up:\n{(folder / 'up.log').read_text()[-4000:]}")


def _keep_logs(folder: Path) -> None:
    kept = PICTURES / "logs"
    shutil.rmtree(kept, ignore_errors=True)
    logs = folder / "state" / "logs"
    if logs.is_dir():
        shutil.copytree(logs, kept, dirs_exist_ok=True)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for the session."""
    with chromium() as started:
        yield started


@contextmanager
def chromium() -> Iterator[Browser]:
    """A Chromium until the block ends."""
    named = os.environ.get("FASCICLE_CHROMIUM")
    found = named or shutil.which("chromium") or shutil.which("google-chrome")
    if found is None:
        pytest.fail("No Chromium: run `make test-browser`, which installs it where it may.")
    with sync_playwright() as driver:
        started = driver.chromium.launch(
            executable_path=found,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        yield started
        started.close()


@dataclass(frozen=True)
class Person:
    """Someone at their own browser window."""

    name: str
    page: Page
    site: Site

    def goto(self, path: str) -> None:
        """Open a page of the site."""
        self.page.goto(f"{self.site.address}{path}")

    def tab(self) -> Person:
        """Another tab of the same browser."""
        return Person(self.name, self.page.context.new_page(), self.site)

    def log_in(self, email: str) -> None:
        """Through the form, as anyone would."""
        self.goto("/login")
        self.page.get_by_label("E-mail").fill(email)
        self.page.get_by_role("textbox", name="Password").fill(PASSWORD)
        self.page.get_by_role("button", name="Log in").click()
        expect(self.page.get_by_text("Research use only").first).to_be_visible()
        expect(self.page).not_to_have_url(f"{self.site.address}/login")

    def api(self, path: str) -> Any:
        """What the API says to this person, with the page's own session."""
        answer = self.page.request.get(f"{self.site.address}{path}")
        assert answer.ok, f"{path}: {answer.status} {answer.text()}"
        return json.loads(answer.body())

    def post(self, path: str, body: dict[str, Any]) -> Any:
        """What the API answers to this person's own session, for what no test looks at."""
        cookies = {one.get("name"): one.get("value") for one in self.page.context.cookies()}
        headers = {"X-CSRFToken": cookies["csrftoken"] or "", "Referer": self.site.address}
        url = f"{self.site.address}{path}"
        answer = self.page.request.post(url, data=body, headers=headers)
        assert answer.ok, f"{path}: {answer.status} {answer.text()}"
        return json.loads(answer.body())

    def picture(self, name: str) -> None:
        """Keep a screenshot for eyes to look at."""
        PICTURES.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=PICTURES / f"{name}.png")


@pytest.fixture
def person(site: Site, browser: Browser) -> Iterator[Callable[..., Person]]:
    """Opens a window for a person: `person("Edda", width=1280, height=800)`.

    The test fails when a page of theirs reports an error that nobody caught.
    """
    opened: list[Any] = []
    errors: list[str] = []

    def open_window(name: str, *, width: int = 1280, height: int = 800) -> Person:
        context = browser.new_context(viewport={"width": width, "height": height})
        opened.append(context)
        context.on("weberror", lambda problem: errors.append(f"{name}: {problem.error}"))
        return Person(name, context.new_page(), site)

    yield open_window
    for context in opened:
        context.close()
    assert errors == []
