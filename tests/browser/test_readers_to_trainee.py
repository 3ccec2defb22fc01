"""Two experts read blinded, a third settles it, a model trains on that, a trainee is asked."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import numpy as np
import pytest
from matplotlib.path import Path as Outline
from numpy.typing import NDArray
from playwright.sync_api import Browser, Page, expect

from tests.browser.acts import (
    Workplace,
    draw,
    label_map,
    phantom_clip,
    saved,
    stage_ready,
    wait_for,
    workplace,
)
from tests.browser.axe import settle as at_rest
from tests.browser.axe import violations
from tests.browser.conftest import Person, Site

pytestmark = [pytest.mark.browser, pytest.mark.timeout(900)]

RUN = uuid4().hex[:6]
VESSEL = 2
Mask = NDArray[np.bool_]


def test_blinded_experts_an_adjudicator_and_a_trainee(
    site: Site, browser: Browser, person: Callable[..., Person], tmp_path: Path
) -> None:
    place = workplace(site, browser, "settle")
    ada = person("Ada")
    ada.log_in(place.email)
    ben, cleo = (join(place, ada, person(name), "expert") for name in ("Ben", "Cleo"))
    theo = join(place, ada, person("Theo"), "trainee")
    clips = [
        place.ingest(
            phantom_clip(tmp_path / f"{seed}.mp4", 4, seed=seed),
            label=f"Arm {seed}",
            subject=f"S-{seed}",
        )
        for seed in (3, 4)
    ]
    people = {row["user"]["email"]: row["user"]["id"] for row in memberships(ada, place)}
    give = {"project": place.project, "clips": clips, "task": "annotate"}
    readers = [people[address(one.name)] for one in (ben, cleo)]
    ada.post("/api/assignments/", {**give, "people": readers, "is_blinded_to_readers": True})

    consensus = {}
    for number, clip in enumerate(clips):
        by_ben = read(ben, clip, circle(110 + 5 * number, 130, 26))
        hidden(cleo, clip, by_ben)  # a draft
        hand_in(ben)
        hidden(cleo, clip, by_ben)  # handed in, and still not for one who is to read
        by_cleo = read(cleo, clip, circle(116 + 5 * number, 133, 24))
        hand_in(cleo)
        assert {row["id"] for row in sets(cleo, clip)} >= {by_ben, by_cleo}
        consensus[clip] = settle(ada, clip, [by_ben, by_cleo])

    look_at_frames(ada, place, clips)
    train(ada, place, consensus)
    practise(ada, theo, place, clips, consensus)


def address(name: str) -> str:
    return f"{name.lower()}-{RUN}@fascicle.example"


def join(place: Workplace, ada: Person, guest: Person, role: str) -> Person:
    email = address(guest.name)
    place.site.create_person(email, f"{guest.name} {role.capitalize()}")
    ada.post("/api/memberships/", {"project": place.project, "email": email, "role": role})
    guest.log_in(email)
    return guest


def memberships(ada: Person, place: Workplace) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = ada.api(f"/api/memberships/?project={place.project}")["results"]
    return rows


def circle(x: float, y: float, radius: float) -> list[tuple[float, float]]:
    angles = [2 * math.pi * step / 10 for step in range(10)]
    return [(x + radius * math.cos(one), y + radius * math.sin(one)) for one in angles]


def sets(who: Person, clip: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = who.api(f"/api/annotation-sets/?clip={clip}")["results"]
    return rows


def read(who: Person, clip: str, outline: list[tuple[float, float]]) -> str:
    """Delineate the vessel on the first frame; returns the set."""
    who.goto(f"/clips/{clip}/annotate")
    stage_ready(who.page, 0)
    who.page.keyboard.press(str(VESSEL))
    draw(who.page, outline)
    saved(who.page)
    [mine] = [row for row in sets(who, clip) if row["is_mine"]]
    return str(mine["id"])


def hand_in(who: Person) -> None:
    page = who.page
    page.get_by_role("button", name="Submit for review").click()
    page.get_by_role("dialog").get_by_role("button", name="Submit", exact=True).click()
    expect(page.get_by_text("Submitted", exact=True).first).to_be_visible()


def hidden(who: Person, clip: str, others: str) -> None:
    """Nothing of another reader's set reaches a blinded one."""
    assert others not in {row["id"] for row in sets(who, clip)}
    for part in ("", "labels/0/", "revisions/", "revisions/1/"):
        answer = who.page.request.get(f"{who.site.address}/api/annotation-sets/{others}/{part}")
        assert answer.status == 404, (part, answer.status)
    who.goto(f"/clips/{clip}/review/{others}")
    expect(who.page.get_by_test_id("stage")).to_have_count(0)


def settle(ada: Person, clip: str, readings: list[str]) -> str:
    """A consensus between the two readings, signed."""
    opened = ada.post("/api/consensus/", {"clip": clip})
    structures = ada.api("/api/projects/")["results"][0]["procedure"]["structures"]
    [vessel] = [one["id"] for one in structures if one["channel"] == VESSEL]
    done = ada.post(
        f"/api/consensus/{opened['id']}/settle/",
        {
            "structure": vessel,
            "first_frame": 0,
            "last_frame": 0,
            "readings": readings,
            "blend": "staple",
            "base_revision": opened["revision"],
            "idempotency_key": str(uuid4()),
        },
    )
    ada.post(f"/api/consensus/{opened['id']}/sign/", {"revision": done["revision"]})
    settled, one, other = (label_map(ada, each, 0) == VESSEL for each in (opened["id"], *readings))
    assert settled[one & other].all()
    assert not settled[~(one | other)].any()
    assert (one ^ other).any()
    return str(opened["id"])


def look_at_frames(ada: Person, place: Workplace, clips: list[str]) -> None:
    """The report's plot of a clip, frame by frame; a frame opens with the readers' contours."""
    job = ada.post("/api/agreement-reports/", {"project": place.project})
    report = f"/api/agreement-reports/{job['target_id']}/"
    wait_for(lambda: ada.api(report)["made_at"] is not None, seconds=120)
    query = f"by=frame&clip={clips[1]}&structure=vessel"
    [row] = ada.api(f"{report}breakdown/?{query}")["results"]
    dice = f"{row['figures']['dice']:.2f}"
    page = ada.page
    ada.goto(f"/projects/{place.project}/agreement/{job['target_id']}")
    choose(page, "Structure", "Nerve")
    part = page.get_by_role("region", name="Frame by frame")
    expect(part).to_contain_text("Nobody shows it in 1 frame")
    choose(page, "Structure", "Blood vessel")
    choose(page, "Clip", "Arm 4 · S-4")
    plot = part.get_by_role("slider", name="Frame")
    expect(plot).to_have_attribute("aria-valuetext", f"Frame 0: Dice {dice}")
    plot.scroll_into_view_if_needed()
    at_rest(page)
    ada.picture("agreement-frames")
    assert violations(page) == []
    plot.focus()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(rf"/clips/{clips[1]}/adjudicate\?.*frame=0"))
    expect(page.get_by_test_id("stage").first).to_be_visible()


def choose(page: Page, field: str, option: str) -> None:
    page.get_by_role("combobox", name=field, exact=True).click()
    page.get_by_role("option", name=option).click()


def train(ada: Person, place: Workplace, consensus: dict[str, str]) -> None:
    """What is learnt is chosen on the page; the frames of the snapshot are the consensus's, and a
    run fits them.
    """
    page = ada.page
    ada.goto(f"/projects/{place.project}/training/new")
    start = page.get_by_role("button", name="Freeze")
    expect(start).to_have_text("Freeze 2 frames and start")
    page.get_by_role("combobox", name="Labels").click()
    nobody = page.get_by_role("option", name="One reader: nobody's work is accepted yet")
    expect(nobody).to_have_attribute("data-combobox-disabled", "true")
    page.keyboard.press("Escape")
    choose(page, "Labels", "Soft labels of all readers")
    expect(page.get_by_text("At each pixel the share of readers who say so")).to_be_visible()
    expect(start).to_have_text("Freeze 2 frames and start")
    choose(page, "Labels", "Consensus only")
    choose(page, "Recipe", "Tiny")
    page.get_by_label("Folds").fill("2")
    page.get_by_label("Epochs").fill("1")
    start.click()
    expect(page.get_by_role("heading", name="Run 1")).to_be_visible()
    [run] = ada.api(f"/api/training-runs/?project={place.project}")["results"]
    manifest = ada.api(f"/api/snapshots/{run['snapshot']}/")["manifest"]
    assert manifest["labels"] == "consensus"
    frames = manifest["frames"]
    assert {frame["clip"]: frame["annotation_set"] for frame in frames} == consensus
    url = f"/api/training-runs/{run['id']}/"
    wait_for(lambda: ada.api(url)["state"] in {"done", "failed"}, seconds=300)
    run = ada.api(url)
    assert run["state"] == "done", (run["error"], [fold["error"] for fold in run["folds"]])


def practise(
    ada: Person, theo: Person, place: Workplace, clips: list[str], consensus: dict[str, str]
) -> None:
    """What the trainee is told of an answer is what the exact pixels say."""
    structures = ada.api("/api/projects/")["results"][0]["procedure"]["structures"]
    [vessel] = [one["id"] for one in structures if one["channel"] == VESSEL]
    what = {"project": place.project, "title": f"Vessels {RUN}", "level": "novice"}
    course = ada.post(
        "/api/courses/",
        {**what, "clips": clips, "structures": [vessel], "modes": ["delineate"]},
    )
    url = f"/api/courses/{course['id']}/"
    cookies = {one.get("name"): one.get("value") for one in ada.page.context.cookies()}
    headers = {"X-CSRFToken": cookies["csrftoken"] or "", "Referer": ada.site.address}
    opened = ada.page.request.patch(
        f"{ada.site.address}{url}", data={"state": "open"}, headers=headers
    )
    assert opened.ok, opened.text()
    theo.post(f"{url}join/", {})
    asked = theo.api(f"{url}next/")["asked"]
    truth = consensus[asked["clip"]]
    peek = theo.page.request.get(f"{theo.site.address}/api/annotation-sets/{truth}/labels/0/")
    assert peek.status == 404

    answer = circle(118, 128, 22)
    shape = {"kind": "polygon", "points": [list(point) for point in answer]}
    reveal = theo.post(
        "/api/attempts/",
        {"question": asked["id"], "number": asked["number"], "answer": {"shape": shape}},
    )
    right = label_map(ada, truth, asked["first_frame"]) == VESSEL
    drawn = covered(answer, right.shape)
    expected = 2 * int((drawn & right).sum()) / int(drawn.sum() + right.sum())
    assert 0.3 < expected < 1
    assert reveal["score"]["dice"] == pytest.approx(expected, abs=1e-9)


def covered(outline: list[tuple[float, float]], shape: tuple[int, ...]) -> Mask:
    """The pixels whose centres lie in a polygon, by code that is not ours."""
    rows, columns = np.mgrid[: shape[0], : shape[1]] + 0.5
    inside = Outline([*outline, outline[0]], closed=True).contains_points(
        np.column_stack([columns.ravel(), rows.ravel()])
    )
    found: Mask = inside.reshape(shape)
    return found
