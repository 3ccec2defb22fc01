"""A trainee answers in each mode, and is told what the test itself computes from the label maps."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import numpy as np
import pytest
from numpy.typing import NDArray
from playwright.sync_api import Browser, Page, expect

import phantom
from annotation.geometry import mask_from_dense, shape_to_json
from tests.browser.acts import on_screen, phantom_clip, workplace
from tests.browser.axe import violations
from tests.browser.conftest import Person, Site

pytestmark = pytest.mark.browser

FRAMES, SIDE, SEED = 40, 192, 3
HIDDEN_UNTIL = 20  # the expert says that the structure is not to be seen before
Labels = list[NDArray[np.uint8]]

# from within the page, since from here the pause can come when the clip is over; then once more
PAUSE = """(frame) => new Promise((done) => {
  const look = () => {
    const button = document.querySelector("button[data-frame]");
    const says = button.textContent;
    if (says.startsWith("Play again")) button.click();
    if (says.startsWith("Pause") && Number(button.dataset.frame) >= frame) done(button.click());
    else requestAnimationFrame(look);
  };
  look();
})"""


def test_a_trainee_answers_in_each_mode_and_gets_the_score_of_an_independent_computation(
    site: Site, browser: Browser, person: Callable[..., Person], tmp_path: Path
) -> None:
    place = workplace(site, browser, "teacher", "axillary")
    clip = place.ingest(
        phantom_clip(tmp_path / "arm.mkv", FRAMES, seed=SEED, side=SIDE, anatomy="axillary")
    )
    teacher, trainee = person("Teacher"), person("Trainee", width=390, height=844)
    teacher.log_in(place.email)
    emails = {role: f"{role}-{uuid4().hex[:6]}@fascicle.example" for role in ("expert", "trainee")}
    for role, email in emails.items():
        site.create_person(email, role.capitalize())
        teacher.post("/api/memberships/", {"project": place.project, "email": email, "role": role})
    labels, nerve = accepted_reading(
        teacher, person("Expert"), emails["expert"], place.project, clip
    )
    course = make_course_on_the_page(teacher, place.project, nerve["name"])
    trainee.log_in(emails["trainee"])
    page = trainee.page
    trainee.goto(f"/projects/{place.project}/practice")
    asked = put_by(page, lambda: page.get_by_role("button", name="Begin").click())
    expect(page.get_by_test_id("practice-room")).to_be_visible()
    truth = labels_of(labels, nerve["channel"])
    outcomes: dict[str, str] = {}
    while asked is not None:  # what was missed is put again after a minute
        stands(page, asked)
        asked["nerve"] = nerve["name"]
        hidden = trainee.api(f"/api/annotation-sets/?clip={clip}")["results"]
        assert hidden == [], "the truth can be had before the answer"
        reveal = ANSWERS[asked["mode"]](page, truth, asked)
        outcomes[asked["mode"]] = reveal["outcome"]
        check(page, reveal, truth)
        trainee.picture(f"practice-{asked['mode']}")
        if asked["mode"] == "delineate":
            assert violations(page) == []
        asked = put_by(page, lambda: page.get_by_role("button", name="Next question").click())
    assert outcomes == {"find": "missed", "name": "hit", "delineate": "hit", "scan": "hit"}
    page.get_by_role("link", name="See the certificate").click()
    expect(page.get_by_test_id("certificate")).to_contain_text("1 of 1")
    teacher.goto(f"/projects/{place.project}/practice/{course}")
    expect(teacher.page.get_by_test_id("trainees")).to_contain_text("4 of 4")
    expect(teacher.page.get_by_test_id("confusions")).to_contain_text(nerve["name"])
    teacher.picture("practice-cohort")


def accepted_reading(
    teacher: Person, expert: Person, email: str, project: str, clip: str
) -> tuple[Labels, dict[str, Any]]:
    """The teacher's reading, exact to the pixel and accepted by a colleague: one nerve, which the
    teacher says comes into view half way.
    """
    scene = phantom.Scene("axillary", SEED, SIDE, SIDE)
    drawn = [frame.labels for frame in scene.frames(FRAMES)]
    rows = teacher.api(f"/api/projects/{project}/")["procedure"]["structures"]
    nerve = next(
        row for row in rows if row["kind"] == "nerve" and (drawn[0] == row["channel"]).any()
    )
    track = str(uuid4())
    ops: list[dict[str, Any]] = [{"op": "track.add", "track": track, "structure": nerve["id"]}]
    for index, labels in enumerate(drawn):
        mask = shape_to_json(mask_from_dense(labels == nerve["channel"]))
        shape = {"kind": "absent"} if index < HIDDEN_UNTIL else mask
        ops.append(
            {
                "op": "keyframe.put",
                "track": track,
                "frame": index,
                "shape": shape,
                "source": "drawn",
            }
        )
    reading = teacher.post("/api/annotation-sets/", {"clip": clip})["id"]
    key = str(uuid4())
    saved = teacher.post(
        f"/api/annotation-sets/{reading}/save/",
        {"base_revision": 0, "idempotency_key": key, "ops": ops},
    )
    teacher.post(f"/api/annotation-sets/{reading}/submit/", {"revision": saved["revision"]})
    expert.log_in(email)
    expert.post(
        f"/api/annotation-sets/{reading}/review/",
        {"decision": "accept", "remark": "", "revision": saved["revision"]},
    )
    return drawn, nerve


def labels_of(labels: Labels, channel: int) -> NDArray[np.bool_]:
    """Where the nerve is by the exact label maps, bool (frames, height, width)."""
    shown = np.stack([frame == channel for frame in labels])
    shown[:HIDDEN_UNTIL] = False
    return shown


def make_course_on_the_page(teacher: Person, project: str, nerve: str) -> str:
    """A few clicks make the course, look its questions over and open it."""
    page = teacher.page
    teacher.goto(f"/projects/{project}/practice")
    page.get_by_role("link", name="New course").click()
    page.get_by_label("Title").fill("First steps")
    for chip in page.get_by_role("group", name="Structures").get_by_role("checkbox").all():
        if chip.is_checked():
            chip.press("Space")
    page.get_by_role("group", name="Structures").get_by_role("checkbox", name=nerve).press("Space")
    page.get_by_role("checkbox", name=re.compile("^Timed scan")).check()
    page.get_by_role("button", name="All", exact=True).click()
    page.get_by_role("button", name="Propose questions").click()
    expect(page.get_by_test_id("question")).to_have_count(4)
    note = page.get_by_label(re.compile("^Note on Delineate"))
    note.fill("Below the artery.")
    note.blur()
    page.get_by_role("button", name="Open to trainees").click()
    expect(page.get_by_text("Trainees can begin.")).to_be_visible()
    return page.url.rstrip("/").split("/")[-1]


def put_by(page: Page, act: Callable[[], None]) -> dict[str, Any] | None:
    """Do what asks for the next question; the question as the server put it to the page."""
    with page.expect_response(re.compile("/next/$")) as told:
        act()
    asked: dict[str, Any] | None = told.value.json()["asked"]
    return asked


def stands(page: Page, asked: dict[str, Any]) -> None:
    """The question stands on the page, its picture painted."""
    expect(page.get_by_test_id("reveal")).to_have_count(0)
    picture = page.get_by_test_id("picture-canvas")
    expect(picture).to_have_attribute("data-frame-index", str(asked["first_frame"]))
    head, shown = page.locator("header").last.bounding_box(), picture.bounding_box()
    assert head is not None
    assert shown is not None
    gap = shown["y"] - head["y"] - head["height"]
    assert abs(gap) < 2, "on a phone the picture stands right under the room's head"


def committed(page: Page, act: Callable[[], None]) -> dict[str, Any]:
    """Do what commits the answer; the reveal as the server told it."""
    with page.expect_response(re.compile("/api/attempts/$")) as told:
        act()
    expect(page.get_by_test_id("reveal")).to_be_visible()
    reveal: dict[str, Any] = json.loads(told.value.body())
    return reveal


def this_is_it(page: Page) -> None:
    page.get_by_role("button", name="This is it").click()


def find(page: Page, truth: NDArray[np.bool_], asked: dict[str, Any]) -> dict[str, Any]:
    del truth, asked
    page.mouse.click(*on_screen(page, 20.5, 20.5))  # far from every nerve
    return committed(page, lambda: this_is_it(page))


def name(page: Page, truth: NDArray[np.bool_], asked: dict[str, Any]) -> dict[str, Any]:
    x, y = asked["mark"]["x"], asked["mark"]["y"]
    assert truth[asked["first_frame"], int(y), int(x)], "the ring marks another structure"
    names = [each["name"] for each in asked["choices"]]
    assert len(names) > 1
    assert asked["nerve"] in names
    button = page.get_by_role("button", name=asked["nerve"])
    return committed(page, button.click)


def delineate(page: Page, truth: NDArray[np.bool_], asked: dict[str, Any]) -> dict[str, Any]:
    rows, columns = np.nonzero(truth[asked["first_frame"]])
    page.get_by_text("Brush", exact=True).click()
    left, right = float(columns.min()), float(columns.max()) + 1
    middle = float(rows.mean())
    page.mouse.move(*on_screen(page, left + 3, middle))
    page.mouse.down()
    page.mouse.move(*on_screen(page, right - 3, middle), steps=4)
    page.mouse.up()
    reveal = committed(page, lambda: this_is_it(page))
    page.get_by_text("Where it went wrong").click()
    overlay = page.get_by_test_id("overlay-canvas")
    expect(overlay).to_have_attribute("data-overlay", re.compile("heat"))
    expect(page.get_by_text("Below the artery.")).to_be_visible()
    return reveal


def scan(page: Page, truth: NDArray[np.bool_], asked: dict[str, Any]) -> dict[str, Any]:
    del truth, asked
    page.get_by_role("button", name="Start").click()
    return committed(page, lambda: page.evaluate(PAUSE, HIDDEN_UNTIL + 1))


ANSWERS: dict[str, Callable[[Page, NDArray[np.bool_], dict[str, Any]], dict[str, Any]]] = {
    "find": find, "name": name, "delineate": delineate, "scan": scan,
}  # fmt: skip


def check(page: Page, reveal: dict[str, Any], truth: NDArray[np.bool_]) -> None:
    """The figures against those written out here, from the answer and the label maps alone."""
    answer, score, frame = reveal["answer"], reveal["score"], reveal["first_frame"]
    shown = truth[frame]
    if reveal["mode"] == "find":
        rows, columns = np.nonzero(shown)
        across = np.clip(answer["x"], columns, columns + 1) - answer["x"]
        down = np.clip(answer["y"], rows, rows + 1) - answer["y"]
        assert score["distance_px"] == pytest.approx(np.hypot(across, down).min())
    elif reveal["mode"] == "delineate":
        drawn = decoded(answer["shape"], shown.shape)
        dice = 2 * (drawn & shown).sum() / (drawn.sum() + shown.sum())
        assert score["dice"] == pytest.approx(dice, abs=1e-12)
        expect(page.get_by_test_id("dice")).to_have_text(f"{dice:.2f}")
        wrong = sum(decoded(band["mask"], shown.shape).sum() for band in reveal["heat"])
        assert wrong == (drawn ^ shown).sum()
    elif reveal["mode"] == "scan":
        visible = truth[:, :, :].any(axis=(1, 2))
        assert visible[answer["frame"]]
        assert score["seconds"] == pytest.approx((answer["frame"] - HIDDEN_UNTIL) / 25, abs=1e-3)


def decoded(mask: dict[str, Any], shape: tuple[int, ...]) -> NDArray[np.bool_]:
    """Run lengths by hand: background first, row by row through the box."""
    assert mask["kind"] == "mask"
    flat = np.repeat(np.arange(len(mask["counts"])) % 2 == 1, mask["counts"])
    whole = np.zeros(shape, dtype=bool)
    box = flat.reshape(mask["height"], mask["width"])
    whole[mask["y"] : mask["y"] + mask["height"], mask["x"] : mask["x"] + mask["width"]] = box
    return whole
