"""How soon a clip is seen, wholly here, and whether scrubbing ever shows a wrong or blank frame.

    python benchmarks/viewer.py --address http://127.0.0.1:8000 [--email E] [--password P]
        [--project NAME] [--frames 300] [--opens 11] [--draws 600]

Against a running Fascicle whose front end is built. A 640x480 clip of the phantom is taken in;
every frame carries its index in a row of squares, so that what is on the screen is read from the
pixels and not from what the page says of itself. Chromium opens the clip from the library
several times; beside it the same frames are fetched one by one as PNG files in the same browser.
Prints one table and writes `results/viewer.json`.
"""

from __future__ import annotations

import sys
from pathlib import Path

_FOLDER = Path(__file__).resolve().parent
# run as a script, this file's folder would come first and its files be taken for packages
sys.path[:] = [entry for entry in sys.path if Path(entry or ".").resolve() != _FOLDER]
sys.path.insert(0, str(_FOLDER.parent))

import argparse  # noqa: E402
import json  # noqa: E402
import os  # noqa: E402
import platform as machine  # noqa: E402
import shutil  # noqa: E402
import statistics  # noqa: E402
import tempfile  # noqa: E402
import time  # noqa: E402
from dataclasses import dataclass  # noqa: E402
from typing import Any  # noqa: E402

import av  # noqa: E402
import numpy as np  # noqa: E402
from numpy.typing import NDArray  # noqa: E402
from playwright.sync_api import Browser, Page, Request, sync_playwright  # noqa: E402

WIDTH, HEIGHT = 640, 480
_DRAWN = 60  # distinct pictures of the phantom; the squares make every frame its own
_BITS, _SQUARE = 16, 24
RESULT = _FOLDER / "results" / "viewer.json"

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


def log_in(page: Page, address: str, email: str, password: str) -> None:
    """Through the form."""
    page.goto(f"{address}/login")
    page.get_by_label("E-mail").fill(email)
    page.get_by_role("textbox", name="Password").fill(password)
    page.get_by_role("button", name="Log in").click()
    page.wait_for_url(lambda url: not url.endswith("/login"))
    page.get_by_text("Research use only").first.wait_for()


def take_in(page: Page, address: str, project: str, frames: int) -> str:
    """Upload the clip, release that very upload, wait until it is there and give its id."""
    cookies = {one.get("name"): one.get("value") for one in page.context.cookies()}
    headers = {"X-CSRFToken": cookies["csrftoken"] or "", "Referer": address}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "clip.mp4"
        write_clip(path, frames)
        answer = page.request.post(
            f"{address}/api/uploads/",
            headers=headers,
            multipart={
                "file": {"name": "clip.mp4", "mimeType": "video/mp4", "buffer": path.read_bytes()},
                "project": project,
                "subject": "BENCH",
                "label": f"viewer benchmark {frames}",
                "microns_per_pixel": "90",
            },
            timeout=120_000,
        )
    body = answer.json()
    known = body.get("fields", {})
    if "clip" in known:  # taken in by an earlier run
        return str(known["clip"])
    if not answer.ok and "upload" not in known:
        raise SystemExit(f"The clip was not taken in: {answer.text()}")
    upload = str(known.get("upload") or body["target_id"])
    url = f"{address}/api/uploads/{upload}/"
    state = reached(page, url, {"awaiting_release", "ingesting", "done"})
    if state == "awaiting_release":
        # nothing of the phantom has to be cut off or blanked
        whole: dict[str, Any] = {"crop": None, "blanks": [], "keep": None}
        released = page.request.post(f"{url}release/", headers=headers, data={"redaction": whole})
        if not released.ok:
            raise SystemExit(f"The clip was not released: {released.text()}")
    reached(page, url, {"done"})
    return upload  # the clip has the upload's id


def reached(page: Page, url: str, wanted: set[str]) -> str:
    """Wait until an upload is in one of these states and say in which."""
    deadline = time.monotonic() + 300
    while time.monotonic() < deadline:
        row = page.request.get(url).json()
        if row["state"] in wanted:
            return str(row["state"])
        if row["state"] in {"failed", "cancelled"}:
            raise SystemExit(f"The upload ended as {row['state']}: {row['error']}")
        time.sleep(0.5)
    raise SystemExit(f"The upload did not become {' or '.join(sorted(wanted))} within 5 minutes.")


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


def measure(browser: Browser, arguments: argparse.Namespace) -> dict[str, Any]:
    """All figures of one run."""
    address = arguments.address.rstrip("/")
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    context.add_init_script(READER)
    context.add_init_script(
        "addEventListener('click', () => { window.fascicleClicked = performance.now(); }, true);"
    )
    page = context.new_page()
    log_in(page, address, arguments.email, arguments.password)
    projects = page.request.get(f"{address}/api/projects/").json()["results"]
    named = [row for row in projects if arguments.project in ("", row["name"])]
    project = str(named[0]["id"])
    clip = take_in(page, address, project, arguments.frames)
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
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--address", default="http://127.0.0.1:8000")
    parser.add_argument("--email", default="expert@fascicle.example")
    parser.add_argument("--password", default="fascicle-demo")
    parser.add_argument("--project", default="", help="name; the first one of the person's unless")
    parser.add_argument("--frames", type=int, default=300)
    parser.add_argument("--opens", type=int, default=11)
    parser.add_argument("--draws", type=int, default=600)
    arguments = parser.parse_args()
    found = os.environ.get("FASCICLE_CHROMIUM") or shutil.which("chromium")
    with sync_playwright() as driver:
        browser = driver.chromium.launch(
            executable_path=found,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        result = measure(browser, arguments)
        browser.close()
    print(table(result))
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(json.dumps(result, indent=2) + "\n")


if __name__ == "__main__":
    main()
