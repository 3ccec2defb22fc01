"""The annotator's room worked by keyboard: a whole delineation counted, commands, suggestions."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.acts import (
    Workplace,
    draw,
    on_screen,
    phantom_clip,
    saved,
    stage_ready,
    wait_for,
    workplace,
)
from tests.browser.axe import settle, violations
from tests.browser.conftest import REPOSITORY, Person, Site

FRAMES = 100
KEYFRAMES = tuple(range(0, FRAMES, 11))  # ten of them
# eight points each, in image pixels of the drawn clip
CONTOURS = tuple(
    tuple((x + dx, y + dy) for dx, dy in
          ((0, -14), (10, -10), (14, 0), (10, 10), (0, 14), (-10, 10), (-14, 0), (-10, -10)))
    for x, y in ((60.0, 110.0), (128.0, 110.0), (196.0, 110.0))
)  # fmt: skip
SHIFT = 2.0  # pixels that a point is moved from one keyframe to the next
TABLE = REPOSITORY / "docs" / "annotator.md"

SUGGEST = """
from annotation.geometry import contour
from annotation.models import Clip
from annotation.services.suggestion_write import SuggestedShape, SuggestionTrack
from annotation.services.suggestion_write import suggestion_write
from inference.models import ModelVersion, Suggestion
clip = Clip.objects.get(pk="{clip}")
structure = clip.project.protocol.procedure.structures.order_by("channel").first()
model = ModelVersion.objects.create(
    project=clip.project, number=1, name="Look", recipe="tiny", members=[], structures=[])
sure = {sure}
shape = contour("polygon", [(40.0, 40.0), (90.0, 40.0), (90.0, 90.0), (40.0, 90.0)])
seen = [SuggestedShape.of(i, shape, one) for i, one in enumerate(sure)]
track = SuggestionTrack(structure.pk, seen)
row = suggestion_write(
    clip_id=clip.pk, model_version_id=model.pk, model_label="Look", tracks=[track])
Suggestion.objects.create(
    annotation_set=row, model_version=model, confidence={{structure.code: sure}})
"""


@pytest.fixture(scope="module")
def place(site: Site, browser: Browser) -> Workplace:
    return workplace(site, browser, "room", "axillary")


@dataclass
class Counted:
    """A page whose presses, clicks and drags are counted."""

    page: Page
    actions: int = 0

    def taken(self) -> int:
        """Actions since this was last asked."""
        actions, self.actions = self.actions, 0
        return actions

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)
            self.actions += 1

    def click(self, at: tuple[float, float]) -> None:
        self.page.mouse.click(*on_screen(self.page, *at))
        self.actions += 1

    def drag(self, before: tuple[float, float], after: tuple[float, float]) -> None:
        self.page.mouse.move(*on_screen(self.page, *before))
        self.page.mouse.down()
        self.page.mouse.move(*on_screen(self.page, *after), steps=2)
        self.page.mouse.up()
        self.actions += 1


def test_ten_keyframes_of_three_structures_take_the_actions_the_table_says(
    place: Workplace, person: Callable[..., Person], tmp_path: Path
) -> None:
    clip = place.ingest(phantom_clip(tmp_path / "long.mp4", FRAMES))
    ada = person("Ada")
    ada.log_in(place.email)
    ada.goto(f"/clips/{clip}/annotate")
    stage_ready(ada.page, 0)
    hand = Counted(ada.page)
    counted = dict.fromkeys(("first contours", "to the next keyframe", "the contour"), 0)
    for number, points in enumerate(CONTOURS, start=1):
        hand.press(str(number), "d")
        for point in points:
            hand.click(point)
        hand.press("Enter")
    counted["first contours"] = hand.taken()
    for step, frame in enumerate(KEYFRAMES[1:], start=1):
        hand.press("Shift+ArrowRight", "ArrowRight")
        counted["to the next keyframe"] += hand.taken()
        stage_ready(ada.page, frame)
        for number, points in enumerate(CONTOURS, start=1):
            hand.press(str(number), "c")
            for x, y in (points[0], points[4]):
                hand.drag((x, y + SHIFT * (step - 1)), (x, y + SHIFT * step))
        counted["the contour"] += hand.taken()
    saved(ada.page)
    ada.picture("annotator-ten-keyframes")

    tracks = place.own_set(ada, clip)["tracks"]
    assert [len(track["keyframes"]) for track in tracks] == [10, 10, 10]
    for track in tracks:
        assert [one["frame"] for one in track["keyframes"]] == list(KEYFRAMES)
        first, last = (track["keyframes"][i]["shape"]["points"][0] for i in (0, -1))
        assert last[1] - first[1] == pytest.approx(9 * SHIFT, abs=1.0)
    # the table in the manual says of Fascicle what was counted here, row by row
    assert counted == counts_of_the_table(), f"counted {counted}, {sum(counted.values())} in all"


def counts_of_the_table() -> dict[str, int]:
    """Fascicle's own column of the side-by-side table, whose total must be the sum of its rows."""
    rows = {}
    for line in TABLE.read_text().splitlines():
        cells = [cell.strip().strip("*") for cell in line.strip("|").split("|")]
        if len(cells) == 5 and (found := re.match(r"(\d+)", cells[1])):
            rows[cells[0].split(" (")[0].split(" at ")[0]] = int(found[1])
    assert rows.pop("frames with a contour afterwards") == FRAMES
    assert rows.pop("actions") == sum(rows.values())
    assert rows.pop("saving") == 0
    return rows


def test_commands_are_found_remapped_and_undone(
    place: Workplace, person: Callable[..., Person], tmp_path: Path
) -> None:
    clip = place.ingest(phantom_clip(tmp_path / "short.mp4"))
    ada = person("Ada")
    page = ada.page
    ada.log_in(place.email)
    ada.goto(f"/clips/{clip}/annotate")
    stage_ready(page, 0)

    page.keyboard.press("Control+k")
    search = page.get_by_role("textbox", name="Search what can be done")
    expect(search).to_be_visible()
    expect(page.get_by_role("button", name="Stop measuring")).to_be_disabled()
    search.fill("quality: poor")
    ada.picture("palette")
    page.keyboard.press("Enter")
    expect(search).to_have_count(0)
    quality = page.get_by_role("radiogroup", name="Image quality of the frame")
    expect(quality.get_by_role("radio", name="Poor")).to_be_checked()
    saved(page)
    wait_for(lambda: place.own_set(ada, clip)["judgement"]["quality"] != [])
    page.keyboard.press("Escape")
    page.get_by_test_id("stage").focus()
    page.keyboard.press("Control+z")
    expect(quality.get_by_role("radio", name="Not said")).to_be_checked()

    page.keyboard.press("?")
    page.get_by_role("tab", name="Change them").click()
    page.get_by_label("Search", exact=True).fill("polygon")
    page.get_by_role("button", name="Add a key for Draw a polygon").click()
    page.keyboard.press("F9")
    wait_for(lambda: ada.api("/api/me/preferences/")["keys"] != {})
    assert ada.api("/api/me/preferences/")["keys"]["tool.polygon"] == ["p", "f9"]
    page.get_by_role("button", name="Add a key for Draw a polygon").click()
    page.keyboard.press("v")
    expect(page.get_by_text("One key for two commands")).to_be_visible()
    ada.picture("shortcuts")
    page.get_by_role("button", name="Reset all").click()
    page.get_by_role("button", name="Add a key for Draw a polygon").click()
    page.keyboard.press("F9")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.get_by_test_id("stage").focus()
    page.keyboard.press("F9")
    polygon = page.get_by_role("button", name="Draw a polygon")
    expect(polygon).to_have_attribute("aria-pressed", "true")

    page.keyboard.press("v")
    draw(page, CONTOURS[0])
    overlay = page.get_by_test_id("overlay-canvas")
    drawn = overlay.evaluate("(one) => one.toDataURL()")
    page.keyboard.down("q")
    wait_for(lambda: overlay.evaluate("(one) => one.toDataURL()") != drawn)
    page.keyboard.up("q")
    wait_for(lambda: overlay.evaluate("(one) => one.toDataURL()") == drawn)


def test_answers_to_suggestions_outlive_the_page(
    place: Workplace, person: Callable[..., Person], site: Site, tmp_path: Path
) -> None:
    clip = place.ingest(phantom_clip(tmp_path / "seen.mp4", 6))
    site.manage("shell", "-c", SUGGEST.format(clip=clip, sure=[0.9, 0.41, 0.8, 0.6, 0.7, 0.95]))
    ada = person("Ada")
    page = ada.page
    ada.log_in(place.email)
    ada.goto(f"/clips/{clip}/annotate")
    stage_ready(page, 0)
    doubts = page.get_by_role("region", name="Frames to look at").get_by_role("listitem")
    expect(doubts.first).to_contain_text("Frame 1")
    expect(doubts.first).to_contain_text("confidence 0.41")
    ada.picture("suggestions")
    settle(page)
    assert violations(page) == []

    page.keyboard.press("PageDown")
    stage_ready(page, 1)
    page.keyboard.press("Shift+Backspace")  # reject it
    expect(doubts.first).to_contain_text("Frame 3")
    page.keyboard.press("PageDown")
    stage_ready(page, 3)
    page.keyboard.press("Shift+Enter")  # accept it
    expect(doubts.first).to_contain_text("Frame 4")
    saved(page)
    wait_for(lambda: len(answers(ada, clip)) == 2)
    assert {(one["frame"], one["answer"]) for one in answers(ada, clip)} == {
        (1, "rejected"),
        (3, "accepted"),
    }
    assert all(one["seconds"] >= 0 for one in answers(ada, clip))

    page.reload()
    stage_ready(page, 0)
    expect(doubts.first).to_contain_text("Frame 4")
    expect(doubts).to_have_count(4)
    (scores,) = ada.api(f"/api/suggestion-scores/?project={place.project}")["scores"]
    assert (scores["accepted"], scores["edited"], scores["rejected"]) == (1, 0, 1)


def answers(who: Person, clip: str) -> list[dict[str, Any]]:
    [row] = who.api(f"/api/suggestions/?clip={clip}")["results"]
    [mine] = who.api(f"/api/annotation-sets/?clip={clip}&purpose=reader")["results"]
    path = f"/api/suggestions/{row['annotation_set']}/answers/?annotation_set={mine['id']}"
    found: list[dict[str, Any]] = who.api(path)["answers"]
    return found
