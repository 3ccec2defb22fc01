"""Two blinded experts, assigned in the library; one returns and then corrects the other's work."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.acts import (
    Workplace,
    draw,
    phantom_clip,
    saved,
    stage_ready,
    wait_for,
    workplace,
)
from tests.browser.axe import settle, violations
from tests.browser.conftest import Person, Site

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

SIDE = 128


def square(x: float, y: float, side: float = 40.0) -> dict[str, Any]:
    points = [[x, y], [x + side, y], [x + side, y + side], [x, y + side]]
    return {"kind": "polygon", "points": points}


def joins(place: Workplace, admin: Person, who: Person, name: str) -> Person:
    """An account as an expert of the project, logged in."""
    email = f"{name.lower()}-{uuid4().hex[:6]}@fascicle.example"
    place.site.create_person(email, name)
    body = {"project": place.project, "email": email, "role": "expert"}
    admin.post("/api/memberships/", body)
    who.log_in(email)
    return who


def own_reading(who: Person, clip: str, keyframes: dict[int, dict[str, Any]]) -> dict[str, Any]:
    """Put one structure's shapes into the person's own set."""
    row: dict[str, Any] = who.post("/api/annotation-sets/", {"clip": clip})
    project = who.api(f"/api/projects/{who.api(f'/api/clips/{clip}/')['project']}/")
    track = str(uuid4())
    structure = project["procedure"]["structures"][0]["id"]
    ops: list[dict[str, Any]] = [{"op": "track.add", "track": track, "structure": structure}]
    ops += [
        {"op": "keyframe.put", "track": track, "frame": frame, "shape": shape}
        for frame, shape in keyframes.items()
    ]
    body = {"base_revision": row["revision"], "idempotency_key": str(uuid4()), "ops": ops}
    who.post(f"/api/annotation-sets/{row['id']}/save/", body)
    detail: dict[str, Any] = who.api(f"/api/annotation-sets/{row['id']}/")
    return detail


def hand_in(who: Person, row: dict[str, Any]) -> None:
    who.post(f"/api/annotation-sets/{row['id']}/submit/", {"revision": row["revision"]})


def assign_in_library(admin: Person, place: Workplace, people: list[str]) -> None:
    page = admin.page
    admin.goto(f"/projects/{place.project}/library")
    page.get_by_role("checkbox", name="Choose Sweep").check()
    page.get_by_role("button", name="Assign…").click()
    dialog = page.get_by_role("dialog", name="Assign 1 clip")
    dialog.get_by_role("combobox", name="To whom").click()
    for name in people:
        page.get_by_role("option", name=name).click()
    settle(page)
    admin.picture("assign-dialog")
    dialog.get_by_role("button", name="Assign", exact=True).click()
    expect(page.get_by_text("2 assignments made.")).to_be_visible()


def give_another_day(admin: Person, place: Workplace, name: str) -> None:
    """In the popover of everyone's work: a day, and none again, and a day that stays."""
    page = admin.page
    admin.goto(f"/projects/{place.project}/queue")
    page.get_by_role("tab", name="Everyone").click()
    day = page.get_by_role("button", name=f"Change the day for Sweep and {name}")
    expect(day).to_have_text("no day")
    day.focus()
    page.keyboard.press("Enter")
    field = page.get_by_label("Due on")
    expect(field).to_be_focused()
    expect(page.get_by_role("button", name="No day", exact=True)).to_be_disabled()
    today = datetime.now().astimezone().date()
    field.fill((today + timedelta(days=1)).isoformat())
    settle(page)
    admin.picture("due-day")
    assert violations(page) == []
    page.get_by_role("button", name="Set", exact=True).click()
    expect(day).to_have_text("due tomorrow")
    day.click()
    page.get_by_role("button", name="No day", exact=True).click()
    expect(day).to_have_text("no day")
    day.click()
    page.get_by_label("Due on").fill(today.isoformat())
    page.get_by_role("button", name="Set", exact=True).click()
    expect(day).to_have_text("due today")


def carry_on(page: Page) -> int:
    """Carry the shape just drawn to the next two frames, and keep what was found; how many."""
    page.get_by_role("button", name="How far on").click()
    page.get_by_role("menuitem", name="to the end").click()
    carried = page.get_by_test_id("carried")
    expect(carried).to_have_attribute("data-running", "false", timeout=90_000)
    count = int(carried.get_attribute("data-count") or 0)
    page.get_by_role("button", name="Keep all").click()
    expect(carried).to_have_count(0)
    return count


def pin_and_return(page: Page) -> None:
    page.keyboard.press("p")
    page.get_by_test_id("stage").click(position={"x": 300, "y": 200})
    page.get_by_role("textbox", name="Remark on frame 0").fill("Too far left")
    page.get_by_label("to frame").fill("2")
    page.get_by_role("button", name="Add remark").click()
    expect(page.get_by_text(re.compile(r"frames 0.2"))).to_be_visible()
    page.get_by_role("button", name="Return (R)").click()
    dialog = page.get_by_role("dialog", name="Return to the author?")
    dialog.get_by_role("textbox", name="Remark").fill("Please look at the left edge.")
    dialog.get_by_role("button", name="Return").click()
    expect(page.get_by_text("Returned with your remark.").first).to_be_visible()


def test_two_blinded_readers_then_a_review_with_a_correction(
    site: Site, browser: Browser, person: Callable[..., Person], tmp_path: Path
) -> None:
    place = workplace(site, browser, "review")
    clip = place.ingest(phantom_clip(tmp_path / "a.mp4", 8, seed=77, side=SIDE), label="Sweep")
    admin = person("Admin")
    admin.log_in(place.email)
    ada, ben = (joins(place, admin, person(name), name) for name in ("Ada", "Ben"))
    assign_in_library(admin, place, ["Ada", "Ben"])
    give_another_day(admin, place, "Ben")

    # each finds it in the queue, and nothing of the other
    ben.goto("/")
    ben.page.get_by_role("button", name="Notices: 1 unread").click()
    ben.page.get_by_role("link", name="A clip to annotate").click()
    assigned = ben.page.get_by_role("region", name="Assigned to you")
    expect(assigned).to_contain_text("due today")
    settle(ben.page)
    ben.picture("queue")
    assert violations(ben.page) == []
    mine = own_reading(ada, clip, {0: square(20, 30), 3: square(24, 30)})
    hand_in(ada, mine)
    assert ben.api(f"/api/annotation-sets/?clip={clip}")["results"] == []
    ben.goto(f"/clips/{clip}/review/{mine['id']}")
    expect(ben.page.get_by_text("This review cannot be opened")).to_be_visible()
    theirs = own_reading(ben, clip, {0: square(22, 30)})
    hand_in(ben, theirs)

    # once both have handed in, one reviews the other
    ben.goto(f"/clips/{clip}/review/{mine['id']}")
    stage_ready(ben.page, 0)
    pin_and_return(ben.page)
    ada.goto(f"/clips/{clip}/annotate")
    stage_ready(ada.page, 0)
    expect(ada.page.get_by_text("Please look at the left edge.")).to_be_visible()
    ada.page.get_by_role("button", name="Answer remark 1").click()
    ada.page.get_by_role("textbox", name="Your answer to remark 1").fill("Moved it.")
    ada.page.get_by_role("button", name="Send").click()
    expect(ada.page.get_by_text("Moved it.")).to_be_visible()
    again = own_reading(ada, clip, {5: square(60, 50)})
    hand_in(ada, again)

    # what changed since is walked to, corrected and accepted
    page = ben.page
    ben.goto(f"/clips/{clip}/review/{mine['id']}")
    stage_ready(page, 0)
    differences = page.get_by_test_id("differences")
    expect(differences).to_contain_text("1 frame differs")
    page.keyboard.press("]")
    stage_ready(page, 5)
    expect(differences).to_contain_text("this is number 1")
    settle(page)
    ben.picture("review-differences")
    assert violations(page) == []
    page.keyboard.press("c")
    expect(page.get_by_test_id("annotator")).to_be_visible()
    stage_ready(page, 5)  # where one was
    page.keyboard.press("2")
    draw(page, [(70.0, 70.0), (100.0, 72.0), (98.0, 100.0), (72.0, 98.0)])
    saved(page)
    carried = carry_on(page)
    assert carried >= 1
    saved(page)
    wait_for(lambda: propagated(admin, mine["id"])[-1:] == [5 + carried])
    page.get_by_role("button", name="Back to the decision").click()
    expect(page.get_by_test_id("differences")).to_contain_text("Revision 2")
    page.get_by_role("button", name="Accept (A)").click()
    page.get_by_role("dialog").get_by_role("button", name="Accept").click()
    expect(page.get_by_text("Accepted.").first).to_be_visible()

    done = admin.api(f"/api/annotation-sets/{mine['id']}/")
    steps = [(one["step"], one["revision"], one["actor"]["name"]) for one in done["transitions"]]
    assert steps == [
        ("submit", 1, "Ada"), ("return", 1, "Ben"), ("submit", 2, "Ada"), ("accept", 4, "Ben"),
    ]  # fmt: skip
    authors = admin.api(f"/api/annotation-sets/{mine['id']}/revisions/")
    assert [one["author"]["name"] for one in authors] == ["Ada", "Ada", "Ben", "Ben"]


def propagated(who: Person, annotation_set: str) -> list[int]:
    """The frames of a set to which a shape was carried through time; some are left out again
    where the shapes beside them say the same.
    """
    tracks = who.api(f"/api/annotation-sets/{annotation_set}/")["tracks"]
    rows = [one for track in tracks for one in track["keyframes"]]
    return [one["frame"] for one in rows if one["source"] == "propagated"]
