"""A question added by hand, put first, and one taken out, on the course's page."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.acts import phantom_clip, stage_ready, workplace
from tests.browser.axe import settle, violations
from tests.browser.conftest import Person, Site
from tests.browser.test_reader_checks import accept
from tests.browser.test_review import hand_in, joins, own_reading, square

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]


def test_a_teacher_adds_moves_and_takes_out_questions(
    site: Site, browser: Browser, person: Callable[..., Person], tmp_path: Path
) -> None:
    place = workplace(site, browser, "course")
    clip = place.ingest(phantom_clip(tmp_path / "a.mp4", 8, seed=9, side=128), label="Elbow")
    teacher = person("Teacher")
    teacher.log_in(place.email)
    expert = joins(place, teacher, person("Expert"), "Expert")
    row = own_reading(expert, clip, {0: square(30, 30), 5: square(50, 40)})
    hand_in(expert, row)
    accept(teacher, row)
    project = teacher.api(f"/api/projects/{place.project}/")
    structure = project["procedure"]["structures"][0]
    course = teacher.post(
        "/api/courses/",
        {
            "project": place.project, "title": "By hand", "level": "novice", "clips": [clip],
            "structures": [structure["id"]], "modes": ["find"],
        },
    )  # fmt: skip
    page = teacher.page
    teacher.goto(f"/projects/{place.project}/practice/{course['id']}")
    expect(page.get_by_test_id("question")).to_have_count(1)

    page.get_by_role("button", name="Add a question").click()
    dialog = page.get_by_role("dialog", name="Add a question")
    dialog.get_by_role("combobox", name="Way of asking").click()
    page.get_by_role("option", name="Delineate").click()
    frame = dialog.get_by_role("textbox", name="Frame", exact=True)
    frame.fill("7")
    dialog.get_by_role("button", name="Add question").click()
    expect(dialog.get_by_text(re.compile("says nothing of frame 7"))).to_be_visible()
    frame.fill("4")
    expect(dialog.get_by_role("img", name="Elbow, frame 4")).to_be_visible()
    dialog.get_by_role("textbox", name=re.compile("^Your note")).fill("Mind the edge.")
    settle(page)
    teacher.picture("question-dialog")
    assert violations(page) == []
    dialog.get_by_role("button", name="Add question").click()
    expect(page.get_by_text("Added at the end of the course.")).to_be_visible()
    rows = page.get_by_test_id("question")
    expect(rows).to_have_count(2)
    expect(rows.nth(1)).to_contain_text("Delineate")
    expect(rows.nth(1).get_by_label(re.compile("^Note on"))).to_have_value("Mind the edge.")

    rows.nth(1).get_by_role("button", name=re.compile("^Ask Delineate.* earlier$")).click()
    expect(rows.nth(0)).to_contain_text("Delineate")
    settle(page)
    teacher.picture("course-questions")
    assert violations(page) == []
    asked = teacher.api(f"/api/courses/{course['id']}/questions/")
    assert [one["mode"] for one in asked] == ["delineate", "find"]
    assert asked[0]["first_frame"] == 4
    rows.nth(0).get_by_role("link", name="Elbow").click()
    stage_ready(page, 4)  # the clip opens at the frame that is asked about
    page.go_back()
    rows.nth(1).get_by_role("button", name=re.compile("^Take out Find")).click()
    expect(rows).to_have_count(1)
    page.get_by_role("button", name="Open to trainees").click()
    expect(page.get_by_text("Trainees can begin.")).to_be_visible()
