"""Every stroke ends up on the server once, whatever happens to network, page or server."""

from __future__ import annotations

import itertools
import os
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import psutil
import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.browser.acts import (
    Workplace,
    draw,
    phantom_clip,
    saved,
    stage_ready,
    wait_for,
    workplace,
)
from tests.browser.conftest import PASSWORD, Person, Site

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

SEEDS = itertools.count(100)
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


@pytest.fixture(scope="module")
def place(site: Site, browser: Browser) -> Workplace:
    return workplace(site, browser, "desk")


@pytest.fixture
def desk(place: Workplace, person: Callable[..., Person], tmp_path: Path) -> Desk:
    """Ada before a clip of her own that nobody has drawn on."""
    ada = person("Ada")
    ada.log_in(place.email)
    seed = next(SEEDS)  # a project takes the same bytes only once
    return Desk(ada, place, place.ingest(phantom_clip(tmp_path / "a.mp4", seed=seed, side=128)))


def test_strokes_drawn_without_a_network_are_saved_when_it_is_back(desk: Desk) -> None:
    desk.sit_down()
    desk.stroke(0)
    saved(desk.page)
    desk.page.context.set_offline(True)
    for frame in (1, 2, 3):
        desk.stroke(frame)
    expect(desk.badge).to_have_text(OFFLINE)
    expect(desk.badge).to_have_text("Offline, 3 changes kept here")
    expect(desk.page.get_by_text("You are offline.")).to_be_visible()
    desk.stroke(4)
    expect(desk.badge).to_have_text("Offline, 4 changes kept here")
    assert strokes(desk.rows()) == [0]  # asked beside the page, whose network is cut

    desk.page.context.set_offline(False)
    saved(desk.page)
    desk.expect_on_server([0, 1, 2, 3, 4])


def test_strokes_of_a_closed_tab_come_back_and_are_saved(desk: Desk) -> None:
    context = desk.page.context
    desk.sit_down()
    desk.stroke(0)
    saved(desk.page)
    context.set_offline(True)
    desk.stroke(1)
    desk.stroke(2)
    expect(desk.badge).to_have_attribute("data-save-state", re.compile("waiting|offline"))
    desk.page.close()
    context.set_offline(False)
    assert strokes(desk.rows()) == [0]

    desk.sit_down(context.new_page())
    saved(desk.page)
    desk.expect_on_server([0, 1, 2])
    for frame in (1, 2):  # and they are on the screen
        desk.page.keyboard.press("ArrowRight")
        stage_ready(desk.page, frame)
    expect(desk.page.get_by_test_id("annotator")).to_have_attribute("data-revision", "2")


def test_strokes_wait_for_a_new_log_in(desk: Desk) -> None:
    desk.sit_down()
    desk.stroke(0)
    saved(desk.page)
    other = desk.who.tab()
    other.goto("/account")
    other.page.get_by_role("button", name="Your account").click()
    other.page.get_by_role("menuitem", name="Log out").click()
    expect(other.page.get_by_role("button", name="Log in")).to_be_visible()
    other.page.close()

    desk.page.bring_to_front()
    desk.stroke(1)
    dialog = desk.page.get_by_role("dialog", name="Your session has ended")
    expect(dialog).to_be_visible()
    expect(desk.badge).to_have_text("Log in to save 1 change")
    assert dialog.get_by_label("E-mail").input_value() == desk.place.email
    dialog.get_by_role("textbox", name="Password").fill("not the password")
    dialog.get_by_role("button", name="Log in").click()
    expect(dialog.get_by_role("alert")).to_be_visible()
    dialog.get_by_role("textbox", name="Password").fill(PASSWORD)
    dialog.get_by_role("button", name="Log in").click()
    expect(dialog).to_be_hidden()
    saved(desk.page)
    desk.stroke(2)  # and drawing goes on where it was
    saved(desk.page)
    desk.expect_on_server([0, 1, 2])


def test_both_of_two_tabs_end_up_in_the_set(desk: Desk) -> None:
    desk.sit_down()
    second = desk.who.tab().page
    second.goto(f"{desk.who.site.address}/clips/{desk.clip}/annotate")
    stage_ready(second, 0)
    second.keyboard.press("2")
    # both start from the same revision: neither can have heard of the other
    desk.page.context.set_offline(True)
    stroke(second, 3)
    stroke(second, 4)
    desk.page.bring_to_front()
    desk.stroke(0)
    desk.stroke(1)
    for page in (desk.page, second):
        expect(page.get_by_test_id("save-state")).to_have_text(OFFLINE)
    desk.page.context.set_offline(False)
    saved(desk.page)
    saved(second)
    desk.expect_on_server([0, 1, 3, 4], structures=2)

    desk.page.reload()  # the one who was first has not seen the other's work yet
    stage_ready(desk.page, 0)
    expect(desk.page.get_by_test_id("annotator")).to_have_attribute("data-revision", "2")


def test_a_stroke_whose_answer_got_lost_is_entered_once(desk: Desk) -> None:
    desk.sit_down()
    lost = []

    def lose_the_answer(route: Route) -> None:
        lost.append(route.fetch().status)
        route.abort("connectionreset")

    desk.page.route("**/save/", lose_the_answer, times=1)
    desk.stroke(0)
    expect(desk.badge).to_have_text("Offline, 1 change kept here")
    desk.stroke(1)
    saved(desk.page)
    assert lost == [200]
    desk.expect_on_server([0, 1])


def test_strokes_outlive_a_killed_web_process(desk: Desk) -> None:
    if os.environ.get("FASCICLE_BROWSER_SITE"):
        pytest.skip("The web process of a stack that others use is left alone.")
    desk.sit_down()
    killed = set()
    for frame in range(9):
        if frame in {3, 6}:  # with the stroke before it on its way or not yet sent
            killed.add(kill_web(desk.who.site.environment["FASCICLE_STATE"]))
        desk.stroke(frame)
    assert len(killed) == 2
    expect(desk.badge).to_have_attribute("data-save-state", "saved", timeout=120_000)
    desk.expect_on_server(range(9))


def kill_web(state: str) -> int:
    """SIGKILL the stack's uvicorn as soon as there is one, and return its process id."""
    found: list[psutil.Process] = []

    def is_there() -> bool:
        for process in psutil.process_iter(["cmdline"]):
            if "fascicle.asgi:application" not in (process.info["cmdline"] or []):
                continue
            if process.environ().get("FASCICLE_STATE") == state:
                found.append(process)
        return bool(found)

    wait_for(is_there, seconds=60)
    found[0].kill()
    return found[0].pid
