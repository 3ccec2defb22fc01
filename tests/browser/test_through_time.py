"""Shapes through time: carried on, stopped, kept and undone; copied to a range; the timeline."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.acts import draw, phantom_clip, saved, stage_ready, wait_for, workplace
from tests.browser.axe import settle, violations
from tests.browser.conftest import Person, Site

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

FRAMES = 30
NERVE = ((90.0, 90.0), (150.0, 85.0), (165.0, 135.0), (95.0, 145.0))


def test_a_shape_is_carried_on_kept_undone_and_copied(
    site: Site, browser: Browser, person: Callable[..., Person], tmp_path: Path
) -> None:
    place = workplace(site, browser, "time")
    clip = place.ingest(phantom_clip(tmp_path / "clip.mp4", FRAMES), label="Through time")
    tess = person("Tess")
    tess.log_in(place.email)
    page = tess.page
    page.goto(f"{site.address}/clips/{clip}/annotate")
    stage_ready(page, 0)
    page.keyboard.press("1")
    draw(page, NERVE)
    saved(page)

    # carried over 20 frames, shown as ghosts, not in the set
    page.get_by_role("button", name="How far on").click()
    page.get_by_role("menuitem", name="by 20 frames").click()
    carried = page.get_by_test_id("carried")
    expect(carried).to_have_attribute("data-running", "false", timeout=90_000)
    count = int(carried.get_attribute("data-count") or 0)
    assert count >= 3
    assert keyframes(place.own_set(tess, clip)) == [0]
    tess.picture("carried")
    settle(page)
    assert violations(page) == []

    # a reload finds them again
    page.reload()
    stage_ready(page, 0)
    expect(page.get_by_test_id("carried")).to_have_attribute("data-count", str(count))
    page.keyboard.press("1")
    page.get_by_role("button", name="Keep all").click()
    expect(page.get_by_test_id("carried")).to_have_count(0)
    saved(page)
    wait_for(lambda: keyframes(place.own_set(tess, clip))[-1:] == [count])
    kept = place.own_set(tess, clip)["tracks"][0]["keyframes"]
    assert len(kept) <= 1 + count
    assert {one["source"] for one in kept[1:]} == {"propagated"}
    assert all(0.5 < one["confidence"] <= 1 for one in kept[1:])
    tess.picture("kept")
    page.keyboard.press("Control+z")
    wait_for(lambda: keyframes(place.own_set(tess, clip)) == [0])

    # stopped at once: nothing is left behind
    page.keyboard.press("Shift+P")
    expect(page.get_by_test_id("carried")).to_be_visible()
    page.keyboard.press("Escape")
    shown = page.get_by_test_id("carried")
    wait_for(lambda: shown.count() == 0 or shown.get_attribute("data-running") == "false")
    if shown.count() > 0:
        page.get_by_role("button", name="Discard").click()
    expect(shown).to_have_count(0)
    assert keyframes(place.own_set(tess, clip)) == [0]

    # a range chosen on the timeline, and the shape held through it
    bar = page.get_by_role("slider", name="Frame").bounding_box()
    assert bar is not None
    at = lambda frame: (bar["x"] + (frame + 0.5) / FRAMES * bar["width"], bar["y"] + 11)
    page.keyboard.down("Shift")
    page.mouse.move(*at(5))
    page.mouse.down()
    page.mouse.move(*at(12), steps=3)
    page.mouse.up()
    page.keyboard.up("Shift")
    expect(page.get_by_test_id("timeline-range")).to_be_visible()
    page.keyboard.press("Shift+D")
    wait_for(lambda: keyframes(place.own_set(tess, clip)) == [0, 5, 12])

    # a keyframe is dragged along its row, and taken away
    lane = page.locator("[data-testid^=timeline-][data-keyframes='3']")
    row = lane.bounding_box()
    assert row is not None
    on_row = lambda frame: (at(frame)[0], row["y"] + 9)
    page.mouse.move(*on_row(12))
    page.mouse.down()
    page.mouse.move(*on_row(20), steps=4)
    page.mouse.up()
    wait_for(lambda: keyframes(place.own_set(tess, clip)) == [0, 5, 20])
    tess.picture("timeline")
    page.mouse.click(*on_row(5), button="right")
    wait_for(lambda: keyframes(place.own_set(tess, clip)) == [0, 20])


def keyframes(reading: dict[str, Any]) -> list[int]:
    return [one["frame"] for track in reading["tracks"] for one in track["keyframes"]]
