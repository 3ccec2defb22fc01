"""A hidden re-read and a hidden check: planted on the page, read unawares, found by the admin."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.acts import Workplace, phantom_clip, stage_ready, wait_for, workplace
from tests.browser.axe import settle, violations
from tests.browser.conftest import Person, Site
from tests.browser.test_review import hand_in, joins, own_reading, square

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

SIDE = 128


def plant(page: Page, place: Workplace, clip: str, kind: str, who: str) -> None:
    page.goto(f"{place.site.address}/projects/{place.project}/library")
    page.get_by_role("checkbox", name=f"Choose {clip}").check()
    page.get_by_role("button", name="Assign…").click()
    dialog = page.get_by_role("dialog", name="Assign 1 clip")
    dialog.get_by_role("radio", name=kind).check()
    if kind == "Hidden re-read":
        dialog.get_by_role("textbox", name=re.compile("days ago")).fill("0")
    dialog.get_by_role("combobox", name="To whom").click()
    page.get_by_role("option", name=who).click()
    page.keyboard.press("Tab")  # closes the list of people
    dialog.get_by_role("button", name="Assign", exact=True).click()
    expect(page.get_by_text("1 assignment made.")).to_be_visible()


def accept(who: Person, row: dict[str, Any]) -> None:
    body = {"decision": "accept", "remark": "", "revision": row["revision"]}
    who.post(f"/api/annotation-sets/{row['id']}/review/", body)


def test_checks_are_planted_read_unawares_and_found(
    site: Site, browser: Browser, person: Callable[..., Person], tmp_path: Path
) -> None:
    place = workplace(site, browser, "checks")
    again, known = (
        place.ingest(phantom_clip(tmp_path / f"{seed}.mp4", 4, seed=seed, side=SIDE), label=label)
        for seed, label in ((5, "Seen before"), (6, "Known"))
    )
    admin = person("Admin")
    admin.log_in(place.email)
    ada, ben = (joins(place, admin, person(name), name) for name in ("Ada", "Ben"))
    page = admin.page
    admin.goto(f"/projects/{place.project}/agreement")
    page.get_by_role("link", name="Re-reads and checks").click()
    expect(page.get_by_role("heading", name="No re-read or check was given yet")).to_be_visible()
    settle(page)
    assert violations(page) == []

    first = own_reading(ada, again, {0: square(20, 30), 3: square(20, 30)})
    hand_in(ada, first)
    truth = own_reading(ben, known, {0: square(40, 40), 3: square(40, 40)})
    hand_in(ben, truth)
    accept(admin, truth)
    plant(page, place, "Seen before", "Hidden re-read", "Ada")
    plant(page, place, "Known", "Hidden check", "Ada")

    # to Ada both are clips to annotate, of which nothing is known yet
    ada.goto(f"/projects/{place.project}/queue")
    rows = ada.page.get_by_role("region", name="Assigned to you").get_by_role("link")
    expect(rows).to_have_count(2)
    told = [re.sub("Seen before|Known", "", row.inner_text()) for row in rows.all()]
    assert told[0] == told[1]
    ada.goto(f"/projects/{place.project}/agreement/checks")
    expect(ada.page.get_by_role("heading", name="For admins")).to_be_visible()
    assert ada.api(f"/api/annotation-sets/?clip={again}")["results"] == []
    # drawn 10 pixels beside what was drawn before, and 20 beside the truth
    hand_in(ada, own_reading(ada, again, {0: square(30, 30), 3: square(20, 30)}))
    hand_in(ada, own_reading(ada, known, {0: square(60, 40), 3: square(60, 40)}))

    url = f"/api/reader-checks/?project={place.project}"
    wait_for(lambda: [one["pending"] for one in admin.api(url)["results"]] == [0], seconds=120)
    admin.goto(f"/projects/{place.project}/agreement/checks")
    table = page.get_by_test_id("checked-readers")
    expect(table).to_contain_text("Re-reads")
    expect(table).to_contain_text("0.50")  # half of each square of the check is shared
    settle(page)
    admin.picture("reader-checks")
    assert violations(page) == []
    table.get_by_role("link", name="Ada").click()
    expect(page.get_by_role("heading", name="Checks against the truth")).to_be_visible()
    worst = page.get_by_test_id("worst-reread").get_by_role("row").nth(1)
    expect(worst).to_contain_text("Seen before, frame 0")
    expect(worst).to_contain_text("0.75")
    expect(worst).to_contain_text("10.0 px")
    settle(page)
    admin.picture("reader-findings")
    assert violations(page) == []

    # the frame opens with both contours, at the revisions that were compared
    worst.get_by_role("link").click()
    stage_ready(page, 0)
    differences = page.get_by_test_id("differences")
    expect(differences).to_contain_text("First reading")
    expect(differences).to_contain_text("Dice 0.75")
    expect(page.get_by_text("This reading measures its reader.")).to_be_visible()
    expect(page.get_by_role("button", name="Accept (A)")).to_have_count(0)
    settle(page)
    admin.picture("reader-check-frame")
    page.set_viewport_size({"width": 390, "height": 844})
    page.go_back()
    expect(page.get_by_role("heading", name="Re-reads", exact=True)).to_be_visible()
    settle(page)
    admin.picture("reader-findings-phone")
    width = page.evaluate("document.scrollingElement.scrollWidth")
    assert width <= 390
