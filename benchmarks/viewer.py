"""How soon a clip is seen, wholly here, and whether scrubbing ever shows a wrong or blank frame.

    python -m benchmarks.viewer [--frames 300] [--opens 11] [--draws 600]

Starts a Fascicle of its own, whose front end is built before, or uses the one at
FASCICLE_BROWSER_SITE with its state folder FASCICLE_BROWSER_STATE. A 640x480 clip of the phantom
is taken in; every frame carries its index in a row of squares, so that what is on the screen is
read from the pixels and not from what the page says of itself. Chromium opens the clip from the
library several times; beside it the same frames are fetched one by one as PNG files in the same
browser.
Prints one table and writes `results/viewer.json`.
"""

from __future__ import annotations

import argparse
import json
import os
import platform as machine
import statistics
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray
from playwright.sync_api import Browser, Page, Request

from tests.browser.acts import Workplace, workplace
from tests.browser.conftest import Person, chromium, running_site

WIDTH, HEIGHT = 640, 480
_DRAWN = 60  # distinct pictures of the phantom; the squares make every frame its own
_BITS, _SQUARE = 16, 24
RESULT = Path(__file__).resolve().parent / "results" / "viewer.json"

# The index in the pixels of the picture canvas: the middles of the squares, dark 0 and bright 1.
READER = f"""
window.fascicleRead = () => {{
  const find = (id) => document.querySelector(`[data-testid="${{id}}"]`);
  const picture = find("picture-canvas"), overlay = find("overlay-canvas");
  if (!picture || !overlay) return null;
  const {{ scale, offsetX, offsetY }} = overlay.dataset;
  const ratio = window.devicePixelRatio;
  const step = {_SQUARE} * scale * ratio;
  const left = offsetX * ratio;
  const row = Math.round((Number(offsetY) + {_SQUARE // 2} * scale) * ratio);
  const line = picture.getContext("2d").getImageData(0, row, picture.width, 1).data;
  let index = 0, isBlank = true;
  for (let bit = 0; bit < {_BITS}; bit++) {{
    const at = 4 * Math.round(left + (bit + 0.5) * step);
    if (line[at + 3] > 0) isBlank = false;
    if (line[at] > 127) index |= 1 << bit;
  }}
  const isDimmed = picture.style.opacity !== "1";
  const said = picture.dataset.frameIndex;
  return {{ index, isBlank, isDimmed, said, wanted: find("frame-number")?.dataset.frameIndex }};
}};
"""

# From the click on; resolves when the picture on the canvas is the exact first frame.
OPEN = """([selector]) => new Promise((resolve) => {
  const link = document.querySelector(selector);
  const begin = performance.now();
  const turn = () => {
    const seen = window.fascicleRead();
    if (seen && !seen.isBlank && seen.said === "0" && seen.index === 0) {
      resolve(performance.now() - begin);
    } else requestAnimationFrame(turn);
  };
  link.click();
  turn();
})"""

# One draw a screen refresh: a scrub back and forth with jumps; reads the canvas after each paint.
SCRUB = """([frames, draws]) => new Promise((resolve) => {
  Element.prototype.setPointerCapture = () => undefined;
  const send = (type, index) => {
    // the room is drawn anew once the work over the pictures is there: ask for its bar each time
    const bar = document.querySelector('[role="slider"][aria-label="Frame"]');
    const box = bar.getBoundingClientRect();
    bar.dispatchEvent(new PointerEvent(type, {
      bubbles: true, pointerId: 1, pointerType: "touch", isPrimary: true, buttons: 1,
      clientX: box.left + (index + 0.5) / frames * box.width, clientY: box.top + box.height / 2,
    }));
  };
  let state = 12345, index = 0, wrong = 0, blank = 0, late = 0, drawn = 0, last = null;
  const random = () => (state = (state * 1103515245 + 12345) % 2147483648) / 2147483648;
  const begin = performance.now();
  const gaps = [];
  send("pointerdown", 0);
  const turn = (now) => {
    const seen = window.fascicleRead();
    if (last !== null) gaps.push(now - last);
    last = now;
    if (seen.isBlank) blank++;
    else if (!seen.isDimmed && String(seen.index) !== seen.said) wrong++;
    else if (seen.isDimmed || seen.index !== index) late++;
    if (++drawn > draws) {
      gaps.sort((a, b) => a - b);
      const seconds = (performance.now() - begin) / 1000;
      resolve({ draws, wrong, blank, late, per_second: draws / seconds,
                median_gap_ms: gaps[gaps.length >> 1], longest_gap_ms: gaps[gaps.length - 1] });
      return;
    }
    index = random() < 0.1
      ? Math.floor(random() * frames)
      : Math.max(0, Math.min(frames - 1, index + Math.round(14 * Math.sin(drawn / 40))));
    send("pointermove", index);
    requestAnimationFrame(turn);
  };
  requestAnimationFrame(turn);
})"""

ONE_BY_ONE = """([clip, frames]) => (async () => {
  const begin = performance.now();
  let first = 0;
  for (let index = 0; index < frames; index++) {
    const answer = await fetch(`/api/clips/${clip}/frames/${index}/`, { cache: "no-store" });
    const bitmap = await createImageBitmap(await answer.blob());
    bitmap.close();
    if (index === 0) first = performance.now() - begin;
  }
  return { first_ms: first, all_ms: performance.now() - begin };
})()"""


@dataclass(frozen=True, slots=True)
class Opening:
    """Milliseconds from the click to the exact first frame, and to all bytes being here."""

    first_frame_ms: float
    whole_here_ms: float


def marked(image: NDArray[np.uint8], index: int) -> NDArray[np.uint8]:
    """A copy of (H, W) with the index in a row of squares along the top, low bit first."""
    frame = image.copy()
    for bit in range(_BITS):
        value = 230 if index >> bit & 1 else 20
        frame[:_SQUARE, bit * _SQUARE : (bit + 1) * _SQUARE] = value
    return frame


def write_clip(path: Path, frames: int) -> None:
    """The marked phantom, H.264 at 25 frames a second."""
    from phantom import Scene

    drawn = [frame.image for frame in Scene("axillary", 3, HEIGHT, WIDTH).frames(_DRAWN)]
    with av.open(str(path), "w", format="mp4") as container:
        stream = container.add_stream("libx264", rate=25, options={"crf": "12"})
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        for index in range(frames):
            image = marked(np.ascontiguousarray(drawn[index % _DRAWN]), index)
            grey = av.VideoFrame.from_ndarray(image, format="gray")
            container.mux(stream.encode(grey.reformat(format="yuv420p")))
        container.mux(stream.encode(None))


class Bytes:
    """Bytes over the wire of requests whose address holds one of the given parts."""

    def __init__(self, page: Page) -> None:
        self.total: dict[str, int] = {"chunks": 0, "frames": 0}
        page.on("requestfinished", self._add)

    def _add(self, request: Request) -> None:
        for part in self.total:
            if f"/{part}/" in request.url:
                sizes = request.sizes()
                self.total[part] += sizes["responseBodySize"] + sizes["responseHeadersSize"]


def open_clip(
    page: Page, address: str, project: str, clip: str, frames: int, *, is_pointed_at: bool = False
) -> Opening:
    """From the library by a click; nothing of the clip is in any cache.

    `is_pointed_at`: the pointer has rested on it for 200 ms before, as a person's does.
    """
    page.goto(f"{address}/projects/{project}/library")
    link = f'a[href*="{clip}"]'
    page.wait_for_selector(link)
    page.wait_for_load_state("networkidle")
    if is_pointed_at:
        page.hover(link)
        page.wait_for_timeout(200)
    first = float(page.evaluate(OPEN, [link]))
    whole = page.evaluate(
        """([clip, chunks]) => new Promise((resolve) => {
          const turn = () => {
            const done = performance.getEntriesByType("resource")
              .filter((one) => one.name.includes(`/clips/${clip}/chunks/`) && one.responseEnd > 0);
            if (done.length >= chunks) resolve(Math.max(...done.map((one) => one.responseEnd)));
            else setTimeout(turn, 20);
          };
          turn();
        })""",
        [clip, -(-frames // 32)],
    )
    start = float(page.evaluate("window.fascicleClicked"))
    return Opening(first, float(whole) - start)


def measure(browser: Browser, place: Workplace, arguments: argparse.Namespace) -> dict[str, Any]:
    """All figures of one run."""
    address, project = place.site.address, place.project
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "clip.mp4"
        write_clip(file, arguments.frames)
        clip = place.ingest(file, label=f"viewer benchmark {arguments.frames}")
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    context.add_init_script(READER)
    context.add_init_script(
        "addEventListener('click', () => { window.fascicleClicked = performance.now(); }, true);"
    )
    page = context.new_page()
    Person("Ada", page, place.site).log_in(place.email)
    session = context.new_cdp_session(page)

    openings: list[Opening] = []
    wire = Bytes(page)
    for _ in range(arguments.opens):
        session.send("Network.clearBrowserCache")
        openings.append(open_clip(page, address, project, clip, arguments.frames))
    pointed: list[float] = []
    for _ in range(arguments.opens):
        session.send("Network.clearBrowserCache")
        opened = open_clip(page, address, project, clip, arguments.frames, is_pointed_at=True)
        pointed.append(opened.first_frame_ms)
    page.wait_for_timeout(4000)  # the last of them goes on to be decoded
    loads = 2 * arguments.opens
    per_frame = (wire.total["chunks"] + wire.total["frames"]) / loads / arguments.frames
    decoded = page.evaluate(SCRUB, [arguments.frames, arguments.draws])

    # scrubbing at once, while the clip is still on its way
    session.send("Network.clearBrowserCache")
    open_clip_first = f'a[href*="{clip}"]'
    page.goto(f"{address}/projects/{project}/library")
    page.wait_for_selector(open_clip_first)
    page.evaluate(OPEN, [open_clip_first])
    cold = page.evaluate(SCRUB, [arguments.frames, arguments.draws])

    session.send("Network.clearBrowserCache")
    page.goto(f"{address}/projects/{project}/library")
    single = Bytes(page)
    one_by_one = page.evaluate(ONE_BY_ONE, [clip, arguments.frames])
    page.wait_for_timeout(500)
    context.close()
    return {
        "frames": arguments.frames,
        "size": [WIDTH, HEIGHT],
        "openings": arguments.opens,
        "first_exact_frame_ms": summary([one.first_frame_ms for one in openings]),
        "first_exact_frame_pointed_at_ms": summary(pointed),
        "whole_clip_here_ms": summary([one.whole_here_ms for one in openings]),
        "scrub_buffered": decoded,
        "scrub_while_loading": cold,
        "wire_bytes_per_frame": round(per_frame),
        "one_by_one": one_by_one
        | {"wire_bytes_per_frame": round(single.total["frames"] / arguments.frames)},
        "machine": {
            "cores": os.cpu_count(),
            "processor": machine.processor() or machine.machine(),
            "load_average": os.getloadavg()[0],
        },
        "chromium": browser.version,
    }


def summary(values: list[float]) -> dict[str, float]:
    """Median, fastest and slowest, in milliseconds."""
    return {
        "median": round(statistics.median(values), 1),
        "fastest": round(min(values), 1),
        "slowest": round(max(values), 1),
    }


def table(result: dict[str, Any]) -> str:
    """The figures a person compares."""
    first, whole = result["first_exact_frame_ms"], result["whole_clip_here_ms"]
    pointed = result["first_exact_frame_pointed_at_ms"]
    single = result["one_by_one"]
    rows = [
        ("", "Fascicle", "PNG one by one"),
        ("first exact frame, median ms", f"{first['median']:.0f}", f"{single['first_ms']:.0f} *"),
        ("  its card pointed at before", f"{pointed['median']:.0f}", ""),
        ("whole clip here, median ms", f"{whole['median']:.0f}", f"{single['all_ms']:.0f}"),
        (
            "bytes on the wire a frame",
            f"{result['wire_bytes_per_frame']}",
            f"{single['wire_bytes_per_frame']}",
        ),
    ]
    for name in ("scrub_buffered", "scrub_while_loading"):
        scrub = result[name]
        words = (
            f"{scrub['per_second']:.1f}/s, {scrub['wrong']} wrong, {scrub['blank']} blank, "
            f"{scrub['late']} late of {scrub['draws']}"
        )
        rows.append((name.replace("_", " "), words, ""))
    lines = [f"{a:32}{b:>44}{c:>18}" for a, b, c in rows]
    load = f"load average {result['machine']['load_average']:.1f} on {os.cpu_count()} cores"
    return "\n".join([*lines, load, "* the picture alone, without opening a page"])


def main() -> None:
    """Measure, print and keep."""
    parser = argparse.ArgumentParser(description=str(__doc__).partition("\n")[0])
    parser.add_argument("--frames", type=int, default=300)
    parser.add_argument("--opens", type=int, default=11)
    parser.add_argument("--draws", type=int, default=600)
    arguments = parser.parse_args()
    with running_site() as site, chromium() as browser:
        result = measure(browser, workplace(site, browser, "viewer"), arguments)
    print(table(result))
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(json.dumps(result, indent=2) + "\n")


if __name__ == "__main__":
    main()
