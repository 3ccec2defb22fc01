"""A scanner's picture in two browsers: the mask of the very picture, or none at all."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.acts import Workplace, wait_for, workplace
from tests.browser.axe import violations
from tests.browser.conftest import Person, Site
from tests.browser.live_publisher import Publisher, pair
from tests.browser.test_access import STARTER, TOO_WIDE

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

# what is on the screen in one moment: the number that the room says, that in the picture's pixels,
# and that in the mask's; null where a cell of the mask is neither of the two classes
LOOK = """(count) => new Promise((done) => {
  const room = document.querySelector("[data-testid=live-room]");
  const picture = document.querySelector("[data-testid=live-picture]");
  const overlay = document.querySelector("[data-testid=live-overlay]");
  const number = (canvas, bitOf) => {
    const line = canvas.getContext("2d").getImageData(0, 6, canvas.width, 1).data;
    let found = 0;
    for (let cell = 0; cell < 16; cell++) {
      const at = 4 * Math.floor(((cell + 0.5) * canvas.width) / 16);
      const bit = bitOf(line.subarray(at, at + 4));
      if (bit === null) return null;
      found = found * 2 + bit;
    }
    return found;
  };
  const near = (pixel, colour) => colour.every((part, at) => Math.abs(part - pixel[at]) < 12);
  const maskBit = (pixel) => {
    if (pixel[3] === 0) return null;
    if (near(pixel, [213, 94, 0])) return 1;
    return near(pixel, [86, 180, 233]) ? 0 : null;
  };
  const seen = new Map();
  const look = () => {
    const sequence = Number(room.dataset.sequence);
    // a picture that is late on a busy machine has, rightly, no structures
    const isShown = ["live", "frozen"].includes(room.dataset.state);
    if (isShown && !seen.has(sequence)) {
      const inPicture = number(picture, (pixel) => (pixel[0] > 127 ? 1 : 0));
      seen.set(sequence, [sequence, inPicture, number(overlay, maskBit)]);
    }
    if (seen.size < count) requestAnimationFrame(look);
    else done([...seen.values()]);
  };
  look();
})"""
PAINTED = """() => {
  const overlay = document.querySelector("[data-testid=live-overlay]");
  if (overlay.width === 0) return 0;
  const { data } = overlay.getContext("2d").getImageData(0, 0, overlay.width, overlay.height);
  return data.filter((value, at) => at % 4 === 3 && value > 0).length;
}"""


@pytest.fixture
def place(site: Site, browser: Browser) -> Workplace:
    """A project with a model promoted for live, which looks at what is recorded."""
    made = workplace(site, browser, "live", "axillary")
    site.manage(
        "register_model", str(STARTER), "--project", made.project, "--name", "Starter",
        "--promote", "live,preannotate",
    )  # fmt: skip
    return made


@pytest.fixture
def publishers() -> Iterator[list[Publisher]]:
    opened: list[Publisher] = []
    yield opened
    for each in opened:
        each.close()


def test_a_scanner_is_watched_recorded_and_its_clip_waits_annotated(
    site: Site, place: Workplace, person: Callable[..., Person], publishers: list[Publisher]
) -> None:
    ada = person("Ada")
    ada.page.emulate_media(reduced_motion="reduce")
    ada.log_in(place.email)
    tara = a_trainee(site, place, ada, person)

    publisher = paired_publisher(site, ada, place)
    publishers.append(publisher)
    publisher.start()
    watch(ada)
    same_frame(ada.page)
    expect(ada.page.get_by_text("Research use only").first).to_be_visible()
    structures = ada.page.get_by_role("region", name="Structures")
    expect(structures.get_by_text("93 %")).to_be_visible()
    ada.picture("live-expert")
    assert violations(ada.page) == []

    follow(tara, publisher)
    structures_are_drawn_as_asked(ada.page)
    stalled_and_back(ada, publisher)
    frozen_and_on(ada, publisher)
    clip = recorded(ada, place)
    in_the_queue(ada, place, clip)

    revoke(ada, place, publisher)
    expect(room(tara.page)).to_have_attribute("data-state", "no-signal")
    expect(room(tara.page)).to_have_attribute("data-connection", "ended")
    expect(tara.page.get_by_text("This session has ended.")).to_be_visible()
    assert tara.page.evaluate(PAINTED) == 0


def room(page: Page) -> Any:
    return page.get_by_test_id("live-room")


def a_trainee(site: Site, place: Workplace, ada: Person, person: Callable[..., Person]) -> Person:
    email = f"tara-{uuid4().hex[:6]}@fascicle.example"
    site.create_person(email, "Tara Trainee")
    ada.post("/api/memberships/", {"project": place.project, "email": email, "role": "trainee"})
    tara = person("Tara", width=390, height=844)
    tara.page.emulate_media(reduced_motion="reduce")
    tara.log_in(email)
    return tara


def paired_publisher(site: Site, ada: Person, place: Workplace) -> Publisher:
    page = ada.page
    ada.goto("/live")
    expect(page.get_by_role("heading", name="Nothing is streaming")).to_be_visible()
    page.get_by_role("button", name="Pair a bridge").click()
    code = page.get_by_test_id("pairing-code").inner_text()
    expect(page.get_by_text(f"fascicle-bridge pair {code} --server {site.address}")).to_be_visible()
    ada.picture("live-pairing")
    assert violations(page) == []
    token = pair(site.address, code, "Trolley 2")
    expect(page.get_by_text("Trolley 2 is paired")).to_be_visible()
    return Publisher(site.address, token)


def watch(ada: Person) -> None:
    page = ada.page
    page.get_by_role("link", name="Watch Trolley 2").click()
    expect(page.get_by_role("heading", name="Research use only")).to_be_visible()
    expect(page.get_by_test_id("live-picture")).to_have_count(0)
    page.get_by_role("button", name="I understand").click()
    expect(room(page)).to_have_attribute("data-state", "live", timeout=30_000)


def same_frame(page: Page) -> None:
    """Of every picture drawn, the number in its pixels is that of its mask and of its message."""
    seen = page.evaluate(LOOK, 12)
    assert len(seen) == 12
    for sequence, in_picture, in_mask in seen:
        assert (in_picture, in_mask) == (sequence, sequence)


def follow(tara: Person, publisher: Publisher) -> None:
    """On a phone: the picture and its names, and nothing to command or to record."""
    page = tara.page
    tara.goto(f"/live/{publisher.session}")
    page.get_by_role("button", name="I understand").click()
    expect(room(page)).to_have_attribute("data-state", "live", timeout=30_000)
    same_frame(page)
    tara.picture("live-trainee-phone")
    assert page.evaluate(TOO_WIDE) is None
    assert violations(page) == []
    for name in ("Freeze", "Record…", "End the session"):
        expect(page.get_by_role("button", name=name)).to_have_count(0)
    page.keyboard.press("z")
    page.keyboard.press("r")
    expect(page.get_by_role("dialog")).to_have_count(0)
    refused = {"subject": "S-1", "is_consent_noted": True, "is_look_confirmed": True}
    for act, body in (("record", refused), ("model", {"is_off": True}), ("end", {})):
        with pytest.raises(AssertionError, match="403"):
            tara.post(f"/api/live-sessions/{publisher.session}/{act}/", body)
    assert publisher.commands == []


def structures_are_drawn_as_asked(page: Page) -> None:
    filled = page.evaluate(PAINTED)
    page.keyboard.press("h")
    page.wait_for_function(f"() => ({PAINTED})() === 0")
    expect(page.get_by_role("button", name="Hide all structures")).to_have_attribute(
        "aria-pressed", "true"
    )
    page.keyboard.press("h")
    page.keyboard.press("o")
    page.wait_for_function(
        f"() => {{ const n = ({PAINTED})(); return n > 0 && n < {filled} / 2; }}"
    )
    page.keyboard.press("o")
    page.wait_for_function(f"() => ({PAINTED})() > {filled} / 2")


def stalled_and_back(ada: Person, publisher: Publisher) -> None:
    page = ada.page
    publisher.pause()
    expect(room(page)).to_have_attribute("data-state", "no-signal", timeout=5_000)
    expect(page.get_by_role("alert").get_by_text("NO SIGNAL")).to_be_visible()
    expect(page.get_by_text(re.compile(r"last image \d\d:\d\d:\d\d"))).to_be_visible()
    assert page.evaluate(PAINTED) == 0
    expect(page.get_by_test_id("live-overlay")).to_be_hidden()
    ada.picture("live-no-signal")
    publisher.resume()
    expect(room(page)).to_have_attribute("data-state", "live")
    same_frame(page)


def frozen_and_on(ada: Person, publisher: Publisher) -> None:
    page = ada.page
    page.get_by_role("button", name="Freeze").click()
    expect(room(page)).to_have_attribute("data-state", "frozen")
    expect(page.get_by_text("FROZEN")).to_be_visible()
    # the picture that stands keeps the mask that was made from it
    [(sequence, in_picture, in_mask)] = page.evaluate(LOOK, 1)
    assert sequence == in_picture == in_mask
    page.get_by_role("button", name="Go on").click()
    expect(room(page)).to_have_attribute("data-state", "live")
    assert publisher.commands == [("freeze", True), ("freeze", False)]


def recorded(ada: Person, place: Workplace) -> str:
    page = ada.page
    page.get_by_role("button", name="Record…").click()
    dialog = page.get_by_role("dialog", name="Record this session")
    expect(dialog.get_by_role("combobox", name="Subject")).to_have_value("S-001")
    start = dialog.get_by_role("button", name="Start recording")
    expect(start).to_be_disabled()
    dialog.get_by_label("Label").fill("Left axilla")
    dialog.get_by_role("checkbox", name="consent").check()
    dialog.get_by_role("checkbox", name="I have looked").check()
    ada.picture("live-record-dialog")
    start.click()
    expect(page.get_by_role("timer")).to_be_visible()
    expect(page.get_by_text("● REC")).to_be_visible()
    expect(page.get_by_text(re.compile(r"\d\d+ frames kept"))).to_be_visible()
    page.get_by_role("button", name="Stop", exact=True).click()
    onward = page.get_by_role("link", name="Annotate the clip")
    expect(onward).to_be_visible(timeout=200_000)
    ada.picture("live-recorded")
    [clip] = ada.api(f"/api/clips/?project={place.project}")["results"]
    expect(onward).to_have_attribute("href", f"/clips/{clip['id']}/annotate")
    return str(clip["id"])


def in_the_queue(ada: Person, place: Workplace, clip: str) -> None:
    """The recording is a clip with suggestions, and waits for an expert."""
    wait_for(lambda: bool(ada.api(f"/api/suggestions/?clip={clip}")["results"]), seconds=200)
    queue = ada.api(f"/api/queue/?project={place.project}")
    assert [each["id"] for each in queue["to_annotate"]] == [clip]
    assert queue["to_annotate"][0]["label"] == "Left axilla"


def revoke(ada: Person, place: Workplace, publisher: Publisher) -> None:
    page = ada.page
    ada.goto(f"/projects/{place.project}/live")
    page.get_by_role("button", name="Revoke Trolley 2").click()
    page.get_by_role("dialog").get_by_role("button", name="Revoke").click()
    expect(page.get_by_text("No bridge is paired")).to_be_visible()
    # either that the session has ended, or that the device may no longer publish: who looks first
    wait_for(lambda: publisher.closed_code in {4403, 4404})
