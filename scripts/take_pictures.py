"""Take the README's pictures of a running demo: `make run`, then `python scripts/take_pictures.py`.

Walks the loop on the phantom project only, so that no recording of a person is ever published.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
SIZE = {"width": 1280, "height": 800}


def main() -> None:
    """Log in as each of the demo people and keep what they see."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--site", default="http://127.0.0.1:8000")
    parser.add_argument("--logins", type=Path, default=ROOT / ".fascicle" / "demo-logins.json")
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "pictures")
    parser.add_argument("--chromium", default="/usr/bin/chromium")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    people = {row["email"].split("@")[0]: row for row in json.loads(options.logins.read_text())}
    with sync_playwright() as driver:
        browser = driver.chromium.launch(
            executable_path=options.chromium, args=["--no-sandbox", "--disable-gpu"]
        )
        tour = Tour(browser, options.site, options.out)
        with tour.window(people["expert"]) as page:
            project = tour.project(page)
            tour.library(page, project)
            tour.annotator(page, project)
        with tour.window(people["second-expert"]) as page:
            tour.review(page, project)
        with tour.window(people["admin"]) as page:
            tour.training(page, project)
            tour.models(page, project)
        with tour.window(people["trainee"]) as page:
            tour.trainee(page, project)
        with tour.window(people["trainee"], {"width": 390, "height": 844}) as page:
            tour.trainee(page, project, name="trainee-phone")
        browser.close()


class Tour:
    """Where the site is and where the pictures go."""

    def __init__(self, browser: Browser, site: str, out: Path) -> None:
        self.browser, self.site, self.out = browser, site, out

    @contextmanager
    def window(self, who: dict[str, str], size: Any = SIZE) -> Iterator[Page]:
        """A window in which a demo person is logged in."""
        context = self.browser.new_context(viewport=size)
        page = context.new_page()
        page.goto(f"{self.site}/login")
        page.get_by_label("E-mail").fill(who["email"])
        page.get_by_role("textbox", name="Password").fill(who["password"])
        page.get_by_role("button", name="Log in").click()
        page.wait_for_url(lambda url: "/login" not in url)
        yield page
        context.close()

    def keep(self, page: Page, name: str) -> None:
        """Write one picture once the page is at rest."""
        page.wait_for_load_state("networkidle")
        page.wait_for_timeout(800)
        page.screenshot(path=self.out / f"{name}.jpg", type="jpeg", quality=82)

    def api(self, page: Page, path: str) -> Any:
        """What the API says to the person in the window."""
        return page.request.get(f"{self.site}{path}").json()

    def project(self, page: Page) -> str:
        """The id of the demo project."""
        rows = self.api(page, "/api/projects/")["results"]
        return str(next(row["id"] for row in rows if "phantom" in row["name"]))

    def clips(self, page: Page, project: str, **wanted: Any) -> list[dict[str, Any]]:
        """Clips of the project whose row has these values."""
        rows = self.api(page, f"/api/clips/?project={project}&page_size=100")["results"]
        return [row for row in rows if all(row[name] == value for name, value in wanted.items())]

    def open_stage(self, page: Page, path: str) -> None:
        """Open a clip's page and wait for its picture."""
        page.goto(f"{self.site}{path}")
        page.locator("[data-testid=picture-canvas][data-frame-index='0']").wait_for()

    def library(self, page: Page, project: str) -> None:
        page.goto(f"{self.site}/projects/{project}/library")
        page.get_by_text("My queue").wait_for()
        self.keep(page, "library")

    def annotator(self, page: Page, project: str) -> None:
        clip = self.clips(page, project, has_suggestion=True)[0]
        self.open_stage(page, f"/clips/{clip['id']}/annotate")
        self.keep(page, "annotator-suggestion")
        accept = page.get_by_role("button", name="Accept all").first
        if accept.is_enabled():  # the pictures may be taken more than once
            accept.click()
        page.keyboard.press("s")  # hide the suggestion
        self.keep(page, "annotator")

    def review(self, page: Page, project: str) -> None:
        waiting = self.api(page, f"/api/queue/?project={project}")["to_review"][0]
        clip, reading = waiting["clip"]["id"], waiting["annotation_set"]["id"]
        self.open_stage(page, f"/clips/{clip}/review/{reading}")
        self.keep(page, "review")

    def training(self, page: Page, project: str) -> None:
        page.goto(f"{self.site}/projects/{project}/training/new")
        page.get_by_role("combobox", name="Recipe").click()
        page.get_by_role("option", name="Tiny").click()
        page.get_by_label("Folds").fill("2")
        page.get_by_label("Epochs").fill("20")
        page.get_by_role("button", name="Freeze").click()
        page.wait_for_url(lambda url: not url.endswith(("/new", "/training")))
        run = page.url.rsplit("/", 1)[1]
        deadline = time.monotonic() + 900
        while self.api(page, f"/api/training-runs/{run}/")["state"] in {"queued", "running"}:
            if time.monotonic() > deadline:
                raise TimeoutError("The demo run did not end.")
            page.wait_for_timeout(1000)
        page.get_by_role("button", name="Promote").first.wait_for()
        self.keep(page, "training")

    def models(self, page: Page, project: str) -> None:
        page.goto(f"{self.site}/projects/{project}/models")
        page.get_by_text("Starter 2").first.wait_for()
        self.keep(page, "models")

    def trainee(self, page: Page, project: str, name: str = "trainee") -> None:
        clip = self.clips(page, project, has_suggestion=True)[0]
        self.open_stage(page, f"/clips/{clip['id']}/explore")
        page.get_by_text("Model", exact=True).first.click()
        self.keep(page, name)


if __name__ == "__main__":
    main()
