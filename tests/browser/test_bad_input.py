"""What is no clip is turned away by name, with a reason, and nothing else suffers."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.acts import Workplace, phantom_clip, release, workplace
from tests.browser.conftest import Person, Site

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]


@pytest.fixture(scope="module")
def place(site: Site, browser: Browser) -> Workplace:
    return workplace(site, browser, "input")


def test_a_text_file_beside_a_clip_is_named_and_the_clip_arrives(
    place: Workplace, person: Callable[..., Person], tmp_path: Path
) -> None:
    text = tmp_path / "shopping-list.mp4"
    text.write_text("Bread, milk, and a new probe cover.\n" * 400, encoding="utf-8")
    good = phantom_clip(tmp_path / "left-arm.mp4", side=128)
    ada = person("Ada")
    ada.log_in(place.email)
    ada.goto(f"/projects/{place.project}/library")
    page = ada.page
    expect(page.get_by_role("heading", name=place.name)).to_be_visible()
    page.locator("input[type=file]").first.set_input_files([text, good])
    dialog = page.get_by_role("dialog", name="Upload 2 files")
    expect(dialog.get_by_text("shopping-list.mp4")).to_be_visible()
    dialog.get_by_role("button", name="Upload", exact=True).click()

    panel = page.get_by_role("region", name="Uploads")
    expect(panel.get_by_role("status")).to_have_text(
        "Uploads · 1 waits for your look · 1 failed", timeout=120_000
    )
    expect(panel.get_by_text("left-arm.mp4")).to_be_visible()
    again = panel.get_by_role("button", name="Send shopping-list.mp4 again")
    expect(again).to_be_visible()
    # a sentence for a person, not the decoder's words
    expect(panel.get_by_text(re.compile(r"^[A-Z][^\[\]{}]{20,}\.\s*$"))).to_be_visible()
    ada.picture("upload-refused")

    expect(page.get_by_role("link", name=re.compile("^Annotate "))).to_have_count(0)
    release(ada, "Upload of S-001", whole=True)
    expect(page.get_by_role("link", name=re.compile("^Annotate "))).to_have_count(1)
    [clip] = ada.api(f"/api/clips/?project={place.project}")["results"]
    assert (clip["frame_count"], clip["subject"]["pseudonym"]) == (12, "S-001")
    page.reload()
    expect(page.get_by_role("link", name=re.compile("^Annotate "))).to_have_count(1)
