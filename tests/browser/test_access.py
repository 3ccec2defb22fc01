"""Every room can be used by keyboard and by ear, and fits a phone."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, FilePayload, Page, expect

import phantom
from tests.browser.acts import Workplace, phantom_clip, stage_ready, wait_for, workplace
from tests.browser.axe import settle, violations
from tests.browser.conftest import REPOSITORY, Person, Site

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

STARTER = REPOSITORY / "inference" / "starter" / "starter-1.keras"
CLASSES = "1=vessel,2=bone,3=musculocutaneous,4=median,5=ulnar"
TOO_WIDE = """() => {
  const { scrollWidth } = document.scrollingElement;
  if (scrollWidth <= innerWidth) return null;
  const wide = [...document.querySelectorAll("body *")]
    .filter((one) => one.getBoundingClientRect().right > innerWidth + 1)
    .slice(0, 6).map((one) => one.outerHTML.slice(0, 120));
  return `${scrollWidth} px wide: ${wide.join("\\n      ")}`;
}"""


@dataclass(frozen=True)
class House:
    """A project with something in every room, and the way to each room."""

    place: Workplace
    rooms: dict[str, str]
    invitation: str


@pytest.fixture(scope="module")
def house(site: Site, browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> House:
    """Accepted pairs, a run, a model in use, a suggestion, and a colleague's work to review."""
    folder = tmp_path_factory.mktemp("house")
    place = workplace(site, browser, "access", "axillary")
    clip = place.ingest(phantom_clip(folder / "clip.mp4", anatomy="axillary"), label="In-plane")
    pairs = folder / "pairs"
    phantom.write_pairs(pairs, "axillary", range(4), 1, 128, 128)
    site.manage("import_pairs", str(pairs), "--project", place.project, "--classes", CLASSES)
    ada = Person("Ada", browser.new_context().new_page(), site)
    ada.log_in(place.email)
    run = started_run(ada, place.project)
    registered = site.manage(
        "register_model", str(STARTER), "--project", place.project, "--name", "Starter",
        "--promote", "live,preannotate", "--json",
    )  # fmt: skip
    model = json.loads(registered)["id"]
    ada.post("/api/preannotations/", {"clip": clip})
    rosa = Person("Rosa", browser.new_context().new_page(), site)
    colleague, guest = (f"{name}-{uuid4().hex[:6]}@fascicle.example" for name in ("rosa", "gil"))
    site.create_person(colleague, "Rosa Reader")
    ada.post("/api/memberships/", {"project": place.project, "email": colleague, "role": "expert"})
    invited = ada.post(
        "/api/memberships/",
        {"project": place.project, "email": guest, "name": "Gil Guest", "role": "trainee"},
    )
    rosa.log_in(colleague)
    reading = submitted_reading(rosa, place.project, clip)
    wait_for(lambda: ada.api(f"/api/training-runs/{run}/")["state"] == "done", seconds=400)
    wait_for(lambda: bool(ada.api(f"/api/suggestions/?clip={clip}")["results"]), seconds=200)
    # looked at last of all, so it still waits for release
    waiting = waiting_upload(ada, place.project, phantom_clip(folder / "waiting.mp4", 4, seed=31))
    for who in (ada, rosa):
        who.page.context.close()
    project = f"/projects/{place.project}"
    rooms = {
        "projects": "/projects",
        "library": f"{project}/library",
        "annotator": f"/clips/{clip}/annotate",
        "review": f"/clips/{clip}/review/{reading}",
        "explore": f"/clips/{clip}/explore",
        "training": f"{project}/training",
        "new run": f"{project}/training/new",
        "run": f"{project}/training/{run}",
        "models": f"{project}/models",
        "model": f"{project}/models/{model}",
        "live": f"{project}/live",
        "people": f"{project}/people",
        "confirm": f"/uploads/{waiting}",
        "account": "/account",
        "keyboard": "/account/keyboard",
        "no such page": "/no/such/page",
    }
    return House(place, rooms, invited["invitation_url"])


def started_run(who: Person, project: str) -> str:
    """Two folds of one epoch on what is accepted now."""
    snapshot = who.post("/api/snapshots/", {"project": project})
    wanted = {"recipe": "tiny", "fold_count": 2, "epoch_count": 1}
    run = who.post("/api/training-runs/", {"project": project, "snapshot": snapshot["id"]} | wanted)
    return str(run["id"])


def waiting_upload(who: Person, project: str, file: Path) -> str:
    """A recording that somebody has yet to look at."""
    cookies = who.page.context.cookies()
    token = next(one["value"] for one in cookies if one["name"] == "csrftoken")
    content = FilePayload(name="a.mp4", mimeType="video/mp4", buffer=file.read_bytes())
    answer = who.page.request.post(
        f"{who.site.address}/api/uploads/",
        headers={"X-CSRFToken": token, "Referer": who.site.address},
        multipart={"project": project, "subject": "S-waiting", "file": content},
    )
    assert answer.ok, answer.text()
    upload = str(answer.json()["target_id"])
    address = f"/api/uploads/{upload}/"
    wait_for(lambda: who.api(address)["state"] == "awaiting_release", seconds=200)
    return upload


def submitted_reading(who: Person, project: str, clip: str) -> str:
    """One polygon, handed in with a remark beside it."""
    rows = who.api(f"/api/projects/{project}/")["procedure"]["structures"]
    made = who.post("/api/annotation-sets/", {"clip": clip})
    url, track = f"/api/annotation-sets/{made['id']}", str(uuid4())
    shape = {
        "kind": "polygon",
        "points": [[40, 40], [90, 44], [80, 96], [44, 90]],
        "uncertain": [False] * 4,
    }
    operations = [
        {"op": "track.add", "track": track, "structure": rows[0]["id"]},
        {"op": "keyframe.put", "track": track, "frame": 0, "shape": shape, "source": "drawn"},
    ]
    saving = {"base_revision": 0, "idempotency_key": str(uuid4()), "ops": operations}
    revision = who.post(f"{url}/save/", saving)["revision"]
    who.post(f"{url}/issues/", {"frame_index": 2, "x": 60, "y": 60, "text": "Is this its edge?"})
    who.post(f"{url}/submit/", {"revision": revision})
    return str(made["id"])


def enter(who: Person, house: House, room: str) -> None:
    """Open a room and wait until it has all it shows."""
    who.goto(house.rooms[room])
    expect(who.page.get_by_role("heading").first).to_be_visible()
    if room in {"annotator", "review", "explore"}:
        stage_ready(who.page, 0)
    settle(who.page)


def told(found: dict[str, Any]) -> str:
    return "".join(f"\n  {room}: {what}" for room, what in found.items())


def fresh(person: Callable[..., Person], **window: int) -> Person:
    """Someone whose page does not move more than it must."""
    who = person("Ada", **window)
    who.page.emulate_media(reduced_motion="reduce")
    return who


def own_keys(page: Page) -> None:
    page.keyboard.press("?")
    page.get_by_role("tab", name="Change them").click()


DIALOGS: dict[str, tuple[str, Callable[[Page], None]]] = {
    "upload": (
        "library",
        lambda page: page.locator("input[type=file]").first.set_input_files(
            [FilePayload(name="left.mp4", mimeType="video/mp4", buffer=b"not looked at yet")]
        ),
    ),
    "keys": ("annotator", lambda page: page.keyboard.press("?")),
    "own keys": ("annotator", own_keys),
    "palette": ("annotator", lambda page: page.keyboard.press("Control+k")),
    "accept": ("review", lambda page: press(page, "Accept (A)")),
    "return": ("review", lambda page: press(page, re.compile("^Return"))),
    "promote": ("model", lambda page: press(page, "Promote")),
    "confirm keys": ("confirm", lambda page: page.keyboard.press("?")),
    "invite": ("people", lambda page: press(page, re.compile("^Invite"))),
    "new project": ("projects", lambda page: press(page, "New project")),
    "new token": ("account", lambda page: press(page, re.compile("token$"))),
}


def press(page: Page, name: str | re.Pattern[str]) -> None:
    page.get_by_role("button", name=name).first.click()


def test_every_room_is_accessible(house: House, person: Callable[..., Person]) -> None:
    ada = fresh(person)
    page = ada.page
    found: dict[str, Any] = {}
    for name, path in [("login", "/login"), ("set password", house.invitation)]:
        page.goto(path if path.startswith("http") else f"{ada.site.address}{path}")
        expect(page.get_by_role("textbox").first).to_be_visible()
        settle(page)
        found[name] = violations(page)
    ada.log_in(house.place.email)
    for room in house.rooms:
        enter(ada, house, room)
        found[room] = violations(page)

    for dialog, (room, opened) in DIALOGS.items():
        enter(ada, house, room)
        opened(page)
        expect(page.get_by_role("dialog")).to_be_visible()
        settle(page)
        found[dialog] = violations(page)
        page.keyboard.press("Escape")

    found = {room: what for room, what in found.items() if what}
    assert found == {}, told({room: "\n    ".join(what) for room, what in found.items()})


def test_every_room_fits_a_phone(house: House, person: Callable[..., Person]) -> None:
    ada = fresh(person, width=390, height=844)
    page = ada.page
    wide: dict[str, Any] = {}
    found: dict[str, Any] = {}
    ada.goto("/login")
    expect(page.get_by_role("textbox").first).to_be_visible()
    wide["login"] = page.evaluate(TOO_WIDE)
    ada.log_in(house.place.email)
    for room in house.rooms:
        enter(ada, house, room)
        wide[room] = page.evaluate(TOO_WIDE)
        if room in {"library", "explore"}:
            found[room] = violations(page)
    wide = {room: what for room, what in wide.items() if what is not None}
    assert wide == {}, told(wide)
    found = {room: what for room, what in found.items() if what}
    assert found == {}, told({room: "\n    ".join(what) for room, what in found.items()})
