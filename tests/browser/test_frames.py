"""The frame on the screen is the frame that is stored, whatever the codec and the times."""

from __future__ import annotations

import base64
import hashlib
import io
import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from playwright.sync_api import Browser, Page, expect

import phantom
from tests.browser.acts import Workplace, stage_ready, workplace
from tests.browser.conftest import Person, Site

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

COUNT, SIDE = 40, 256
# uneven, with a pause in the middle, in milliseconds
TIMES = [33 * index + 11 * (index % 3) + 350 * (index > 20) for index in range(COUNT)]

# In one turn of the page's loop, so that the number and the pixels are of the same moment.
STATE = """() => {
  const find = (id) => document.querySelector(`[data-testid="${id}"]`);
  const picture = find("picture-canvas"), overlay = find("overlay-canvas");
  return {
    picture: picture.dataset.frameIndex, overlay: overlay.dataset.frameIndex,
    words: find("frame-number").innerText, number: find("frame-number").dataset.frameIndex,
    scale: Number(overlay.dataset.scale),
    left: Number(overlay.dataset.offsetX), top: Number(overlay.dataset.offsetY),
    url: picture.toDataURL("image/png"),
  };
}"""
# Shots of as many painted moments, keeping those at which the canvas says which frame it shows.
SHOTS = f"""(count) => new Promise((resolve) => {{
  const look = {STATE};
  const shots = [];
  let last = null;
  const turn = () => {{
    const shot = look();
    if (shot.picture !== "" && shot.picture !== last) shots.push(shot);
    last = shot.picture;
    if (shots.length === count) resolve(shots);
    else requestAnimationFrame(turn);
  }};
  requestAnimationFrame(turn);
}})"""


@dataclass(frozen=True)
class Seen:
    """What the page shows at one moment: its numbers, and the picture in image pixels."""

    picture: str
    overlay: str
    number: str
    words: str
    grey: NDArray[np.uint8]


def seen(state: dict[str, Any]) -> Seen:
    """The picture is read at the centre of each image pixel."""
    content = base64.b64decode(state["url"].split(",")[1])
    shown = np.asarray(Image.open(io.BytesIO(content)).convert("RGBA"))
    steps = (np.arange(SIDE) + 0.5) * state["scale"]
    rows, columns = (np.floor(state[edge] + steps).astype(int) for edge in ("top", "left"))
    pixels = shown[np.ix_(rows, columns)]
    assert pixels[..., 3].min() == 255
    assert np.ptp(pixels[..., :3].astype(int), axis=2).max() == 0
    return Seen(state["picture"], state["overlay"], state["number"], state["words"], pixels[..., 0])


def write(
    path: Path, codec: str, times: list[int] | None = None, *, degrees: int = 0, **options: str
) -> Path:
    """A phantom clip with numbered frames; without `times` at an even 25 frames a second.

    With `degrees` it lies on its side, and the container says how far it is to be turned.
    """
    scene = phantom.Scene("brachial-plexus", 5, SIDE, SIDE)
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=25, options=options)
        stream.width = stream.height = SIDE
        stream.pix_fmt = "yuv420p"
        if degrees:
            stream.set_display_rotation(degrees)
        if times is not None:
            stream.codec_context.time_base = stream.time_base = Fraction(1, 1000)
        for frame in scene.frames(COUNT):
            marked = phantom.burn_index(frame.image, frame.index)
            # the display matrix turns counter-clockwise
            lying = np.ascontiguousarray(np.rot90(marked, -degrees // 90))
            picture = av.VideoFrame.from_ndarray(lying, format="gray").reformat(format="yuv420p")
            if times is not None:
                picture.pts, picture.time_base = times[frame.index], Fraction(1, 1000)
            container.mux(stream.encode(picture))
        container.mux(stream.encode(None))
    return path


CLIPS: dict[str, Callable[[Path], Path]] = {
    "H.264 with B-frames": lambda folder: write(folder / "a.mp4", "libx264", bf="3", g="12"),
    "H.264 of variable rate": lambda folder: write(folder / "b.mp4", "libx264", TIMES, bf="2"),
    "MPEG-4 Part 2 in AVI": lambda folder: write(
        folder / "c.avi", "mpeg4", bf="2", qmin="2", qmax="4"
    ),
}


@pytest.fixture(scope="module")
def place(site: Site, browser: Browser) -> Workplace:
    return workplace(site, browser, "frames")


@pytest.mark.parametrize("name", CLIPS)
def test_the_number_in_the_pixels_is_the_number_on_the_page(
    name: str, place: Workplace, person: Callable[..., Person], tmp_path: Path
) -> None:
    ada = person("Ada")
    ada.log_in(place.email)
    clip = place.ingest(CLIPS[name](tmp_path), label=name)
    table = ada.api(f"/api/clips/{clip}/frame-table/")
    assert table["frame_count"] == COUNT
    page = ada.page
    ada.goto(f"/clips/{clip}/annotate")
    stage_ready(page, 0)
    stop = Stop(ada, clip, [row["sha256"] for row in table["frames"]])

    stop.at(0)  # as large as the window allows
    page.keyboard.press("Shift+Z")  # from here on one image pixel on one screen pixel
    expect(page.get_by_test_id("overlay-canvas")).to_have_attribute("data-scale", "1")
    stop.at(0, is_exact=True)
    for index in (1, 2, 3):
        page.keyboard.press("ArrowRight")
        stop.at(index, is_exact=True)
    page.keyboard.press("ArrowLeft")
    stop.at(2, is_exact=True)
    page.keyboard.press("End")
    stop.at(COUNT - 1, is_exact=True)
    page.keyboard.press("ArrowLeft")
    stop.at(COUNT - 2, is_exact=True)
    page.keyboard.press("Home")
    stop.at(0, is_exact=True)
    page.keyboard.press("Shift+ArrowRight")
    stop.at(10, is_exact=True)
    for index in (21, 20, 33, 5):
        scrub(page, index)
        stop.at(index, is_exact=True)

    page.get_by_role("button", name="Play", exact=True).click()
    shots = [seen(state) for state in page.evaluate(SHOTS, 25)]
    page.get_by_role("button", name="Pause", exact=True).click()
    expect(page.get_by_role("button", name="Play", exact=True)).to_be_visible()
    shown = [phantom.read_index(shot.grey) for shot in shots]
    assert [str(index) for index in shown] == [shot.picture for shot in shots]
    assert [shot.overlay for shot in shots] == [shot.picture for shot in shots]
    assert [digest(shot.grey) for shot in shots] == [
        stop.digests[int(shot.picture)] for shot in shots
    ]
    assert len(set(shown)) > 5, "The clip did not move."

    still = page.get_by_test_id("annotator").get_attribute("data-frame-index")
    assert still is not None
    stop.at(int(still), is_exact=True)

    zipped = tmp_path / "export.zip"
    place.site.manage("export", "--project", place.project, "--clip", clip, "--out", str(zipped))
    exported = exported_frames(zipped)
    assert [digest(frame) for frame in exported] == stop.digests
    assert [phantom.read_index(frame) for frame in exported] == list(range(COUNT))


def exported_frames(zipped: Path) -> list[NDArray[np.uint8]]:
    """The frames of the one clip in an export, in the order of the index in their file names."""
    with zipfile.ZipFile(zipped) as archive:
        named = {
            int(found[1]): archive.read(name)
            for name in archive.namelist()
            if (found := re.fullmatch(r"images/clip\d+_(\d+)\.png", name)) is not None
        }
    assert sorted(named) == list(range(COUNT))
    return [np.asarray(Image.open(io.BytesIO(named[index]))) for index in sorted(named)]


def test_a_clip_that_its_container_turns_is_shown_upright_under_the_same_numbers(
    place: Workplace, person: Callable[..., Person], tmp_path: Path
) -> None:
    ada = person("Ada")
    ada.log_in(place.email)
    page = ada.page
    for degrees in (90, 180, 270):
        file = write(tmp_path / f"{degrees}.mp4", "libx264", degrees=degrees, bf="2", g="12")
        clip = place.ingest(file, label=f"Turned by {degrees}")
        table = ada.api(f"/api/clips/{clip}/frame-table/")
        assert table["frame_count"] == COUNT
        ada.goto(f"/clips/{clip}/annotate")
        stage_ready(page, 0)
        page.keyboard.press("Shift+Z")
        expect(page.get_by_test_id("overlay-canvas")).to_have_attribute("data-scale", "1")
        stop = Stop(ada, clip, [row["sha256"] for row in table["frames"]])
        stop.at(0, is_exact=True)
        page.keyboard.press("ArrowRight")
        stop.at(1, is_exact=True)
        scrub(page, 27)
        stop.at(27, is_exact=True)


@dataclass(frozen=True)
class Stop:
    """Holds the page to one frame: its numbers, its pixels, and what is stored."""

    who: Person
    clip: str
    digests: list[str]

    def at(self, index: int, *, is_exact: bool = False) -> None:
        """Assert that all of the page is at `index`; `is_exact`: bit for bit what is stored."""
        page = self.who.page
        stage_ready(page, index)
        expect(page.get_by_test_id("frame-number")).to_have_attribute(
            "data-frame-index", str(index)
        )
        now = seen(page.evaluate(STATE))
        assert phantom.read_index(now.grey) == index
        assert (now.picture, now.overlay, now.number) == (str(index),) * 3
        assert re.match(r"\d+", now.words) is not None
        assert int(re.split(r"\D", now.words.strip())[0]) == index
        stored = self.stored(index)
        assert digest(stored) == self.digests[index]
        assert phantom.read_index(stored) == index
        if is_exact:
            assert digest(now.grey) == self.digests[index]

    def is_stored(self, index: int) -> bool:
        """Whether the API still gives the pixels of the frame table."""
        return digest(self.stored(index)) == self.digests[index]

    def stored(self, index: int) -> NDArray[np.uint8]:
        """The frame as the API gives it."""
        url = f"{self.who.site.address}/api/clips/{self.clip}/frames/{index}/"
        answer = self.who.page.request.get(url)
        assert answer.headers["x-frame-index"] == str(index)
        return np.asarray(Image.open(io.BytesIO(answer.body())))


def digest(grey: NDArray[np.uint8]) -> str:
    """SHA-256 of the grey pixels, row by row."""
    return hashlib.sha256(np.ascontiguousarray(grey).tobytes()).hexdigest()


def scrub(page: Page, index: int) -> None:
    """Press on the bar somewhere else and drag to a frame."""
    bar = page.get_by_role("slider", name="Frame").bounding_box()
    assert bar is not None
    y = bar["y"] + bar["height"] / 2
    page.mouse.move(bar["x"] + bar["width"] / 2, y)
    page.mouse.down()
    page.mouse.move(bar["x"] + bar["width"] * (index + 0.5) / COUNT, y, steps=6)
    page.mouse.up()
