"""The age of what a browser has painted, read from the live page."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

from inference.live.clock import percentile

# the page says the age of what it shows; noted in the turn after each frame was drawn
SAMPLE = """seconds => new Promise(resolve => {
  const room = document.querySelector('[data-testid=live-room]');
  const ages = [];
  let last = room.dataset.sequence;
  const end = performance.now() + seconds * 1000;
  const look = () => {
    if (room.dataset.sequence !== last) {
      last = room.dataset.sequence;
      ages.push(Number(room.dataset.ageMs));
    }
    if (performance.now() < end) requestAnimationFrame(look); else resolve(ages);
  };
  requestAnimationFrame(look);
})"""


def painted(site: str, email: str, password: str, *, seconds: float) -> dict[str, Any]:
    """Milliseconds from the bridge's having a frame to its being on the canvas, and frames/s."""
    scripts = Path(__file__).resolve().parents[1] / "scripts" / "chromium.sh"
    chromium = subprocess.run(
        ["sh", str(scripts)], capture_output=True, text=True, check=True
    ).stdout.strip()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium)
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        page.goto(f"{site}/login")
        page.get_by_label("E-mail").fill(email)
        page.get_by_role("textbox", name="Password").fill(password)
        page.get_by_role("button", name="Log in").click()
        page.wait_for_url(lambda url: not url.endswith("/login"))
        sessions = page.request.get(f"{site}/api/live-sessions/?open=true").json()
        if not sessions["results"]:
            browser.close()
            return {"error": "no live session runs on the site"}
        page.goto(f"{site}/live/{sessions['results'][0]['id']}")
        understood = page.get_by_role("button", name="I understand")
        understood.wait_for()
        understood.click()
        page.locator("[data-testid=live-room][data-state=live]").wait_for()
        ages = page.evaluate(SAMPLE, seconds)
        browser.close()
    return {
        "p50": percentile(ages, 0.5),
        "p95": percentile(ages, 0.95),
        "frames/s": round(len(ages) / seconds, 1),
    }
