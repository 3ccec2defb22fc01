"""The real bridge at the live page: masks that it makes itself, and a scale set on the picture."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

import phantom
from tests.browser.acts import workplace
from tests.browser.axe import violations
from tests.browser.conftest import REPOSITORY, Person, Site
from tests.browser.live_publisher import pair
from tests.browser.test_access import STARTER, TOO_WIDE
from tests.browser.test_live import PAINTED, a_trainee, room

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

WIDTH, HEIGHT = 480, 384
# the depth ruler's ends in pixels of the frame, and what is written beside it
RULER_X, TOP, BOTTOM, LENGTH_MM = 60.0, 90.0, 290.0, 20
MICRONS = 1000 * LENGTH_MM / (BOTTOM - TOP)


class Bridge:
    """`fascicle-bridge` with a home of its own."""

    def __init__(self, site: Site, token: str, home: Path, source: str) -> None:
        self._command = [sys.executable, "-m", "inference.bridge", "--server", site.address]
        self._command += ["--token", token, "--source", source]
        self._environment = {**os.environ, "FASCICLE_BRIDGE_HOME": str(home)}
        self._log = (home / "said").open("wb")
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, *more: str) -> None:
        """Stream, with these options besides."""
        self.stop()
        self._process = subprocess.Popen(
            [*self._command, *more], env=self._environment, cwd=REPOSITORY, stderr=self._log
        )

    def stop(self) -> None:
        """As Ctrl-C does."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait(30)


@pytest.fixture
def bridges() -> Iterator[list[Bridge]]:
    opened: list[Bridge] = []
    yield opened
    for each in opened:
        each.stop()


def test_a_grabbers_picture_is_measured_once_a_person_has_set_its_scale(
    site: Site,
    browser: Browser,
    person: Callable[..., Person],
    bridges: list[Bridge],
    tmp_path: Path,
) -> None:
    place = workplace(site, browser, "scale", "axillary")
    ada = person("Ada")
    ada.page.emulate_media(reduced_motion="reduce")
    ada.log_in(place.email)
    # a file stands in for a grabber: neither tells how large a pixel is
    clip = tmp_path / "screen.mp4"
    phantom.write_video(clip, phantom.Scene("axillary", 5, HEIGHT, WIDTH), 50)
    code = ada.post("/api/devices/codes/", {"project": place.project})["code"]
    bridge = Bridge(site, pair(site.address, code, "Trolley 3"), tmp_path, f"file:{clip}")
    bridges.append(bridge)
    bridge.start("--infer", str(STARTER))
    page = ada.page
    ada.goto(f"/projects/{place.project}/live")
    page.get_by_role("link", name="Watch Trolley 3").click(timeout=60_000)
    page.get_by_role("button", name="I understand").click()
    expect(room(page)).to_have_attribute("data-state", "live", timeout=30_000)

    masks_come_from_the_bridge(page)
    scale = page.get_by_role("region", name="Scale")
    expect(scale.get_by_text("does not tell its scale")).to_be_visible()
    expect(page.get_by_test_id("live-ruler")).to_have_count(0)
    a_scale_is_marked(ada, scale)

    tara = a_trainee(site, place, ada, person)
    session = ada.api("/api/live-sessions/?open=true")["results"][0]["id"]
    tara.goto(f"/live/{session}")
    tara.page.get_by_role("button", name="I understand").click()
    expect(tara.page.get_by_test_id("live-ruler")).to_contain_text("by hand")
    expect(tara.page.get_by_role("region", name="Scale")).to_have_count(0)
    assert tara.page.evaluate(TOO_WIDE) is None
    tara.picture("live-scale-phone")

    # kept for the source, and void under a crop that nobody has looked at
    bridge.start()
    has_scale(page, scale)
    bridge.start("--crop", "40,20,440,360")
    expect(scale.get_by_text("does not tell its scale")).to_be_visible(timeout=40_000)
    expect(page.get_by_test_id("live-ruler")).to_have_count(0)


def masks_come_from_the_bridge(page: Page) -> None:
    expect(page.get_by_text("The bridge makes the masks.").first).to_be_visible()
    # a first conversion of the model takes its time; pictures go on meanwhile
    page.wait_for_function(f"() => ({PAINTED})() > 200", timeout=120_000)
    structures = page.get_by_role("region", name="Structures")
    expect(structures.get_by_text(re.compile(r"^\d+ %$")).first).to_be_visible()


def a_scale_is_marked(ada: Person, scale: Any) -> None:
    page = ada.page
    scale.get_by_role("button", name="Set the scale…").click()
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("scale-layer")).to_have_count(0)
    scale.get_by_role("button", name="Set the scale…").click()
    click_at(page, RULER_X, TOP)
    click_at(page, RULER_X, BOTTOM - 30)
    # the second end is nearer
    click_at(page, RULER_X, BOTTOM - 1)
    expect(scale.get_by_role("button", name="Set the scale")).to_be_disabled()
    second = page.get_by_role("button", name="Mark 2")
    second.focus()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("button", name=f"Mark 2, 60 right, {BOTTOM:.0f} down")).to_be_visible()
    scale.get_by_label("Between the marks, mm").fill(str(LENGTH_MM))
    expect(scale.get_by_text(re.compile(r"^\d+ pixels: \d+\.\d µm a pixel$"))).to_be_visible()
    ada.picture("live-scale-marks")
    assert violations(page) == []
    scale.get_by_role("button", name="Set the scale").click()
    has_scale(page, scale)
    ada.picture("live-scale")
    scale.get_by_role("button", name="Forget the scale").click()
    expect(page.get_by_test_id("live-ruler")).to_have_count(0)
    scale.get_by_role("button", name="Set the scale…").click()
    click_at(page, RULER_X, TOP)
    click_at(page, RULER_X, BOTTOM)
    scale.get_by_label("Between the marks, mm").fill(str(LENGTH_MM))
    page.keyboard.press("Enter")
    has_scale(page, scale)


def click_at(page: Page, x: float, y: float) -> None:
    """In pixels of the frame."""
    box = page.get_by_test_id("live-picture").bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + x * box["width"] / WIDTH, box["y"] + y * box["height"] / HEIGHT)


def has_scale(page: Page, scale: Any) -> None:
    said = scale.get_by_text(re.compile(r"µm a pixel, set by hand"))
    expect(said).to_be_visible(timeout=40_000)
    microns = float(said.inner_text().split(" ")[0])
    # a click lies within a pixel of the screen
    assert microns == pytest.approx(MICRONS, rel=0.01)
    ruler = page.get_by_test_id("live-ruler")
    expect(ruler).to_contain_text("1 cm, by hand")
    share = ruler.evaluate("(e) => e.offsetHeight / e.parentElement.offsetHeight")
    assert share == pytest.approx(10_000 / (microns * HEIGHT), abs=0.02)
