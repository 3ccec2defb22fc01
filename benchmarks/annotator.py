"""How soon a stroke is seen: pointer to paint in Chromium, against an empty canvas on the page.

    python -m benchmarks.annotator [--frames 600]

On a site of its own, or the one that FASCICLE_BROWSER_SITE names; the front end must be built. A
clip of the phantom is taken in, and given 20 tracks of 50 points, each from the first frame to the
last. Then a point is dragged while the clip still loads, and, once it is here, in three rounds a
point is dragged, and there is sculpting and brushing, one move after another. For each move: from
the dispatch of the pointer event, by its own time stamp, to the first task after the paint that
follows it. The reference draws one line on a bare canvas laid over the same page, with the same
events. Prints one table and writes `results/annotator.json`.
"""

from __future__ import annotations

import argparse
import json
import math
import statistics
import tempfile
from pathlib import Path
from typing import Any
from uuid import uuid4

from playwright.sync_api import Page

from benchmarks.viewer import write_clip
from tests.browser.acts import workplace
from tests.browser.conftest import Person, chromium, running_site

RESULT = Path(__file__).resolve().parent / "results" / "annotator.json"
TRACKS, POINTS, MOVES = 20, 50, 240
ROUNDS, SETTLE_MS = 3, 8000  # the last frames to arrive go on to be decoded

# The message is handled as the first task after the frame in whose callback it was sent: painted.
TIMER = """() => {
  window.paintTimes = [];
  const channel = new MessageChannel();
  let waiting = [];
  channel.port1.onmessage = () => {
    const now = performance.now();
    for (const begin of waiting) window.paintTimes.push(now - begin);
    waiting = [];
  };
  window.addEventListener("pointermove", (event) => {
    const begin = event.timeStamp;
    requestAnimationFrame(() => { waiting.push(begin); channel.port2.postMessage(0); });
  }, { capture: true });
}"""

REFERENCE = """() => {
  const stage = document.querySelector('[data-testid="stage"]').getBoundingClientRect();
  const canvas = document.createElement("canvas");
  canvas.id = "bare";
  canvas.width = stage.width; canvas.height = stage.height;
  Object.assign(canvas.style, { position: "fixed", zIndex: 999, touchAction: "none",
    left: `${stage.x}px`, top: `${stage.y}px` });
  document.body.append(canvas);
  const pen = canvas.getContext("2d");
  pen.strokeStyle = "#ffffff";
  canvas.addEventListener("pointermove", (event) => requestAnimationFrame(() => {
    pen.lineTo(event.offsetX, event.offsetY); pen.stroke();
    pen.beginPath(); pen.moveTo(event.offsetX, event.offsetY);
  }));
}"""


def rings(width: int, height: int) -> list[list[list[float]]]:
    """Closed rings of POINTS points in image pixels, TRACKS of them side by side."""
    shapes = []
    for number in range(TRACKS):
        x = (number % 5 + 0.5) * width / 5
        y = (number // 5 + 0.5) * height / 4
        radius = min(width / 5, height / 4) * 0.42
        shapes.append(
            [
                [
                    x + radius * (1 + 0.1 * math.sin(5 * angle)) * math.cos(angle),
                    y + radius * math.sin(angle),
                ]
                for angle in (2 * math.pi * i / POINTS for i in range(POINTS))
            ]
        )
    return shapes


def lay_tracks(page: Page, address: str, clip: dict[str, Any]) -> None:
    """Let the person's own set of the clip hold nothing but TRACKS rings through all frames."""
    cookies = {one.get("name"): one.get("value") for one in page.context.cookies()}
    headers = {"X-CSRFToken": cookies["csrftoken"] or "", "Referer": address}

    def post(path: str, body: dict[str, Any]) -> dict[str, Any]:
        answer = page.request.post(f"{address}{path}", headers=headers, data=body)
        if not answer.ok:
            raise SystemExit(f"{path}: {answer.text()}")
        return dict(answer.json())

    made = post("/api/annotation-sets/", {"clip": clip["id"]})
    url = f"/api/annotation-sets/{made['id']}/"
    known = page.request.get(f"{address}{url}").json()
    project = page.request.get(f"{address}/api/projects/{clip['project']}/").json()
    structures = [one["id"] for one in project["procedure"]["structures"]]
    ops: list[dict[str, Any]] = [
        {"op": "track.delete", "track": one["id"]} for one in known["tracks"]
    ]
    for number, ring in enumerate(rings(clip["width"], clip["height"])):
        track = str(uuid4())
        structure = structures[number % len(structures)]
        ops.append({"op": "track.add", "track": track, "structure": structure})
        shape = {"kind": "spline", "points": ring, "uncertain": [False] * POINTS}
        ops += [
            {
                "op": "keyframe.put",
                "track": track,
                "frame": frame,
                "shape": shape,
                "source": "drawn",
            }
            for frame in (0, clip["frame_count"] - 1)
        ]
    saving = {"base_revision": known["revision"], "idempotency_key": str(uuid4()), "ops": ops}
    post(f"{url}save/", saving)


def on_screen(page: Page, x: float, y: float) -> tuple[float, float]:
    """A place of the image, in image pixels, in CSS pixels of the window."""
    found = page.evaluate(
        """() => {
          const box = document.querySelector('[data-testid="stage"]').getBoundingClientRect();
          const { scale, offsetX, offsetY } =
            document.querySelector('[data-testid="overlay-canvas"]').dataset;
          return [box.x + Number(offsetX), box.y + Number(offsetY), Number(scale)];
        }"""
    )
    left, top, scale = found
    return left + x * scale, top + y * scale


def stroke(page: Page, x: float, y: float) -> list[float]:
    """Milliseconds from each of MOVES moves around a place of the window to its paint."""
    page.mouse.move(x, y)
    page.mouse.down()
    page.evaluate("() => { window.paintTimes.length = 0; }")
    for move in range(MOVES):
        angle = move / 12
        page.mouse.move(x + 30 * math.sin(angle), y + 20 * (1 - math.cos(angle)))
    page.mouse.up()
    page.wait_for_timeout(200)
    return list(page.evaluate("() => window.paintTimes"))


def summary(times: list[float]) -> dict[str, float]:
    """Median and 95th percentile in milliseconds."""
    ordered = sorted(times)
    p95 = ordered[min(len(ordered) - 1, math.ceil(0.95 * len(ordered)) - 1)]
    return {"moves": len(times), "median_ms": statistics.median(times), "p95_ms": p95}


def measure(page: Page, width: int, height: int) -> dict[str, dict[str, float]]:
    """Every kind of stroke on the open page, and the reference.

    The first while the clip's frames are still being fetched and decoded; the others, in rounds
    that spread what else the machine does over all of them, once the clip is here.
    """
    page.evaluate(TIMER)
    ring = rings(width, height)[-1]
    held = on_screen(page, *ring[0])
    middle = on_screen(page, width / 2, height / 2)
    centre = on_screen(page, *(sum(values) / POINTS for values in zip(*ring, strict=True)))

    def edit() -> list[float]:
        page.keyboard.press("v")
        page.mouse.click(*centre)
        return undone(stroke(page, *held))

    def undone(taken: list[float]) -> list[float]:
        page.keyboard.press("Control+z")
        return taken

    times = {"edit, while loading": edit(), "edit": [], "sculpt": [], "brush": []}
    times["empty canvas"] = []
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(SETTLE_MS)
    for _ in range(ROUNDS):
        times["edit"] += edit()
        page.keyboard.press("u")
        times["sculpt"] += undone(stroke(page, *held))
        page.keyboard.press("b")
        times["brush"] += undone(stroke(page, *middle))
        page.evaluate(REFERENCE)
        times["empty canvas"] += stroke(page, *middle)
        page.evaluate("() => document.getElementById('bare').remove()")
    return {name: summary(row) for name, row in times.items()}


def main() -> None:
    """Measure, print and keep."""
    parser = argparse.ArgumentParser(description=str(__doc__).partition("\n")[0])
    parser.add_argument("--frames", type=int, default=600)
    options = parser.parse_args()
    with (
        running_site() as site,
        chromium() as browser,
        tempfile.TemporaryDirectory() as folder,
    ):
        place = workplace(site, browser, "annotator")
        file = Path(folder) / "clip.mp4"
        write_clip(file, options.frames)
        made = place.ingest(file, label=f"annotator benchmark {options.frames}")
        page = browser.new_context(viewport={"width": 1280, "height": 800}).new_page()
        Person("Ada", page, site).log_in(place.email)
        clip = page.request.get(f"{site.address}/api/clips/{made}/").json()
        lay_tracks(page, site.address, clip)
        page.goto(f"{site.address}/clips/{made}/annotate")
        room = page.locator("[data-testid=annotator]")
        room.locator('[data-testid=picture-canvas][data-frame-index="0"]').wait_for()
        page.get_by_role("toolbar", name="Tools").wait_for()
        rows = measure(page, clip["width"], clip["height"])
    reference = rows["empty canvas"]["p95_ms"]
    print(f"{'stroke':20} {'moves':>6} {'median ms':>10} {'p95 ms':>8} {'of empty':>9}")
    for name, row in rows.items():
        ratio = row["p95_ms"] / reference
        line = f"{row['moves']:6.0f} {row['median_ms']:10.2f} {row['p95_ms']:8.2f} {ratio:9.2f}"
        print(f"{name:20} {line}")
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(
        json.dumps(
            {"frames": clip["frame_count"], "tracks": TRACKS, "points": POINTS, "strokes": rows},
            indent=2,
        )
    )


if __name__ == "__main__":
    main()
