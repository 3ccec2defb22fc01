"""Looking back, bringing back, and two windows of one person on one set."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.acts import draw, phantom_clip, saved, stage_ready, workplace
from tests.browser.axe import settle, violations
from tests.browser.conftest import Person, Site

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

SMALL = [(20.0, 20.0), (60.0, 24.0), (56.0, 60.0), (24.0, 56.0)]
LARGE = [(10.0, 10.0), (110.0, 14.0), (106.0, 110.0), (14.0, 106.0)]


def test_an_earlier_state_is_looked_at_brought_back_and_undone_after_a_reload(
    site: Site, browser: Browser, person: Callable[..., Person], tmp_path: Path
) -> None:
    place = workplace(site, browser, "history")
    clip = place.ingest(phantom_clip(tmp_path / "a.mp4", seed=301, side=128))
    ada = person("Ada")
    ada.log_in(place.email)
    page, address = ada.page, f"{site.address}/clips/{clip}/annotate"
    page.goto(address)
    stage_ready(page, 0)
    page.keyboard.press("1")
    draw(page, SMALL)
    saved(page)
    page.keyboard.press("ArrowRight")
    stage_ready(page, 1)
    draw(page, LARGE)
    saved(page)

    page.keyboard.press("Shift+H")
    history = page.get_by_test_id("history")
    lines = history.get_by_role("button").filter(has_text="in frame")
    expect(lines).to_have_count(2)
    lines.last.click()
    expect(page.get_by_test_id("looking-back")).to_contain_text("after revision 1")
    expect(page.get_by_test_id("overlay-canvas").first).to_have_attribute("data-overlay", "history")
    compare = page.get_by_role("switch", name="Compare with now (dashed)")
    compare.press("Space")
    expect(compare).to_be_checked()
    stage_ready(page, 1)
    ada.picture("history-compare")
    settle(page)
    assert violations(page) == []
    page.get_by_role("button", name="Restore this").click()
    expect(page.get_by_test_id("looking-back")).to_be_hidden()
    saved(page)
    frames = [one["frame"] for one in place.own_set(ada, clip)["tracks"][0]["keyframes"]]
    assert frames == [0]

    page.reload()  # and the restoring is undone by another page than the one that did it
    stage_ready(page, 0)
    page.keyboard.press("Control+z")
    saved(page)
    expect(page.get_by_test_id("annotator")).to_have_attribute("data-revision", "4")
    frames = [one["frame"] for one in place.own_set(ada, clip)["tracks"][0]["keyframes"]]
    assert frames == [0, 1]

    second = ada.tab().page
    second.goto(address)
    stage_ready(second, 0)
    expect(second.get_by_test_id("presence")).to_have_text("Open in another window of yours")
    page.context.set_offline(True)
    for window, points in ((second, LARGE), (page, SMALL)):
        window.bring_to_front()
        window.keyboard.press("Home")
        stage_ready(window, 0)
        window.keyboard.press("1")
        draw(window, [(x + 6, y + 4) for x, y in points])
        expect(window.get_by_test_id("save-state")).to_contain_text("Offline")
    page.context.set_offline(False)
    saved(page)
    saved(second)
    late = page if page.get_by_test_id("merge-notice").is_visible() else second
    late.bring_to_front()
    late.get_by_role("button", name="Compare and choose").click()
    dialog = late.get_by_role("dialog", name="Changed here and in another window")
    expect(dialog.get_by_test_id("merge-theirs")).to_be_visible()
    settle(late)
    Person("Ada", late, site).picture("merge")
    assert violations(late) == []
    dialog.get_by_role("button", name="Take theirs").click()
    expect(dialog).to_be_hidden()
    saved(late)
