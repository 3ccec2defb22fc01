"""Every stroke ends up on the server once, whatever happens to network, page or server."""

from __future__ import annotations

import itertools
import os
import random
import re
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, Route, expect

from tests.browser.acts import Workplace, phantom_clip, saved, stage_ready, workplace
from tests.browser.conftest import PASSWORD, Person, Site
from tests.browser.desk import OFFLINE, Desk, kill_database, kill_web, stroke, strokes

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

SEEDS = itertools.count(100)


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
    own_stack()
    desk.sit_down()
    killed = set()
    for frame in range(9):
        if frame in {3, 6}:  # with the stroke before it on its way or not yet sent
            killed.add(kill_web(desk.who.site.environment["FASCICLE_STATE"]))
        desk.stroke(frame)
    assert len(killed) == 2
    expect(desk.badge).to_have_attribute("data-save-state", "saved", timeout=120_000)
    desk.expect_on_server(range(9))


def test_strokes_outlive_a_killed_database(desk: Desk) -> None:
    own_stack()
    desk.sit_down()
    for frame in range(6):
        if frame in {1, 4}:
            kill_database(desk.who.site.environment["FASCICLE_STATE"])
        desk.stroke(frame)
    expect(desk.badge).to_have_attribute("data-save-state", "saved", timeout=120_000)
    desk.expect_on_server(range(6))


def test_another_person_at_the_same_browser_neither_sends_nor_sees_the_strokes(
    desk: Desk, place: Workplace
) -> None:
    other = f"ben-{uuid4().hex[:6]}@fascicle.example"
    place.site.create_person(other, "Ben Beside")
    desk.who.post("/api/memberships/", {"project": place.project, "email": other, "role": "expert"})
    context, mine = desk.page.context, desk.page
    desk.sit_down()
    desk.stroke(0)
    saved(mine)
    context.set_offline(True)
    desk.stroke(1)
    expect(desk.badge).to_have_text("Offline, 1 change kept here")
    own = desk.rows  # asked only while Ada is logged in
    before = {one["name"]: one for one in context.cookies()}["sessionid"]
    mine.close()
    context.clear_cookies(name="sessionid")
    context.set_offline(False)

    theirs = Person("Ben", context.new_page(), desk.who.site)
    theirs.log_in(other)
    theirs.goto(f"/clips/{desk.clip}/annotate")
    stage_ready(theirs.page, 0)
    expect(theirs.page.get_by_test_id("annotator")).to_have_attribute("data-revision", "0")
    theirs.page.keyboard.press("1")
    stroke(theirs.page, 5)
    saved(theirs.page)
    assert strokes(place.own_set(theirs, desk.clip)) == [5]
    theirs.page.close()

    context.clear_cookies(name="sessionid")
    context.add_cookies([before])
    assert strokes(own()) == [0]  # nothing of hers was sent by him
    desk.sit_down(context.new_page())
    saved(desk.page)
    desk.expect_on_server([0, 1])


def test_a_full_store_of_the_browser_is_told_and_strokes_are_saved_all_the_same(
    desk: Desk,
) -> None:
    desk.sit_down()
    desk.stroke(0)
    saved(desk.page)
    desk.page.evaluate(
        """() => {
            const put = IDBObjectStore.prototype.put;
            IDBObjectStore.prototype.put = function (...row) {
                if (this.transaction.db.name !== "fascicle-outbox") return put.apply(this, row);
                throw new DOMException("The disk is full.", "QuotaExceededError");
            };
        }"""
    )
    desk.page.context.set_offline(True)
    desk.stroke(1)
    expect(desk.page.get_by_test_id("no-storage")).to_be_visible()
    expect(desk.badge).to_have_text("1 change only on this page: do not close it")
    desk.page.context.set_offline(False)
    saved(desk.page)
    desk.stroke(2)
    saved(desk.page)
    desk.expect_on_server([0, 1, 2])


@pytest.mark.parametrize("seed", [20])
def test_no_stroke_is_lost_whatever_happens_at_whatever_moment(desk: Desk, seed: int) -> None:
    own_stack()
    chance, context = random.Random(seed), desk.page.context
    state = desk.who.site.environment["FASCICLE_STATE"]
    mishaps = [
        "web killed", "network cut", "tab closed", "session over", "database killed",
        "network back", "web killed", "network cut", "tab closed", "database killed",
    ]  # fmt: skip
    chance.shuffle(mishaps)
    desk.sit_down()
    for frame, mishap in enumerate([*mishaps, "nothing"]):
        desk.stroke(frame)
        if mishap == "session over":  # told by the next answer, so there has to be one
            context.set_offline(False)
            context.clear_cookies(name="sessionid")
            desk.log_in_again()
            continue
        desk.page.wait_for_timeout(chance.choice([0, 0, 300, 1000, 1300]))
        match mishap:
            case "web killed":
                kill_web(state)
            case "database killed":
                kill_database(state)
            case "network cut" | "network back":
                context.set_offline(mishap == "network cut")
            case "tab closed":
                desk.page.close()
                context.set_offline(False)
                desk.sit_down_again()
    context.set_offline(False)
    expect(desk.badge).to_have_attribute("data-save-state", "saved", timeout=120_000)
    desk.page.close()

    desk.sit_down_again()
    saved(desk.page)
    rows = desk.rows()
    assert len(rows["tracks"]) == 1
    assert strokes(rows) == list(range(len(mishaps) + 1))


def own_stack() -> None:
    """Go on only where the stack is this session's."""
    if os.environ.get("FASCICLE_BROWSER_SITE"):
        pytest.skip("The processes of a stack that others use are left alone.")
