"""Acts and looks that several walks share."""

from __future__ import annotations

import base64
import io
import json
import re
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from playwright.sync_api import Browser, Page, expect

import phantom
from tests.browser.conftest import Person, Site


@dataclass(frozen=True)
class Workplace:
    """A project, its admin's e-mail address, and how clips get there without a page."""

    site: Site
    project: str
    name: str
    email: str

    def ingest(self, file: Path, *, label: str = "", subject: str = "S-001") -> str:
        """Take a clip of the phantom in by command, whole, and return its id."""
        out = self.site.manage(
            "upload", str(file), "--project", self.project, "--subject", subject,
            "--label", label, "--as", self.email, "--keep-all", "--wait", "--json",
        )  # fmt: skip
        job = json.loads(out.strip().splitlines()[-1])
        return str(job["clip"])

    def own_set(self, who: Person, clip: str) -> dict[str, Any]:
        """The person's own annotation set of a clip, with its tracks."""
        rows = who.api(f"/api/annotation-sets/?clip={clip}")["results"]
        [mine] = [row for row in rows if row["is_mine"]]
        detail: dict[str, Any] = who.api(f"/api/annotation-sets/{mine['id']}/")
        return detail


def workplace(
    site: Site, browser: Browser, label: str, procedure: str = "brachial-plexus"
) -> Workplace:
    """Make an account and, as it, a project of a procedure."""
    run = uuid4().hex[:6]
    email, name = f"{label}-{run}@fascicle.example", f"{label.capitalize()} {run}"
    site.create_person(email, f"{label.capitalize()} Admin", is_staff=True)
    context = browser.new_context()
    admin = Person(label, context.new_page(), site)
    admin.log_in(email)
    made = admin.post("/api/projects/", {"name": name, "procedure": procedure})
    context.close()
    return Workplace(site, str(made["id"]), name, email)


def phantom_clip(
    path: Path, count: int = 12, *, seed: int = 3, side: int = 256, anatomy: str = "brachial-plexus"
) -> Path:
    """A short clip of a drawn arm, each frame with its number in its pixels."""
    scene = phantom.Scene(anatomy, seed, side, side)
    phantom.write_video(path, scene, count, burn_in_index=True)
    return path


def release(who: Person, label: str, *, whole: bool = False) -> None:
    """Go to the recording that waits by this label, look at it, and release it."""
    page = who.page
    named = re.compile(rf"^Look at {re.escape(label)} ")
    page.get_by_role("link", name=named).click(timeout=120_000)
    expect(page.get_by_test_id("redaction-marks")).to_be_visible()
    if whole:
        keep_everything(page)
    who.picture(f"confirm-{label}")
    page.get_by_role("button", name="Release", exact=True).click()
    anyway = page.get_by_role("button", name="Release it as it is")
    in_library = page.get_by_role("heading", name="Clips", exact=True)
    expect(anyway.or_(in_library).first).to_be_visible()
    if anyway.is_visible():
        anyway.click()
    expect(in_library).to_be_visible()


def keep_everything(page: Page) -> None:
    """Take every proposed box, sector and crop away: nobody is in the pictures of these tests."""
    sector = page.get_by_role("switch", name="Keep only a sector")
    if sector.is_checked():
        sector.press("Space")
    while page.get_by_role("button", name="Remove box 1", exact=True).is_visible():
        page.get_by_role("button", name="Remove box 1", exact=True).click()
    cut = page.get_by_role("button", name="Cut nothing off")
    if cut.is_visible():
        cut.click()
    expect(cut).to_have_count(0)


def draw(page: Page, points: Iterable[tuple[float, float]]) -> None:
    """A closed curve of the chosen structure through places in image pixels."""
    page.keyboard.press("d")
    for x, y in points:
        page.mouse.click(*on_screen(page, x, y))
    page.keyboard.press("Enter")


def stage_ready(page: Page, frame: int) -> None:
    """The room itself is open, not only its pictures, and the frame is painted in it."""
    rooms = ", ".join(f"[data-testid={name}]" for name in ("annotator", "review", "explore"))
    picture = page.locator(rooms).get_by_test_id("picture-canvas")
    expect(picture).to_have_attribute("data-frame-index", str(frame), timeout=30_000)


def on_screen(page: Page, x: float, y: float) -> tuple[float, float]:
    """Where a place of the image, in image pixels, lies in the window."""
    overlay = page.get_by_test_id("overlay-canvas")
    box = page.get_by_test_id("stage").bounding_box()
    assert box is not None
    scale, left, top = (
        float(overlay.get_attribute(f"data-{name}") or "nan")
        for name in ("scale", "offset-x", "offset-y")
    )
    return box["x"] + left + x * scale, box["y"] + top + y * scale


def saved(page: Page) -> None:
    expect(page.get_by_test_id("save-state")).to_have_attribute(
        "data-save-state", "saved", timeout=30_000
    )


def wait_for(is_so: Callable[[], bool], seconds: float = 30.0) -> None:
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline, "It did not come about in time."
        time.sleep(0.2)


def label_map(who: Person, annotation_set: str, frame: int) -> NDArray[np.uint8]:
    url = f"{who.site.address}/api/annotation-sets/{annotation_set}/labels/{frame}/"
    answer = who.page.request.get(url)
    assert answer.ok, answer.text()
    return np.asarray(Image.open(io.BytesIO(answer.body())))


def compare_overlay(who: Person, annotation_set: str, frame: int) -> int:
    """Assert that the overlay shows exactly the server's label map; returns labelled pixels."""
    labels = label_map(who, annotation_set, frame)
    palette = {
        structure["channel"]: structure["colour"]
        for structure in who.api("/api/projects/")["results"][0]["procedure"]["structures"]
    }
    overlay = who.page.get_by_test_id("overlay-canvas")
    expect(overlay).to_have_attribute("data-frame-index", str(frame))
    scale, left, top = (
        float(overlay.get_attribute(f"data-{name}") or "nan")
        for name in ("scale", "offset-x", "offset-y")
    )
    data_url = overlay.evaluate("canvas => canvas.toDataURL('image/png')")
    shown = np.asarray(
        Image.open(io.BytesIO(base64.b64decode(data_url.split(",")[1]))).convert("RGBA")
    )
    height, width = labels.shape
    rows = np.floor(top + (np.arange(height) + 0.5) * scale).astype(int)
    columns = np.floor(left + (np.arange(width) + 0.5) * scale).astype(int)
    at_centres = shown[np.ix_(rows, columns)]
    assert np.array_equal(at_centres[..., 3] > 0, labels > 0)
    for channel, colour in palette.items():
        expected = [int(colour[at : at + 2], 16) for at in (1, 3, 5)]
        inside = at_centres[labels == channel][..., :3].astype(int)
        assert np.abs(inside - expected).max(initial=0) <= 2, (channel, colour)
    return int((labels > 0).sum())
