"""Once round: upload, delineate, review, retrain, promote, pre-annotate, look, retrain again."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import numpy as np
import pytest
from playwright.sync_api import expect

from tests.browser.acts import (
    compare_overlay,
    label_map,
    on_screen,
    release,
    saved,
    stage_ready,
    wait_for,
)
from tests.browser.axe import settle, violations
from tests.browser.conftest import PASSWORD, Person, Site
from tests.browser.material import Material, material

pytestmark = [pytest.mark.browser, pytest.mark.timeout(1200)]

RUN = uuid4().hex[:6]  # so that the test can walk on a site that has seen it before
PROJECT = f"Arm nerves {RUN}"
PEOPLE = {
    "edda": ("Edda Expert", "Expert"),
    "simon": ("Simon Second", "Expert"),
    "tara": ("Tara Trainee", "Trainee"),
}
EPOCHS = 12


def test_once_round_the_loop(site: Site, person: Callable[..., Person], tmp_path: Path) -> None:
    stuff = material(tmp_path)
    site.create_person(address("ada"), "Ada Admin", is_staff=True)
    ada = person("Ada")
    ada.log_in(address("ada"))
    project = make_project(ada)
    edda, simon, tara = (invite(ada, person(name), key, project) for key, name in NAMES)
    imported = site.manage(
        "import_pairs", str(stuff.pairs), "--project", PROJECT,
        "--classes", "1=nerve,2=vessel", "--credit", f"{stuff.kind} pairs", "--json",
    )  # fmt: skip
    assert '"imported"' in imported

    first = upload(edda, project, stuff.clip, label="Artery, long axis")
    assert edda.api(f"/api/clips/{first}/")["frame_count"] == stuff.clip_frame_count
    reading = delineate(edda, first, stuff)
    accept(simon, project, "Artery, long axis")
    assert edda.api(f"/api/annotation-sets/{reading}/")["state"] == "accepted"

    retrain_and_promote(ada, project)

    second = upload(edda, project, stuff.later, label="Next clip")
    suggestion = preannotate(edda, project, second, "Next clip")
    accept_a_suggestion(edda, second)

    look(tara, project, second, suggestion)
    retrain_from_the_model(ada, project)


NAMES = [(key, name.split()[0]) for key, (name, _) in PEOPLE.items()]


def address(key: str) -> str:
    return f"{key}-{RUN}@fascicle.example"


def make_project(ada: Person) -> str:
    page = ada.page
    ada.picture("01-no-project-yet")
    page.get_by_role("button", name="New project").first.click()
    dialog = page.get_by_role("dialog", name="New project")
    dialog.get_by_label("Name").fill(PROJECT)
    dialog.get_by_role("combobox", name="Examination").click()
    page.get_by_role("option", name="Brachial plexus").click()
    dialog.get_by_role("button", name=re.compile("Create|Make")).click()
    expect(page.get_by_role("heading", name=PROJECT)).to_be_visible()
    [project] = ada.api("/api/projects/")["results"]
    return str(project["id"])


def invite(ada: Person, guest: Person, key: str, project: str) -> Person:
    name, role = PEOPLE[key]
    page = ada.page
    ada.goto(f"/projects/{project}/people")
    page.get_by_role("button", name=re.compile("Invite")).first.click()
    dialog = page.get_by_role("dialog", name="Invite to this project")
    dialog.get_by_label("E-mail").fill(address(key))
    dialog.get_by_label("Name").fill(name)
    dialog.get_by_role("radio", name=role, exact=True).check()
    dialog.get_by_role("button", name="Invite").click()
    link = dialog.get_by_label(f"Link for {address(key)}").input_value()
    dialog.get_by_role("button", name="Done").click()

    guest.page.goto(link)
    guest.page.get_by_role("textbox", name="New password").fill(PASSWORD)
    guest.page.get_by_role("textbox", name="The same once more").fill(PASSWORD)
    guest.page.get_by_role("button", name="Set password").click()
    expect(guest.page.get_by_text("Your password is set")).to_be_visible()
    guest.log_in(address(key))
    return guest


def upload(who: Person, project: str, file: Path, *, label: str) -> str:
    page = who.page
    who.goto(f"/projects/{project}/library")
    expect(page.get_by_role("heading", name=PROJECT)).to_be_visible()
    page.locator("input[type=file]").first.set_input_files(file)
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Label").fill(label)
    dialog.get_by_role("button", name="Upload", exact=True).click()
    assert not who.api(f"/api/clips/?project={project}&search={label}")["results"]
    # whole, so that places in the picture are those of the file
    release(who, label, whole=True)
    expect(page.get_by_role("link", name=re.compile(f"Annotate {label}")).first).to_be_visible(
        timeout=120_000
    )
    who.picture(f"library-{label}")
    found = who.api(f"/api/clips/?project={project}&search={label}")["results"]
    return str(found[0]["id"])


def delineate(edda: Person, clip: str, stuff: Material) -> str:
    """A closed spline on two frames, one point dragged, a stroke undone and done again."""
    page = edda.page
    edda.goto(f"/clips/{clip}/annotate")
    stage_ready(page, 0)
    page.keyboard.press("2")  # blood vessel
    page.keyboard.press("d")  # closed spline
    for x, y in stuff.vessel:
        page.mouse.click(*on_screen(page, x, y))
    page.keyboard.press("Enter")
    saved(page)
    [reading] = edda.api(f"/api/annotation-sets/?clip={clip}")["results"]
    url = f"/api/annotation-sets/{reading['id']}/"
    [track] = edda.api(url)["tracks"]
    drawn = track["keyframes"][0]["shape"]
    assert drawn["kind"] == "spline"
    np.testing.assert_allclose(drawn["points"], stuff.vessel, atol=1.0)
    edda.picture("annotator-drawn")

    page.keyboard.press("v")  # edit: drag the first point down by six pixels of the image
    x, y = stuff.vessel[0]
    page.mouse.move(*on_screen(page, x, y))
    page.mouse.down()
    page.mouse.move(*on_screen(page, x, y + 6), steps=4)
    page.mouse.up()
    saved_points(edda, url, lambda points: abs(points[0][1] - y - 6) < 1.0)
    page.keyboard.press("Control+z")
    saved_points(edda, url, lambda points: abs(points[0][1] - y) < 1.0)
    page.keyboard.press("Control+Shift+z")
    saved_points(edda, url, lambda points: abs(points[0][1] - y - 6) < 1.0)

    for _ in range(10):
        page.keyboard.press("ArrowRight")
    stage_ready(page, 10)
    page.keyboard.press("c")  # copy the shape to this frame
    saved(page)
    wait_for(lambda: len(edda.api(url)["tracks"][0]["keyframes"]) == 2)

    page.reload()
    stage_ready(page, 0)
    expect(page.get_by_test_id("overlay-canvas")).not_to_have_attribute("data-overlay", "none")
    assert label_map(edda, reading["id"], 5).max() == 2  # interpolated between the keyframes
    compare_overlay(edda, reading["id"], 0)

    page.get_by_role("button", name="Submit for review").click()
    page.get_by_role("dialog").get_by_role("button", name="Submit", exact=True).click()
    wait_for(lambda: edda.api(url)["state"] == "submitted")
    return str(reading["id"])


def saved_points(who: Person, url: str, is_right: Callable[[Any], bool]) -> None:
    """Wait until the server's points satisfy a condition."""
    wait_for(lambda: is_right(who.api(url)["tracks"][0]["keyframes"][0]["shape"]["points"]))


def accept(simon: Person, project: str, title: str) -> None:
    page = simon.page
    simon.goto(f"/projects/{project}/library")
    queue = page.get_by_role("region", name="My queue")
    queue.get_by_role("link", name=re.compile(title)).first.click()
    stage_ready(page, 0)
    simon.picture("review")
    page.get_by_role("button", name="Accept (A)").click()
    page.get_by_role("dialog").get_by_role("button", name="Accept", exact=True).click()
    wait_for(lambda: not simon.api(f"/api/queue/?project={project}")["to_review"])


def retrain_and_promote(ada: Person, project: str) -> None:
    page = ada.page
    ada.goto(f"/projects/{project}/training/new")
    page.get_by_role("combobox", name="Recipe").click()
    page.get_by_role("option", name=re.compile("Tiny")).click()
    page.get_by_label("Folds").fill("2")
    page.get_by_label("Epochs").fill(str(EPOCHS))
    page.get_by_role("button", name=re.compile("Freeze .* and start")).click()
    expect(page.get_by_role("heading", name="Run 1")).to_be_visible()
    [run] = ada.api(f"/api/training-runs/?project={project}")["results"]
    url = f"/api/training-runs/{run['id']}/"
    wait_for(lambda: any(fold["epochs"] for fold in ada.api(url)["folds"]), seconds=240)
    # curves arrive on the page while the folds are being fitted, without loading it again
    expect(page.locator(".recharts-line-curve").first).to_be_visible(timeout=30_000)
    ada.picture("run-live")
    wait_for(lambda: ada.api(url)["state"] in {"done", "failed"}, seconds=600)
    run = ada.api(url)
    assert run["state"] == "done", (run["error"], [f["error"] for f in run["folds"]])
    assert [len(fold["epochs"]) for fold in run["folds"]] == [EPOCHS, EPOCHS]
    promote = page.get_by_role("button", name="Promote").first
    expect(promote).to_be_visible(timeout=30_000)
    ada.picture("run-done")
    read_the_report(ada)
    promote.click()
    dialog = page.get_by_role("dialog", name=re.compile("Promote version"))
    dialog.get_by_role("radio", name=re.compile("Pre-annotation")).check()
    dialog.get_by_label("Reason").fill("First model of this project.")
    dialog.get_by_role("button", name="Promote").click()
    wait_for(lambda: "preannotate" in {row["name"] for row in aliases(ada, project)})


def read_the_report(ada: Person) -> None:
    """Made by itself after the run: tables, figures that are drawn, frames, and a PDF to keep."""
    page = ada.page
    page.get_by_role("link", name="Report", exact=True).click()
    expect(page.get_by_role("heading", name="Report: run 1")).to_be_visible(timeout=180_000)
    for title in ("Each fold", "Calibration", "What is taken for what", "Frames of lowest IoU"):
        expect(page.get_by_role("region", name=title, exact=True)).to_be_visible()
    drawn = "img => img.complete && img.naturalWidth > 0"
    figures = page.get_by_role("region", name="Calibration", exact=True).get_by_role("img")
    wait_for(lambda: bool(figures.first.evaluate(drawn)))
    frame = (
        page.get_by_role("region", name="Frames of lowest IoU", exact=True).get_by_role("img").first
    )
    frame.scroll_into_view_if_needed()
    wait_for(lambda: bool(frame.evaluate(drawn)))
    settle(page)
    assert violations(page) == []
    ada.picture("run-report")
    with page.expect_download() as downloading:
        page.get_by_role("link", name="PDF").click()
    assert downloading.value.path().read_bytes().startswith(b"%PDF-")
    page.get_by_role("link", name="Back to the run").click()


def aliases(who: Person, project: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = who.api(f"/api/aliases/?project={project}")["results"]
    return rows


def preannotate(edda: Person, project: str, clip: str, title: str) -> str:
    page = edda.page
    edda.goto(f"/projects/{project}/library")
    page.get_by_role("button", name=f"Actions for {title}").click()
    page.get_by_role("menuitem", name="Pre-annotate").click()
    wait_for(lambda: bool(suggestions(edda, clip)), seconds=120)
    [found] = suggestions(edda, clip)
    return str(found["annotation_set"])


def suggestions(who: Person, clip: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = who.api(f"/api/suggestions/?clip={clip}")["results"]
    return rows


def accept_a_suggestion(edda: Person, clip: str) -> None:
    page = edda.page
    edda.goto(f"/clips/{clip}/annotate")
    stage_ready(page, 0)
    edda.picture("annotator-suggestion")
    page.get_by_role("button", name=re.compile("^Accept all")).click()
    saved(page)
    mine = [
        row for row in edda.api(f"/api/annotation-sets/?clip={clip}")["results"] if row["is_mine"]
    ]
    wait_for(
        lambda: (
            {
                keyframe["source"]
                for track in edda.api(f"/api/annotation-sets/{mine[0]['id']}/")["tracks"]
                for keyframe in track["keyframes"]
            }
            == {"accepted_suggestion"}
        )
    )


def look(tara: Person, project: str, clip: str, suggestion: str) -> None:
    """What the trainee sees over the picture is the model's mask, pixel for pixel."""
    page = tara.page
    tara.goto(f"/projects/{project}/library")
    page.get_by_role("link", name=re.compile("Look at Next clip")).first.click()
    stage_ready(page, 0)
    page.get_by_text("Model", exact=True).first.click()
    expect(page.get_by_test_id("overlay-canvas")).to_have_attribute("data-overlay", "model")
    expect(page.get_by_text("Research use only").first).to_be_visible()
    tara.picture("trainee")
    compared = compare_overlay(tara, suggestion, 0)
    assert compared > 0, "The model saw nothing, so nothing was compared."
    page.keyboard.press("ArrowRight")
    stage_ready(page, 1)
    compare_overlay(tara, suggestion, 1)


def retrain_from_the_model(ada: Person, project: str) -> None:
    """The second run goes on from the first one's model, keeps its folds, and can be compared."""
    page = ada.page
    ada.goto(f"/projects/{project}/training/new")
    page.get_by_role("combobox", name="Recipe").click()
    page.get_by_role("option", name=re.compile("Tiny")).click()
    page.get_by_label("Folds").fill("3")
    page.get_by_role("combobox", name="Start from").click()
    page.get_by_role("option", name=re.compile("^Version 1")).click()
    expect(page.get_by_label("Folds")).to_have_value("2")  # as many as version 1 has
    expect(page.get_by_text("Known subjects stay in their folds")).to_be_visible()
    page.get_by_label("Folds").fill("3")
    expect(page.get_by_text("the figures will be too good")).to_be_visible()
    page.get_by_label("Folds").fill("2")
    page.get_by_label("Epochs").fill("1")
    page.get_by_role("button", name=re.compile("Freeze .* and start")).click()
    expect(page.get_by_role("heading", name="Run 2")).to_be_visible()
    expect(page.get_by_role("link", name="version 1", exact=True)).to_be_visible()
    runs = ada.api(f"/api/training-runs/?project={project}")["results"]
    [url] = [f"/api/training-runs/{run['id']}/" for run in runs if run["number"] == 2]
    wait_for(lambda: ada.api(url)["state"] in {"done", "failed"}, seconds=300)
    run = ada.api(url)
    assert run["state"] == "done", (run["error"], [fold["error"] for fold in run["folds"]])
    assert run["note"] == ""  # no figure of it is too good

    ada.goto(f"/projects/{project}/models")
    for number in (1, 2):
        page.get_by_role("checkbox", name=f"Compare version {number}").check()
    page.get_by_role("link", name="Compare", exact=True).click()
    heading = page.get_by_role("heading", name="Version 1 beside version 2")
    expect(heading).to_be_visible()
    expect(page.get_by_text("that both runs held out, with the same delineation")).to_be_visible()
    settle(page)
    assert violations(page) == []
    ada.picture("compare")
