"""Someone who draws one numbered stroke after another, and what may happen to their machine."""

from __future__ import annotations

import contextlib
import re
import urllib.request
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import psutil
from playwright.sync_api import Error, Page, expect

from tests.browser.acts import Workplace, draw, stage_ready, wait_for
from tests.browser.conftest import PASSWORD, Person

OFFLINE = re.compile(r"Offline, \d+ changes? kept here")


class Desk:
    """Someone at the annotator, who draws one numbered stroke after another."""

    def __init__(self, who: Person, place: Workplace, clip: str) -> None:
        self.who, self.page, self.place, self.clip = who, who.page, place, clip

    @property
    def badge(self) -> Any:
        return self.page.get_by_test_id("save-state")

    def sit_down(self, page: Page | None = None) -> None:
        """Open the annotator and choose the first structure."""
        self.page = page or self.page
        self.page.goto(f"{self.who.site.address}/clips/{self.clip}/annotate")
        stage_ready(self.page, 0)
        self.page.keyboard.press("1")

    def stroke(self, frame: int) -> None:
        """A shape on a frame, at a place that tells which frame it was drawn for."""
        stroke(self.page, frame)

    def expect_on_server(self, frames: Sequence[int], structures: int = 1) -> None:
        """Exactly these strokes are in the set, and each was entered once."""
        wanted = sorted(frames)
        wait_for(lambda: strokes(self.rows()) == wanted, seconds=90)
        rows = self.rows()
        assert len(rows["tracks"]) == structures
        answer = self.who.api(f"/api/annotation-sets/{rows['id']}/revisions/")
        revisions = answer["results"] if isinstance(answer, dict) else answer
        assert sum(row["op_count"] for row in revisions) == len(wanted) + structures

    def sit_down_again(self) -> None:
        """Open the annotator in a new tab of the same browser, once the server is there."""
        wait_for(lambda: is_well(self.who.site.address), seconds=120)
        page = self.page.context.new_page()

        def is_open() -> bool:
            try:
                self.sit_down(page)
            except (Error, AssertionError):  # it went away again
                return False
            return True

        wait_for(is_open, seconds=60)

    def log_in_again(self) -> None:
        """Answer the dialog that asks for it, as often as it takes."""
        dialog = self.page.get_by_role("dialog", name="Your session has ended")
        expect(dialog).to_be_visible(timeout=60_000)

        def is_in() -> bool:
            dialog.get_by_role("textbox", name="Password").fill(PASSWORD)
            dialog.get_by_role("button", name="Log in").click()
            try:
                expect(dialog).to_be_hidden(timeout=5_000)
            except AssertionError:  # the server is away
                return False
            return True

        wait_for(is_in, seconds=90)

    def rows(self) -> dict[str, Any]:
        """The set as the server has it."""
        return self.place.own_set(self.who, self.clip)


def strokes(rows: dict[str, Any]) -> list[int]:
    """Frames with a shape that lies where the stroke of that frame was drawn."""
    found = []
    for track in rows["tracks"]:
        for keyframe in track["keyframes"]:
            x, y = keyframe["shape"]["points"][0]
            assert abs(x - left_of(keyframe["frame"])) < 1.5
            assert abs(y - 20) < 1.5
            found.append(keyframe["frame"])
    return sorted(found)


def left_of(frame: int) -> float:
    return 12.0 + 4 * frame


def stroke(page: Page, frame: int) -> None:
    page.keyboard.press("Home")
    for _ in range(frame):
        page.keyboard.press("ArrowRight")
    stage_ready(page, frame)
    x = left_of(frame)
    draw(page, [(x, 20), (x + 30, 24), (x + 26, 60), (x + 4, 56)])


def kill_web(state: str) -> int:
    """SIGKILL every web process of the stack as soon as there is one; the first one's id."""
    found: list[psutil.Process] = []

    def is_there() -> bool:
        for process in psutil.process_iter(["cmdline"]):
            if "fascicle.asgi:application" not in (process.info["cmdline"] or []):
                continue
            with contextlib.suppress(psutil.NoSuchProcess, psutil.ZombieProcess):
                if process.environ().get("FASCICLE_STATE") == state:
                    found.append(process)
        return bool(found)

    wait_for(is_there, seconds=60)
    for process in found:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()
    return found[0].pid


def kill_database(state: str) -> int:
    """SIGKILL the stack's PostgreSQL, as a machine that loses power would; its process id.

    Waits for a running one: between a death and the supervisor's restart the file still names
    the dead process.
    """
    home = Path(state) / "postgres"
    moved = home / "location"
    if moved.exists():
        home = Path(moved.read_text(encoding="utf-8").strip())
    found: list[psutil.Process] = []

    def is_there() -> bool:
        with contextlib.suppress(OSError, ValueError, IndexError, psutil.Error):
            named = (home / "data" / "postmaster.pid").read_text(encoding="utf-8").split()[0]
            server = psutil.Process(int(named))
            if "postgres" in server.name() and server.status() != psutil.STATUS_ZOMBIE:
                found.append(server)
        return bool(found)

    wait_for(is_there, seconds=60)
    server = found[0]
    with contextlib.suppress(psutil.NoSuchProcess):
        for process in [server, *server.children(recursive=True)]:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()
    return server.pid


def is_well(address: str) -> bool:
    """Whether the site says that it and what it stands on are there."""
    try:
        with urllib.request.urlopen(f"{address}/api/health/", timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False
