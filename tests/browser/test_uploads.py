"""A recording arrives whatever the connection does, and becomes a clip after a person looked."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from playwright.sync_api import Browser, Page, Request, Route, expect

import phantom
from tests.browser.acts import (
    Workplace,
    keep_everything,
    phantom_clip,
    release,
    wait_for,
    workplace,
)
from tests.browser.conftest import Person, Site

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

MEBIBYTE = 1024**2
PIECE = 8 * MEBIBYTE  # what the page sends in one request
BOX = (40, 30, 90, 60)  # x0, y0, x1, y1 in pixels of the picture


@pytest.fixture(scope="module")
def place(site: Site, browser: Browser) -> Workplace:
    return workplace(site, browser, "uploads")


@pytest.fixture
def ada(place: Workplace, person: Callable[..., Person]) -> Person:
    ada = person("Ada")
    ada.log_in(place.email)
    ada.goto(f"/projects/{place.project}/library")
    expect(ada.page.get_by_role("heading", name=place.name)).to_be_visible()
    return ada


def test_an_upload_goes_on_by_itself_after_the_connection_dropped(
    ada: Person, place: Workplace, tmp_path: Path
) -> None:
    big = heavy_clip(tmp_path / "long.mp4", seed=11)
    page = ada.page
    held = hold_after_first_piece(page)
    send(page, big, label="Dropped")
    wait_for(lambda: arrived(ada, place, "Dropped") == PIECE and bool(held))
    page.context.set_offline(True)
    panel = page.get_by_role("region", name="Uploads")
    let_go(page, held)
    expect(panel.get_by_text("The connection is away. This goes on by itself.")).to_be_visible()
    ada.picture("upload-dropped")
    page.context.set_offline(False)
    expect(panel.get_by_role("link", name="Look at what will be kept")).to_be_visible(
        timeout=120_000
    )
    [row] = rows(ada, place, "Dropped")
    assert (row["received_bytes"], row["byte_size"]) == (big.stat().st_size, big.stat().st_size)


def test_a_half_sent_file_goes_on_after_the_tab_was_closed(
    ada: Person, place: Workplace, tmp_path: Path
) -> None:
    big = heavy_clip(tmp_path / "another.mp4", seed=12)
    page = ada.page
    held = hold_after_first_piece(page)
    send(page, big, label="Closed tab")
    wait_for(lambda: arrived(ada, place, "Closed tab") == PIECE and bool(held))
    page.close(run_before_unload=False)

    again = Person("Ada", page.context.new_page(), ada.site)
    again.goto(f"/projects/{place.project}/library")
    page = again.page
    panel = page.get_by_role("region", name="Uploads")
    expect(panel.get_by_role("button", name="Choose the file of Closed tab")).to_be_visible()
    expect(panel.get_by_text("Half sent: choose the file again to go on.")).to_be_visible()
    again.picture("upload-half-sent")
    offsets = offsets_of_pieces(page)
    page.locator("input[type=file]").first.set_input_files(big)
    expect(panel.get_by_role("link", name="Look at what will be kept")).to_be_visible(
        timeout=120_000
    )
    # no dialog asked anything again, and what had arrived was not sent a second time
    assert offsets
    assert min(offsets) >= PIECE
    assert len(rows(again, place, "Closed tab")) == 1


def test_a_box_drawn_on_the_page_is_black_in_every_stored_frame(
    ada: Person, place: Workplace, tmp_path: Path
) -> None:
    clip = phantom_clip(tmp_path / "arm.mp4", 6, seed=21)
    page = ada.page
    send(page, clip, label="Blanked")
    page.get_by_role("link", name="Look at Blanked ").click(timeout=120_000)
    marks = page.get_by_test_id("redaction-marks")
    expect(marks).to_be_visible()
    keep_everything(page)
    drag(page, BOX)
    expect(page.get_by_role("button", name="Blanked box 1, 50 by 30 pixels")).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Control+z")  # both: presses in a row are one step
    page.keyboard.press("Shift+ArrowRight")
    expect(page.get_by_text(re.compile("^50 . 30 at 50, 30$"))).to_be_visible()
    ada.picture("confirm-drawn-box")

    page.get_by_role("switch", name="Show as it will be stored").press("Space")
    shown = canvas_grey(page)
    x0, y0, x1, y1 = BOX[0] + 10, BOX[1], BOX[2] + 10, BOX[3]
    assert shown[y0:y1, x0:x1].max() == 0
    page.get_by_role("switch", name="Show as it will be stored").press("Space")
    [row] = rows(ada, place, "Blanked")
    preview = picture(ada, f"/api/uploads/{row['id']}/previews/3/")
    page.get_by_role("button", name="Release", exact=True).click()
    anyway = page.get_by_role("button", name="Release it as it is")
    in_library = page.get_by_role("heading", name="Clips", exact=True)
    expect(anyway.or_(in_library).first).to_be_visible()
    if anyway.is_visible():
        anyway.click()
    expect(page.get_by_role("link", name="Annotate Blanked")).to_be_visible(timeout=120_000)

    for index in range(6):
        stored = picture(ada, f"/api/clips/{row['id']}/frames/{index}/")
        assert stored.shape == (256, 256)
        assert stored[y0:y1, x0:x1].max() == 0
        around = stored[y0 - 1 : y1 + 1, x0 - 1 : x1 + 1]
        assert around.max() > 0  # not a pixel more is blanked than was drawn
    # what the page showed as "stored" is what is stored
    frame = picture(ada, f"/api/clips/{row['id']}/frames/3/")
    expected = preview.copy()
    expected[y0:y1, x0:x1] = 0
    assert np.array_equal(frame, expected)
    assert np.array_equal(shown, expected)


def test_the_same_file_again_is_told_with_a_way_to_what_is_there(
    ada: Person, place: Workplace, tmp_path: Path
) -> None:
    clip = phantom_clip(tmp_path / "twice.mp4", 4, seed=22)
    page = ada.page
    panel = page.get_by_role("region", name="Uploads")
    send(page, clip, label="Once")
    expect(panel.get_by_role("link", name="Look at what will be kept")).to_be_visible(
        timeout=120_000
    )
    send(page, clip, label="Twice")
    expect(panel.get_by_text(re.compile("was uploaded already"))).to_be_visible()
    links = panel.get_by_role("link", name="Look at what will be kept")
    expect(links).to_have_count(2)
    links.last.click()
    [row] = rows(ada, place, "Once")
    expect(page).to_have_url(f"{ada.site.address}/uploads/{row['id']}")
    page.get_by_role("button", name="Discard the recording").click()
    page.get_by_role("button", name="Discard it").click()
    wait_for(lambda: not rows(ada, place, "Once"))


def test_a_folder_of_frames_becomes_one_clip_and_its_names_stay_at_home(
    ada: Person, place: Workplace, tmp_path: Path
) -> None:
    folder = tmp_path / "Mustermann Max"
    folder.mkdir()
    names = ["frame9.png", "frame10.png", "frame11.png"]
    for frame, name in zip(
        phantom.Scene("brachial-plexus", 23, 256, 256).frames(3), names, strict=True
    ):
        Image.fromarray(phantom.burn_index(frame.image, frame.index)).save(folder / name)
    page = ada.page
    sent: list[bytes] = []

    def hear(route: Route) -> None:
        sent.append(route.request.post_data_buffer or b"")
        route.continue_()

    page.route("**/api/uploads/**", hear)
    page.locator("input[webkitdirectory]").set_input_files(folder)
    fill_in(page, "Folder")
    release(ada, "Folder", whole=True)
    link = page.get_by_role("link", name="Annotate Folder")
    expect(link).to_be_visible(timeout=120_000)
    clip = str(link.get_attribute("href")).split("/")[-2]
    assert ada.api(f"/api/clips/{clip}/")["frame_count"] == 3
    for index in range(3):
        assert phantom.read_index(picture(ada, f"/api/clips/{clip}/frames/{index}/")) == index
    assert any(b"000001.png" in body for body in sent)
    assert not any(b"frame9" in body or b"Mustermann" in body for body in sent)


def heavy_clip(path: Path, *, seed: int) -> Path:
    """A readable clip of some twenty MiB: what stands behind the film is ignored by readers."""
    phantom_clip(path, 4, seed=seed, side=128)
    filling = np.random.default_rng(seed).bytes(20 * MEBIBYTE)
    with path.open("ab") as file:  # an ISO media box of a kind that is to be skipped
        file.write((len(filling) + 8).to_bytes(4, "big") + b"free" + filling)
    return path


def send(page: Page, file: Path, *, label: str) -> None:
    page.locator("input[type=file]").first.set_input_files(file)
    fill_in(page, label)


def fill_in(page: Page, label: str) -> None:
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Label").fill(label)
    dialog.get_by_role("button", name="Upload", exact=True).click()
    expect(dialog).to_be_hidden()


def hold_after_first_piece(page: Page) -> list[Route]:
    """Let one piece through and keep the next one waiting; the list holds its route."""
    held: list[Route] = []
    seen: list[str] = []

    def on_piece(route: Route) -> None:
        if route.request.method != "PATCH":
            route.continue_()
            return
        seen.append(route.request.url)
        if len(seen) == 1:
            route.continue_()
        else:
            held.append(route)

    page.route("**/api/uploads/*/", on_piece)
    return held


def let_go(page: Page, held: list[Route]) -> None:
    """The held piece meets whatever the connection is now; later ones go their way."""
    for route in held:
        route.abort("internetdisconnected")
    page.unroute("**/api/uploads/*/")


def offsets_of_pieces(page: Page) -> list[int]:
    """Fills with the place in the file of every piece that is sent from now on."""
    offsets: list[int] = []

    def on_request(request: Request) -> None:
        if request.method == "PATCH" and "/api/uploads/" in request.url:
            offsets.append(int(request.headers["upload-offset"]))

    page.on("request", on_request)
    return offsets


def rows(who: Person, place: Workplace, label: str) -> list[dict[str, object]]:
    live = "receiving", "inspecting", "awaiting_release", "ingesting"
    query = "&".join(f"state={state}" for state in live)
    found = who.api(f"/api/uploads/?project={place.project}&{query}")["results"]
    return [row for row in found if row["label"] == label]


def arrived(who: Person, place: Workplace, label: str) -> int:
    return sum(int(str(row["received_bytes"])) for row in rows(who, place, label))


def drag(page: Page, box: tuple[int, int, int, int]) -> None:
    """Draw over whole pixels, from just inside the first to just inside the last."""
    area = page.get_by_test_id("redaction-marks").bounding_box()
    assert area is not None
    scale = area["width"] / 256
    x0, y0, x1, y1 = box
    page.mouse.move(area["x"] + (x0 + 0.5) * scale, area["y"] + (y0 + 0.5) * scale)
    page.mouse.down()
    page.mouse.move(area["x"] + (x1 - 0.5) * scale, area["y"] + (y1 - 0.5) * scale, steps=5)
    page.mouse.up()


def canvas_grey(page: Page) -> NDArray[np.uint8]:
    canvas = page.get_by_test_id("stored-picture")
    expect(canvas).to_be_visible()
    values = canvas.evaluate(
        """canvas => {
          const { width, height } = canvas;
          const pixels = canvas.getContext("2d").getImageData(0, 0, width, height).data;
          return [width, height, Array.from(pixels.filter((_, at) => at % 4 === 0))];
        }"""
    )
    width, height, grey = values
    return np.asarray(grey, dtype=np.uint8).reshape(height, width)


def picture(who: Person, path: str) -> NDArray[np.uint8]:
    answer = who.page.request.get(f"{who.site.address}{path}")
    assert answer.ok, f"{path}: {answer.status}"
    return np.asarray(Image.open(io.BytesIO(answer.body())).convert("L"))
