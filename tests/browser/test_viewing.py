"""Looking at a clip: what is begun while it opens goes on, and no setting touches its pixels."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.browser.acts import Workplace, on_screen, phantom_clip, stage_ready, workplace
from tests.browser.conftest import PASSWORD, Person, Site
from tests.browser.test_frames import Stop

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

COUNT = 40


@pytest.fixture(scope="module")
def place(site: Site, browser: Browser) -> Workplace:
    return workplace(site, browser, "viewing")


def digests(who: Person, clip: str) -> list[str]:
    return [row["sha256"] for row in who.api(f"/api/clips/{clip}/frame-table/")["frames"]]


def drag(page: Page, start: tuple[float, float], by: tuple[float, float], button: str) -> None:
    page.mouse.move(*start)
    page.mouse.down(button=button)  # type: ignore[arg-type]
    page.mouse.move(start[0] + by[0], start[1] + by[1], steps=5)
    page.mouse.up(button=button)  # type: ignore[arg-type]


def measure(page: Page, start: tuple[float, float], end: tuple[float, float]) -> None:
    """Two clicks at places in image pixels."""
    for x, y in (start, end):
        page.mouse.click(*on_screen(page, x, y))


def test_a_scale_set_by_two_clicks_measures_and_no_view_setting_touches_a_pixel(
    place: Workplace, person: Callable[..., Person], tmp_path: Path
) -> None:
    ada = person("Ada")
    ada.log_in(place.email)
    clip = place.ingest(phantom_clip(tmp_path / "a.mp4", COUNT), label="Without a scale")
    page, lines = ada.page, ada.page.get_by_test_id("lines-canvas")
    ada.goto(f"/clips/{clip}/annotate")
    stage_ready(page, 0)
    assert ada.api(f"/api/clips/{clip}/")["microns_per_pixel"] is None

    looks = page.get_by_role("button", name="How the picture looks")
    looks.click()
    page.get_by_role("button", name="Set the scale").click()
    measure(page, (30, 40), (30, 190))
    page.get_by_label("Distance between the two places").fill("15")
    page.get_by_role("button", name="Keep the scale").click()
    expect(page.get_by_text("The scale is kept")).to_be_visible()
    row = ada.api(f"/api/clips/{clip}/")
    assert math.isclose(row["microns_per_pixel"], 100, rel_tol=0.02)

    page.reload()
    stage_ready(page, 0)
    page.keyboard.press("Shift+M")
    measure(page, (40, 60), (140, 60))
    expect(lines).to_have_attribute("data-measured", f"{row['microns_per_pixel'] / 10:.2f} mm")
    expect(lines).to_have_attribute("data-ruler", "millimetres")
    page.keyboard.press("Escape")

    page.keyboard.press("Shift+Z")
    expect(page.get_by_test_id("overlay-canvas")).to_have_attribute("data-scale", "1")
    stop = Stop(ada, clip, digests(ada, clip))
    drag(page, on_screen(page, 128, 128), (90, -40), "right")
    expect(page.get_by_test_id("filtered-view")).to_be_visible()
    looks.click()
    page.get_by_text("CLAHE").click()
    page.get_by_text("Median 3").click()
    expect(page.get_by_test_id("picture-canvas")).not_to_have_attribute("data-filters", "")
    ada.picture("viewing-filtered")
    looks.click()
    for index in (1, 2):
        page.keyboard.press("ArrowRight")
        stage_ready(page, index)
        assert stop.is_stored(index)
    page.keyboard.press("Shift+W")
    expect(page.get_by_test_id("filtered-view")).to_have_count(0)
    stop.at(2, is_exact=True)

    room = page.get_by_test_id("annotator")
    page.keyboard.press("Shift+F")
    expect(room).to_have_attribute("data-full", "true")
    ada.picture("viewing-full")
    page.keyboard.press("Shift+F")
    expect(room).not_to_have_attribute("data-full", "true")


def test_what_is_begun_while_a_clip_opens_goes_on_in_its_room(
    place: Workplace, person: Callable[..., Person], tmp_path: Path
) -> None:
    ada = person("Ada")
    ada.log_in(place.email)
    clip = place.ingest(phantom_clip(tmp_path / "b.mp4", COUNT, seed=8), label="Opened slowly")
    page = ada.page
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/api/annotation-sets/", hold)
    ada.goto(f"/clips/{clip}/annotate")
    opening = page.get_by_test_id("opening")
    picture = opening.get_by_test_id("picture-canvas")
    expect(picture).to_have_attribute("data-frame-index", "0", timeout=30_000)
    page.get_by_test_id("stage").evaluate("stage => { stage.isTheSame = true; }")
    bar = page.get_by_role("slider", name="Frame", exact=True).bounding_box()
    assert bar is not None
    across, y = bar["width"] / COUNT, bar["y"] + bar["height"] / 2
    page.mouse.move(bar["x"] + across * 5.5, y)
    page.mouse.down()
    page.mouse.move(bar["x"] + across * 10.5, y, steps=3)
    expect(opening).to_have_attribute("data-frame-index", "10")
    for route in held:
        route.continue_()
    page.unroute("**/api/annotation-sets/")
    stage_ready(page, 10)
    page.mouse.move(bar["x"] + across * 20.5, y, steps=3)
    page.mouse.up()
    stage_ready(page, 20)
    assert page.get_by_test_id("stage").evaluate("stage => stage.isTheSame === true")

    # a part of the clip, by its handles
    page.get_by_role("button", name="Play a part", exact=True).click()
    part = page.get_by_test_id("loop-range")
    expect(part).to_contain_text(re.compile(r"^20 . 23"))
    page.get_by_role("slider", name="Last frame that is played").press("Shift+ArrowRight")
    expect(part).to_contain_text(re.compile(r"^20 . 33"))
    box = page.get_by_role("slider", name="First frame that is played").bounding_box()
    assert box is not None
    drag(page, (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2), (-300, 0), "left")
    expect(part).to_contain_text(re.compile(r"^0 . 33"))
    ada.picture("viewing-part")
    page.get_by_role("button", name="Play the whole clip").click()
    expect(part).to_have_count(0)


def test_a_session_that_ends_while_frames_are_wanted_is_begun_again_over_the_picture(
    place: Workplace, person: Callable[..., Person], tmp_path: Path
) -> None:
    ada = person("Ada")
    ada.log_in(place.email)
    clip = place.ingest(phantom_clip(tmp_path / "c.mp4", COUNT, seed=9), label="Session ends")
    page = ada.page
    page.route("**/chunks/1/", lambda route: route.abort())
    ada.goto(f"/clips/{clip}/annotate")
    stage_ready(page, 0)
    # before any question of the page learns that the session is over, and takes the keys
    page.keyboard.press("End")
    expect(page.get_by_test_id("picture-canvas")).to_have_attribute("data-frame-index", "")
    page.context.clear_cookies()
    page.unroute("**/chunks/1/")  # asked for again every two seconds
    dialog = page.get_by_role("dialog", name="Your session has ended")
    expect(dialog).to_be_visible()
    expect(page.get_by_test_id("picture-canvas")).to_have_attribute("data-frame-index", "")
    dialog.get_by_role("textbox", name="Password").fill(PASSWORD)
    dialog.get_by_role("button", name="Log in").click()
    expect(dialog).to_have_count(0)
    stage_ready(page, COUNT - 1)
    page.keyboard.press("Shift+Z")
    expect(page.get_by_test_id("overlay-canvas")).to_have_attribute("data-scale", "1")
    Stop(ada, clip, digests(ada, clip)).at(COUNT - 1, is_exact=True)
